/* One's place in the queue, kept for this tab: the way back from a request leads to the same list and row, and
   J and K go to the neighbours of a request as they stood there. Without this script the way back is the first list. */
(function () {
  "use strict";
  const KEY = "aftersales.place", view = document.body.dataset.pulseView || "";

  function kept() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; }
  }

  function keep(changes) {
    try { sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), ...changes })); } catch { /* not kept, then */ }
  }

  const rows = () => Array.from(document.querySelectorAll(".q tbody tr[data-pulse-id]"));
  const number = (row) => row.dataset.pulseId.split(":")[0];

  /* the row one was at; where it has left the list, the one that stands there now */
  function standAgain() {
    const here = window.location.pathname + window.location.search;
    const list = rows(), { at, numbers, url } = kept();
    keep({ url: here, numbers: list.map(number) });
    if (!at || !list.length) { return; }
    const was = url === here ? numbers.indexOf(at) : -1;
    const row = list.find((each) => number(each) === at) || list[Math.min(was, list.length - 1)];
    if (!row || list.some((each) => each.classList.contains("cur"))) { return; }
    row.classList.add("cur");
    row.scrollIntoView({ block: "nearest" });
    const link = row.querySelector(".step");
    if (link && (document.activeElement === document.body || !document.activeElement)) { link.focus(); }
  }

  /* the strip of views that a narrow screen makes of them shows the one that is open */
  const open = document.querySelector(".views a[aria-current]");
  if (open) { open.scrollIntoView({ block: "nearest", inline: "center" }); }

  if (view.startsWith("queue")) {
    standAgain();
    document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "queue-rows") { standAgain(); } });
    document.addEventListener("focusin", (event) => {
      const row = event.target.closest(".q tbody tr[data-pulse-id]");
      if (row) { keep({ at: number(row) }); }
    });
  }

  if (view.startsWith("ticket:")) {
    const here = view.slice(7), { url, numbers } = kept();
    const at = (numbers || []).indexOf(here);
    if (at >= 0) { keep({ at: here }); }
    const back = () => document.querySelectorAll("[data-back]").forEach((link) => { if (url) { link.href = url; } });
    back();
    document.addEventListener("htmx:afterSettle", back);
    document.addEventListener("desk:move", (event) => {
      const next = at >= 0 && numbers[at + event.detail];
      if (!next) { return; }
      event.preventDefault();
      window.location.assign(window.location.pathname.replace(here, next));
    });
  }
}());
