// Keeps "25 min left" and "5 min ago" true while a page stays open. The words come from the server: data-left, data-late and
// data-ago-words on <html>, with {} for the span.
const root = document.documentElement;
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
const styles = { minute: "short", hour: "long", day: "long" };

function span(seconds) {
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["minute", 60];
  const count = Math.max(1, Math.floor(seconds / size));
  return new Intl.NumberFormat(root.lang, { style: "unit", unit, unitDisplay: styles[unit] }).format(count);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function refresh() {
  const now = Date.now();
  const today = new Date(now).toDateString();
  for (const element of document.querySelectorAll("time[data-due]")) {
    const due = new Date(element.dateTime);
    const left = (due - now) / 1000;
    // "tomorrow" and "Friday" are the server's words; only what is due today, or late, is counted here.
    if (left >= 3600 && due.toDateString() !== today) continue;
    write(element, (left < 0 ? root.dataset.late : root.dataset.left).replace("{}", span(Math.abs(left))));
    const clock = element.closest(".clock");
    clock?.classList.toggle("late", left < 0);
    clock?.classList.toggle("soon", left >= 0 && left <= 3600);
  }
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const past = (now - new Date(element.dateTime)) / 1000;
    if (past >= 60 && past < 43200 && new Date(element.dateTime).toDateString() === today) {
      write(element, root.dataset.agoWords.replace("{}", span(past)));
    }
  }
}

if (root.dataset.left) {
  setInterval(refresh, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
