// What makes the public pages smoother. Without it everything still works.

/* data-remembers="name" on a form: what was typed survives a reload or a lost connection, in this tab only. */
const key = (form) => `typed:${form.dataset.remembers}:${location.pathname}`;
const kept = (form) => [...form.elements].filter((field) => field.name && !["hidden", "file", "password"].includes(field.type) && !field.closest(".hollow"));

function store(form) {
  const typed = {};
  for (const field of kept(form)) {
    if (["radio", "checkbox"].includes(field.type) ? field.checked : field.value) typed[field.name] = field.value;
  }
  try { sessionStorage.setItem(key(form), JSON.stringify(typed)); } catch { /* storage is full or forbidden */ }
}

function restore(form) {
  let typed;
  try { typed = JSON.parse(sessionStorage.getItem(key(form)) ?? "null"); } catch { return; }
  if (!typed || "cameBack" in form.dataset) return;
  for (const field of kept(form)) {
    if (!(field.name in typed)) continue;
    if (field.type === "radio") {
      if (![...form.elements[field.name]].some((each) => each.checked && each.defaultChecked)) field.checked = field.value === typed[field.name];
    } else if (field.type === "checkbox") field.checked = true;
    else if (!field.value) field.value = typed[field.name];
  }
}

for (const form of document.querySelectorAll("form[data-remembers]")) {
  restore(form);
  form.addEventListener("input", () => store(form));
  if (form.dataset.remembers === "write-on") form.addEventListener("submit", () => sessionStorage.removeItem(key(form)));
}
for (const mark of document.querySelectorAll("[data-forgets]")) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(`typed:${mark.dataset.forgets}:`)) sessionStorage.removeItem(name);
}

/* data-open-until: how long the doors are still open. */
function tellTime() {
  for (const place of document.querySelectorAll("[data-open-until]")) {
    const minutes = Math.floor((new Date(place.dataset.openUntil) - Date.now()) / 60000);
    place.hidden = minutes < 1;
    const hours = Math.floor(minutes / 60);
    place.textContent = hours >= 2 ? place.dataset.hours.replace("{n}", hours) : place.dataset.minutes.replace("{n}", minutes);
  }
}
tellTime();
setInterval(tellTime, 30000);

/* data-copies, data-prints */
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copies], [data-prints]");
  if (!button) return;
  if ("prints" in button.dataset) return window.print();
  await navigator.clipboard?.writeText(button.dataset.copies);
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2500);
});

/* data-suggests="address" on a search form: what is found so far, below the box, while somebody types. */
for (const form of document.querySelectorAll("form[data-suggests]")) {
  const box = form.querySelector('input[type="search"]');
  const place = document.createElement("div");
  place.className = "suggestions";
  form.append(place);
  box.autocomplete = "off";
  let waiting = 0;
  let asked = null;
  const close = () => place.replaceChildren();
  const ask = async () => {
    const words = box.value.trim();
    asked?.abort();
    if (words.length < 2) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggests}?q=${encodeURIComponent(words)}`, { signal: asked.signal });
      if (answer.ok || answer.status === 429) place.innerHTML = await answer.text();
    } catch { /* typed on, or the line is away: the button still searches */ }
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 140); });
  form.addEventListener("keydown", (event) => {
    const links = [...place.querySelectorAll("a")];
    if (event.key === "Escape" && links.length) { close(); box.focus(); event.stopPropagation(); }
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !links.length) return;
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] ?? (next < 0 ? box : links[0])).focus();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(close, 200); });
}
