// Voting without a reload for who is known here, and ideas that are like the one being typed. Everything works without.

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-vote]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const button = form.querySelector("button[aria-pressed]");
  const wanted = button.getAttribute("aria-pressed") !== "true";
  const figure = button.querySelector("b");
  const before = figure.textContent;
  show(form, button, wanted, Number(before) + (wanted ? 1 : -1));
  try {
    const body = new URLSearchParams(wanted ? {} : { stop: "1" });
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
  } catch {
    show(form, button, !wanted, before);
    form.removeAttribute("data-vote");
    form.submit();
  }
});

function show(form, button, wanted, votes) {
  button.setAttribute("aria-pressed", String(wanted));
  button.querySelector("b").textContent = votes;
  button.querySelector(".count")?.toggleAttribute("hidden", Number(votes) === 0);
  form.parentElement.querySelector(".you-count > span")?.toggleAttribute("hidden", !wanted);
  const label = button.getAttribute("aria-label");
  if (label) button.setAttribute("aria-label", label.replace(/\d+(?=\D*$)/, votes));
  form.querySelector("input[name=stop]")?.remove();
  if (wanted) form.insertAdjacentHTML("afterbegin", '<input type="hidden" name="stop" value="1">');
}

for (const form of document.querySelectorAll("form[data-similar]")) {
  const here = form.querySelector("[data-similar-here]");
  let timer;
  let asked = "";
  const look = async () => {
    const title = form.elements.title.value.trim();
    const text = form.elements.text.value.trim();
    const words = `${title}\n${text}`;
    if (words === asked || title.length + text.length < 8) return;
    asked = words;
    const body = new URLSearchParams({ title, text, board: form.elements.board.value });
    try {
      const answer = await fetch(form.dataset.similar, { method: "POST", body });
      if (answer.ok && asked === words) here.innerHTML = await answer.text();
    } catch {
      // Without an answer there is nothing to show; posting looks once more.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 500);
  });
}
