// The inbox: keeps lists and threads true, keeps drafts, counts down the undo. Without this file everything still works.
const body = document.body;
const $ = (selector) => document.querySelector(selector);

/* ---- the thread begins at its end ---- */
const scroll = $("#scroll");
function toEnd() {
  if (!scroll) return;
  scroll.scrollTop = scroll.scrollHeight;
  // On a phone the whole page scrolls: begin where the last message begins.
  const last = scroll.querySelector("article:last-of-type");
  if (getComputedStyle(scroll).overflowY === "visible" && last?.previousElementSibling) last.scrollIntoView();
}
if (scroll && !location.hash.startsWith("#message-")) toEnd();

/* ---- answer or note ---- */
function write(kind) {
  document.querySelectorAll("form.compose").forEach((form) => (form.hidden = form.dataset.kind !== kind));
  document.querySelectorAll("[data-writes]").forEach((link) => {
    if (link.dataset.writes === kind) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  $(`#${kind}-text`)?.focus();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-writes]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  write(link.dataset.writes);
});

/* A reply that asks something is sent and waits; else the other button stands out. */
const reply = $("#reply-text");
function emphasise() {
  const waits = $("[data-waits]"), finishes = $("[data-finishes]");
  if (!waits || !finishes) return;
  const done = reply.value.trim() !== "" && !/[?؟？]/.test(reply.value);
  waits.classList.toggle("quiet", done);
  finishes.classList.toggle("quiet", !done);
  const [loud, calm] = done ? [finishes, waits] : [waits, finishes];
  loud.dataset.key = "Control+Enter";
  loud.dataset.keyLabel ||= loud.textContent.trim();
  delete calm.dataset.key;
}
if (reply) {
  reply.addEventListener("input", emphasise);
  emphasise();
}

/* ---- files that were chosen are named ---- */
document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".upload input[type=file]")) return;
  const list = $("#chosen");
  list.replaceChildren(...[...event.target.files].map((file) => {
    const item = document.createElement("li");
    item.className = "attachment";
    item.textContent = file.name;
    item.dir = "auto";
    return item;
  }));
  list.hidden = !event.target.files.length;
});

/* ---- drafts ---- */
const composer = $("#compose");
const kept = $("#kept");
const pending = new Map();
let sending = false;

async function keep(form) {
  clearTimeout(pending.get(form)?.timer);
  pending.delete(form);
  if (sending || !composer) return;
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("kind", form.dataset.kind);
  const text = form.elements.text.value;
  data.set("text", text);
  data.set("before", form.dataset.before);
  try {
    const keepalive = text.length + form.dataset.before.length < 25000;
    const answer = await fetch(composer.dataset.draft, { method: "POST", body: data, headers: { "HX-Request": "true" }, keepalive });
    if (answer.status === 409) {
      choose(form, await answer.text());
      return;
    }
    if (answer.ok) form.dataset.before = text;
    kept.textContent = answer.ok ? kept.dataset.kept : await answer.text();
    if (answer.status === 401) location.reload();
  } catch {
    kept.textContent = kept.dataset.notKept;
  }
}

/* The same draft in two windows: what is unchanged here follows the other window, else one is asked. */
const elsewhere = $("#elsewhere");
function choose(form, other) {
  kept.textContent = "";
  elsewhere.hidden = false;
  elsewhere.querySelectorAll("[data-elsewhere]").forEach((button) => {
    button.onclick = () => {
      elsewhere.hidden = true;
      form.dataset.before = other;
      if (button.dataset.elsewhere === "other") put(form, other);
      else keep(form);
      form.elements.text.focus();
    };
  });
}
function put(form, text) {
  form.elements.text.value = text;
  form.dataset.before = text;
  form.elements.text.dispatchEvent(new Event("change", { bubbles: true }));
  if (reply) emphasise();
}
async function follow() {
  if (document.hidden || sending || !composer) return;
  for (const form of composer.querySelectorAll("form.compose")) {
    if (pending.has(form) || form.elements.text.value !== form.dataset.before) continue;
    const answer = await fetch(`${composer.dataset.draft}?kind=${form.dataset.kind}`).catch(() => null);
    const text = answer?.status === 200 ? await answer.text() : null;
    // Somebody may have begun to type meanwhile.
    // What the other window sent or emptied is not taken from here: these may be other words.
    if (!text || text === form.dataset.before || pending.has(form) || form.elements.text.value !== form.dataset.before) continue;
    put(form, text);
    kept.textContent = kept.dataset.taken;
  }
}
document.addEventListener("visibilitychange", follow);
window.addEventListener("focus", follow);

composer?.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (event.target.name !== "text" || !form) return;
  kept.textContent = "";
  const before = pending.get(form);
  clearTimeout(before?.timer);
  // At the latest five seconds after the first key, however steadily somebody types.
  const since = before?.since ?? Date.now();
  const wait = Math.max(0, Math.min(900, since + 5000 - Date.now()));
  pending.set(form, { since, timer: setTimeout(keep, wait, form) });
});
composer?.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  sending = true;
  pending.forEach(({ timer }) => clearTimeout(timer));
});
window.addEventListener("pageshow", () => (sending = false));
window.addEventListener("pagehide", () => [...pending.keys()].forEach(keep));

