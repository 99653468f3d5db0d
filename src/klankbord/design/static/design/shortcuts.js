// Keys for those who work here all day. An element names its own key: <a data-key="j" data-key-label="Next">. Links are
// followed, buttons pressed, fields focused. "?" shows what the page knows. No key works while somebody types, apart from
// those with Control (data-key="Control+Enter"), so that nobody loses a text (WCAG 2.1.4: they are off in the settings too).
const overview = document.getElementById("shortcuts");
const spoken = { Enter: "↵", Control: "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" };
const typing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const disabled = () => document.documentElement.dataset.shortcuts === "off";

function wanted(event) {
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.ctrlKey || event.metaKey ? "Control+" : "") + name;
}

function act(element) {
  if (element.matches("input:not([type=submit], [type=checkbox], [type=radio]), textarea, select")) element.focus();
  else element.click();
}

function show() {
  const list = overview.querySelector("[data-shortcuts]");
  list.replaceChildren();
  const seen = new Set();
  // What moves through a list has no element of its own: a page tells of it (<span hidden data-key-told="j">).
  for (const element of document.querySelectorAll("[data-key], [data-key-told]")) {
    const key = element.dataset.keyTold ?? element.dataset.key;
    if (seen.has(key) || (!element.dataset.keyTold && element.closest("[hidden]"))) continue;
    seen.add(key);
    const term = document.createElement("dt");
    for (const part of key.split(/[+ ]/)) {
      const cap = document.createElement("kbd");
      cap.textContent = spoken[part] ?? part;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.trim();
    list.append(term, meaning);
  }
  overview.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.repeat || event.isComposing || disabled() || document.querySelector("dialog[open]")) return;
  const key = wanted(event);
  if (typing(event.target) && !key.startsWith("Control+")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (key === "?" && overview) {
    event.preventDefault();
    show();
    return;
  }
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((found) => found.getClientRects().length || found.hasAttribute("data-key-hidden"));
  if (!element) return;
  event.preventDefault();
  act(element);
});
