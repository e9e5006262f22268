/* While the composer's answer is on its way one types on, and may send already: what is typed goes on in the text
   that comes, and what was sent meanwhile is sent from there. Without this the form that was pressed would be gone. */
(function () {
  "use strict";
  const boxNow = () => document.getElementById("reply");
  let awaited = null;  /* what the composer is about to become: {xhr, box, text, turns} */

  /* what stands in `now` and not in `then`: one run of typing, wherever the caret was */
  function added(then, now) {
    let head = 0, tail = 0;
    while (head < then.length && then[head] === now[head]) { head += 1; }
    while (tail < then.length - head && then[then.length - 1 - tail] === now[now.length - 1 - tail]) { tail += 1; }
    return now.slice(head, Math.max(head, now.length - tail));
  }

  function goOn(typed) {
    const box = boxNow();
    if (!typed || !box) { return; }
    box.value += typed;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function arrived(was) {
    awaited = null;
    if (boxNow() !== was.box) { goOn(added(was.text, was.box.value)); }
    const form = document.querySelector("#composer form");
    if (was.sends && form) { form.requestSubmit(form.querySelector("[data-send]")); }
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, target, requestConfig } = event.detail, box = boxNow();
    if (!box || !target || target.id !== "composer") { return; }
    const was = { box, text: box.value, isDraft: requestConfig.path.endsWith("/draft"), sends: false };
    awaited = was;
    xhr.addEventListener("loadend", () => arrived(was));
  });

  /* a second press of what is being sent is no second message */
  document.addEventListener("submit", (event) => {
    if (!awaited || !awaited.isDraft || !event.target.closest("#composer")) { return; }
    if (!event.submitter || !event.submitter.matches("[data-send]")) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    awaited.sends = true;
  }, true);
}());
