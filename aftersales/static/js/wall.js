/* The wall keeps itself fresh: when the pulse tells of something new, and each minute, because time alone makes things
   late. Its parts ([data-part], by id) are exchanged one by one; a part under the pointer or with the focus in it waits
   until that has gone, so that nothing jumps away from whoever is about to press it. [data-always] waits for nobody. */
(function () {
  "use strict";
  const wall = document.getElementById("wall");
  if (!wall) { return; }
  const EVERY = 60000, SOONEST = 5000;
  const waiting = new Map();  /* id -> the newer part */
  let askedAt = Date.now(), timer = 0;

  function isBusy(part) {
    return !("always" in wall.dataset) && (part.matches(":hover") || part.contains(document.activeElement));
  }

  function exchange(id, fresh) {
    const part = document.getElementById(id);
    if (!part) { return; }
    if (isBusy(part)) {
      waiting.set(id, fresh);
    } else {
      waiting.delete(id);
      part.replaceWith(fresh);
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: fresh } }));
    }
    const note = document.getElementById("wall-newer");
    if (note) { note.hidden = !waiting.size; }
  }

  async function refresh() {
    clearTimeout(timer);
    askedAt = Date.now();
    try {
      const answer = await fetch(wall.dataset.wall, {
        headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "error",
      });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        fresh.querySelectorAll("#wall [data-part]").forEach((part) => exchange(part.id, document.adoptNode(part)));
        document.dispatchEvent(new Event("htmx:afterSettle"));
      }
    } catch {
      /* the next minute asks again */
    }
    timer = setTimeout(refresh, EVERY);
  }

  function settle() {
    Array.from(waiting).forEach(([id, part]) => exchange(id, part));
  }

  document.addEventListener("desk:pulse", (event) => {
    if (!event.detail.new) { return; }
    clearTimeout(timer);
    timer = setTimeout(refresh, Math.max(0, askedAt + SOONEST - Date.now()));
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { refresh(); } });
  wall.addEventListener("pointerout", () => setTimeout(settle, 0));
  wall.addEventListener("focusout", () => setTimeout(settle, 0));
  timer = setTimeout(refresh, EVERY);
}());
