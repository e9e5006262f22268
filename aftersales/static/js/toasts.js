/* Toasts that count down and leave, and the note above the page when the server did not answer. */
(function () {
  "use strict";
  const words = JSON.parse(document.body.dataset.words || "{}");

  function start(toast) {
    if (toast.dataset.started) { return; }
    toast.dataset.started = "yes";
    let left = Number(toast.dataset.toast) || 6;
    const shown = toast.querySelector("[data-countdown]");
    const timer = setInterval(() => {
      left -= 1;
      if (shown && left >= 0) { shown.textContent = words.s.replace("%(n)s", left); }
      const undo = toast.querySelector("form");
      if (left <= 0 && undo) { undo.remove(); }  /* too late to undo: the timeline tells the rest */
      if (left <= 0 && !toast.matches(":hover, :focus-within")) {
        clearInterval(timer);
        toast.remove();
      }
    }, 1000);
  }

  function startAll() {
    document.querySelectorAll("[data-toast]").forEach(start);
  }
  startAll();
  document.addEventListener("htmx:oobAfterSwap", startAll);
  document.addEventListener("htmx:afterSettle", startAll);

  /* trouble: an answer that was not swapped must not pass in silence */
  const trouble = document.querySelector("[data-trouble]");

  function say(which, id) {
    if (!trouble) { return; }
    trouble.querySelectorAll("[data-says]").forEach((note) => { note.hidden = note.dataset.says !== which; });
    const small = trouble.querySelector("[data-trouble-id]");
    if (small) { small.textContent = id || ""; }
    if (which) { trouble.scrollIntoView({ block: "nearest" }); }
  }

  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    if ([403, 409, 412, 422].includes(answer.status)) { return; }  /* swapped: the sentence stands in place */
    say(answer.status >= 500 || answer.status === 429 ? "server" : "gone", answer.getResponseHeader("X-Request-Id"));
  });
  document.addEventListener("htmx:sendError", () => say("line"));
  document.addEventListener("htmx:timeout", () => say("line"));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) { say(null); } });
}());
