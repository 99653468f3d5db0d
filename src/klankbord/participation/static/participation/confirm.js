// The click in the mail was the one click: who sees this page has given it. A program that only fetches links runs no
// script, and one that does so in the background sees no page.
const form = document.querySelector("form[data-confirms]");
const send = () => {
  if (form && document.visibilityState === "visible") form.requestSubmit();
};
if (document.visibilityState === "visible") setTimeout(send, 400);
else document.addEventListener("visibilitychange", send, { once: true });
