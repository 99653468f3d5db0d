// While somebody asks: questions about the same, and how the text will look. Without this file both come a step later.
const form = document.querySelector("form[data-preview]");
const box = document.getElementById("similar");

async function send(address, fields) {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
  return answer.ok ? answer.text() : "";
}

if (form && box) {
  const title = form.elements.title;
  const text = form.elements.text;
  let timer = 0;
  let asked = "";
  const look = async () => {
    const now = `${title.value}\n${text.value}`;
    if (title.value.trim().length < 8 || now === asked) return;
    asked = now;
    const html = await send(box.dataset.address, { title: title.value, text: text.value.slice(0, 4000) });
    if (now !== asked) return;
    box.querySelector("div").innerHTML = html;
    box.hidden = !html.trim();
    // What was on the screen while they wrote need not be shown once more before posting.
    if (html.trim() && !form.elements.looked) {
      form.insertAdjacentHTML("afterbegin", '<input type="hidden" name="looked" value="1">');
    }
  };
  for (const field of [title, text]) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 500);
    });
  }
}

const preview = document.getElementById("preview");

if (form && preview) {
  form.querySelector("[data-preview-button]").addEventListener("click", async (event) => {
    if (form.elements.picture?.files.length) return; // it has to be uploaded before it can be seen
    event.preventDefault();
    preview.querySelector(".post").innerHTML = await send(form.dataset.preview, { text: form.elements.text.value });
    const lead = preview.querySelector(".lead");
    if (lead) lead.textContent = form.elements.title.value;
    preview.hidden = false;
    const notYet = document.getElementById("not-yet");
    notYet.hidden = false;
    notYet.scrollIntoView({ block: "start" });
  });
}