/* ---- undo ---- */
const seconds = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second", unitDisplay: "long" });
document.querySelectorAll("[data-countdown]").forEach((count) => {
  const until = Date.now() + Number(count.dataset.countdown) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0 || !count.isConnected) {
      clearInterval(timer);
      setTimeout(refresh, 1500);
    }
    // The reader is not told each second: the number is not part of the live region's news.
    count.textContent = seconds.format(Math.max(left, 0));
  }, 250);
});

/* What was done is said for a while, unless somebody is at it. */
document.querySelectorAll("#notices .notice:not(.late, .undo)").forEach((notice) => {
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : notice.remove());
  setTimeout(leave, 7000);
});

/* ---- remote images, asked for ---- */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-images]");
  if (!link) return;
  event.preventDefault();
  const shown = link.closest("details");
  shown.querySelector("iframe").src = shown.querySelector("[data-alone]").href = link.dataset.images;
  link.closest("p").remove();
});

/* A menu closes when one looks elsewhere. */
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

/* ---- what is new comes by itself ---- */
// Without a choice the list with work is shown; once it is open it stays that list, also when others fill meanwhile.
const here = new URL(location.href);
// What was refused came back under the address of its form: nothing can be asked of that.
if (body.dataset.here && here.pathname !== body.dataset.here) {
  here.pathname = body.dataset.here;
  history.replaceState(history.state, "", here);
}
if (body.dataset.view && !here.searchParams.has("view") && !here.searchParams.has("q")) {
  here.searchParams.set("view", body.dataset.view);
  history.replaceState(history.state, "", here);
}
const fresh = body.dataset.fresh;
let asked = 0, running = false, again = false;

async function refresh() {
  if (!fresh || !window.htmx) return;
  if (running) {
    again = true;
    return;
  }
  running = true;
  asked = Date.now();
  const before = new Set([...document.querySelectorAll("#rows > li")].map((row) => row.id));
  const last = $("#thread")?.dataset.last;
  const atEnd = scroll && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const opened = [...document.querySelectorAll("#thread details[open]")].map((one) => `#${CSS.escape(one.closest("article").id)} details:nth-of-type(${[...one.parentNode.querySelectorAll("details")].indexOf(one) + 1})`);
  const target = { list: "#list", conversation: "#thread", page: "#today" }[fresh];
  // A formatted mail that is being read is not loaded anew: the thread waits until it is folded.
  if (fresh === "conversation" && $("#thread details.formatted[open]")) {
    running = false;
    return;
  }
  const focused = document.activeElement?.id;
  const at = [...document.querySelectorAll("#rows > li > a")].indexOf(document.activeElement);
  try {
    const where = new URL(location.href);
    where.hash = "";
    where.searchParams.delete("write");
    where.searchParams.delete("kept");
    await htmx.ajax("GET", where.pathname + where.search, { target, swap: "outerHTML", select: fresh === "page" ? "#today" : undefined });
  } catch {
    /* the next event or the next minute tries again */
  }
  running = false;
  for (const selector of opened) document.querySelector(selector)?.setAttribute("open", "");
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  // The row that had the focus went to another list: its successor takes over, so that the keys go on from there.
  const left = [...document.querySelectorAll("#rows > li > a")];
  if (at >= 0 && document.activeElement === body) left[Math.min(at, left.length - 1)]?.focus({ preventScroll: true });
  const came = [...document.querySelectorAll("#rows > li")].filter((row) => !before.has(row.id));
  came.forEach((row) => row.classList.add("fresh"));
  say(came.map((row) => row.querySelector("b")?.textContent).filter(Boolean), last);
  const now = $("#thread")?.dataset.last;
  if (now !== last) {
    if (atEnd) toEnd();
    // With nothing typed nothing can be overtaken by news.
    const form = $("#compose-reply");
    if (form && !form.elements.text.value.trim()) form.elements.seen.value = now;
  }
  if ($("#writer")?.textContent.trim()) setTimeout(refresh, 95000);
  if (again) {
    again = false;
    refresh();
  }
}

function say(names, last) {
  const heard = $("#heard");
  const article = $("#thread article:last-of-type");
  if (fresh === "conversation" && last !== $("#thread")?.dataset.last && article) {
    heard.textContent = article.querySelector(".by")?.textContent.trim() ?? "";
  } else if (names.length) {
    heard.textContent = names.join(", ");
  }
}

let soon = 0;
function later() {
  clearTimeout(soon);
  soon = setTimeout(refresh, 150);
}

function listen() {
  const stream = new EventSource(`/live/${body.dataset.live}`);
  stream.addEventListener("change", (event) => {
    // Of who was erased nothing may stay on the screen, not even what a part of the page would leave alone.
    const open = body.dataset.live.split("/")[1];
    if (JSON.parse(event.data).some(({ kind, id }) => kind === "erased" && String(id) === open)) location.reload();
    else later();
  });
  stream.addEventListener("reload", later);
  let lost = false;
  stream.addEventListener("open", () => {
    if (lost) later();
    lost = false;
  });
  stream.addEventListener("error", () => {
    lost = true;
    // Closed for good (no stream here): look now and then instead, while the page is visible.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 60000);
  });
  window.addEventListener("pagehide", () => stream.close(), { once: true });
}
if (fresh && body.dataset.live) {
  listen();
  window.addEventListener("pageshow", (event) => event.persisted && listen());
  setInterval(() => document.hidden || Date.now() - asked < 55000 || refresh(), 60000);
  document.addEventListener("visibilitychange", () => document.hidden || Date.now() - asked < 20000 || refresh());
}
