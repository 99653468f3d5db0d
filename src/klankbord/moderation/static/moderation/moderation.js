// The queue stays true while it is open. Without this file everything still works.
const live = document.body.dataset.live;

function later() {
  clearTimeout(later.timer);
  later.timer = setTimeout(refresh, 200);
}

async function refresh() {
  const rows = document.getElementById("rows");
  if (!rows || !window.htmx) return;
  const focused = document.activeElement?.closest?.("#rows li")?.id;
  const current = rows.querySelector("[aria-current]")?.closest("li").id;
  const view = new URLSearchParams(location.search).get("view") ?? "";
  const path = document.querySelector(".views a[href$='/moderation/']")?.pathname ?? "/moderation/";
  try {
    await htmx.ajax("GET", `${path}?view=${encodeURIComponent(view)}`, { target: "#rows", swap: "outerHTML" });
  } catch {
    return; // the next event tries again
  }
  if (current) document.querySelector(`#${CSS.escape(current)} a`)?.setAttribute("aria-current", "true");
  if (focused) document.querySelector(`#${CSS.escape(focused)} a`)?.focus({ preventScroll: true });
}

function listen() {
  const stream = new EventSource(`/live/${live}`);
  stream.addEventListener("change", later);
  stream.addEventListener("reload", later);
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(listen, 60000));
  window.addEventListener("pagehide", () => stream.close(), { once: true });
}
// One key goes through the reasons, the next one each time: a decision that needs one is two keys, without the mouse.
function step(reasons) {
  const choices = [...reasons.querySelectorAll("input")];
  const next = choices[(choices.findIndex((each) => each.checked) + 1) % choices.length];
  for (const each of choices) {
    if (each === next) Object.assign(each.dataset, { key: reasons.dataset.steps, keyLabel: reasons.dataset.stepsLabel, keyHidden: "" });
    else delete each.dataset.key;
  }
}
for (const reasons of document.querySelectorAll("[data-steps]")) {
  step(reasons);
  reasons.addEventListener("change", () => step(reasons));
}
if (live) {
  listen();
  window.addEventListener("pageshow", (event) => event.persisted && listen());
}
