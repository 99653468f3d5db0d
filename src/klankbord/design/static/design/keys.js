// Keys that move: j and k go through the list, o opens, g and a letter go to a list; arrows go on from a row, and into a
// list that is what the page is about. Loaded before the shortcuts of the frame, which press what names a single key by
// itself; "?" shows them all.
const typing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const off = () => document.documentElement.dataset.shortcuts === "off";
let going = 0;

function rows() {
  return [...document.querySelectorAll("#rows > li > a, .queue.on-page li > a")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const open = all.findIndex((row) => row.getAttribute("aria-current"));
  const from = here >= 0 ? here : open >= 0 ? open : step > 0 ? -1 : all.length;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  // On a phone the list is another page: go straight to the next conversation.
  if (next.getClientRects().length) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  } else if (next !== all[open]) {
    next.click();
  }
}

const moves = { j: () => move(1), k: () => move(-1), o: () => document.activeElement?.closest?.("#rows a, .queue.on-page a")?.click() };

const arrows = { arrowdown: 1, arrowup: -1 };
// Anywhere else an arrow scrolls.
const inList = () =>
  rows().includes(document.activeElement) || (document.activeElement === document.body && document.querySelector('.desk[data-pane="list"]'));

document.addEventListener(
  "keydown",
  (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || off()) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-key="g ${CSS.escape(key)}"]`);
      event.preventDefault();
      event.stopImmediatePropagation();
      link?.click();
    } else if (key === "g") {
      going = Date.now();
      event.stopImmediatePropagation();
    } else if (moves[key]) {
      event.preventDefault();
      event.stopImmediatePropagation();
      moves[key]();
    } else if (arrows[key] && inList()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      move(arrows[key]);
    }
  },
  { capture: true },
);
