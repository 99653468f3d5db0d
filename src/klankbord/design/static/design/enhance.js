// Small comforts for every page. Each finds its elements by a data attribute; without this file all pages still work.
document.documentElement.classList.add("scripted");

/* data-grows: a textarea that is as high as its text, where the browser lacks field-sizing. */
function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.rows = Math.max(area.dataset.least ||= area.rows, area.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 70), 0));
}

function prepare(root) {
  root.querySelectorAll("textarea[data-grows]").forEach(grow);
  root.querySelector("[data-focus-first]")?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-grows]")) grow(event.target);
  if (event.target.dataset?.limit) tellLimit(event.target);
});

/* data-limit: how much still fits, told below the field once little does. */
function tellLimit(field) {
  const limit = Number(field.dataset.limit);
  const left = limit - [...field.value].length;
  const told = field.nextElementSibling?.matches(".limit") ? field.nextElementSibling : null;
  if (left > limit / 10) return told?.remove();
  const place = told ?? field.insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "limit soft small", role: "status" }));
  const words = left < 0 ? field.dataset.over : field.dataset.left;
  place.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
}

/* data-opens="id": a dialog; data-ask="sentence": ask before sending a form that cannot be undone. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  if (event.target.matches?.("dialog")) event.target.close();
  const closer = event.target.closest?.("[data-dismisses]");
  if (closer) closer.closest(".notice")?.remove();
});

/* A form is sent once, however often somebody clicks. The button stays focusable and says that it is busy. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  const question = event.submitter?.dataset.ask ?? form.dataset.ask;
  if ((question && !window.confirm(question)) || form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "get" || form.hasAttribute("hx-post")) return;
  queueMicrotask(() => {
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
});

/* Coming back with the browser's back button: the form can be sent again. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});

/* data-undo-seconds on a notice: it leaves when there is nothing left to undo, but not while somebody is at it. */
function countDown(notice) {
  const until = Date.now() + Number(notice.dataset.undoSeconds) * 1000;
  delete notice.dataset.undoSeconds;
  const timer = setInterval(() => {
    if (!notice.isConnected) return clearInterval(timer);
    if (Date.now() < until || notice.matches(":focus-within, :hover")) return;
    clearInterval(timer);
    notice.remove();
  }, 500);
}

function prepareAll() {
  prepare(document);
  document.querySelectorAll("[data-undo-seconds]").forEach(countDown);
}
prepareAll();
document.addEventListener("htmx:load", (event) => {
  prepare(event.target);
  document.querySelectorAll("[data-undo-seconds]").forEach(countDown);
});
