/* The keyboard of queue and ticket. Off while typing, while an IME composes, and when switched off in the account.
   Rows are `.q tbody tr` with a link `.step`; other targets say data-key="e", "r", "n", "j", "k", "/", "." or "u". */
(function () {
  "use strict";
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  let anchor = -1;

  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const rows = () => Array.from(document.querySelectorAll(".q tbody tr"));
  const current = (list) => list.findIndex((row) => row.classList.contains("cur"));

  function press(key) {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) { return false; }
    if (target.matches("textarea, input, select")) { target.focus(); } else { target.click(); }
    return true;
  }

  function move(by) {
    const list = rows();
    if (!list.length) { return press(by > 0 ? "j" : "k"); }
    const at = current(list), next = Math.max(0, Math.min(list.length - 1, at + by));
    if (at >= 0) { list[at].classList.remove("cur"); }
    list[next].classList.add("cur");
    const link = list[next].querySelector(".step");
    if (link) { link.focus({ preventScroll: true }); }
    list[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  function tick(row, checked) {
    const box = row.querySelector("[type=checkbox]");
    if (!box || box.checked === checked) { return; }
    box.checked = checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function select(withShift) {
    const list = rows(), at = current(list);
    if (at < 0) { return false; }
    const box = list[at].querySelector("[type=checkbox]");
    if (!box) { return false; }
    const checked = withShift ? true : !box.checked;
    const from = withShift && anchor >= 0 ? Math.min(anchor, at) : at;
    list.slice(from, Math.max(at, withShift ? anchor : at) + 1).forEach((row) => tick(row, checked));
    anchor = at;
    return true;
  }

  function open() {
    const row = rows()[current(rows())];
    const link = row && row.querySelector(".step");
    if (link) { link.click(); }
    return Boolean(link);
  }

  function step() {
    const row = rows()[current(rows())];
    const link = row && (row.querySelector("[data-next-step]") || row.querySelector(".step"));
    if (!link) { return press("e"); }
    window.location.assign(`${link.href.split("#")[0]}#next-step`);
    return true;
  }

  function search() {
    const field = Array.from(document.querySelectorAll("[type=search]")).find((each) => each.offsetParent !== null);
    if (!field) { return press("/"); }
    field.focus();
    field.select();
    return true;
  }

  function toggleKeys(show) {
    const panel = document.getElementById("keys");
    if (!panel) { return false; }
    panel.hidden = show === undefined ? !panel.hidden : !show;
    if (!panel.hidden) { panel.focus(); }
    return true;
  }

  function clear() {
    toggleKeys(false);
    rows().forEach((row) => tick(row, false));
    anchor = -1;
  }

  const SINGLE = {
    j: () => move(1), k: () => move(-1), x: () => select(false), e: step,
    r: () => press("r"), n: () => press("n"), ".": () => press("."), "/": search, "?": () => toggleKeys(),
  };

  /* Ctrl+Enter finishes the step, Alt+Enter sends the message, Shift+Enter runs the bulk action */
  function submitBy(event) {
    const inside = event.target.closest("form");
    let form = null;
    if (event.ctrlKey || event.metaKey) {
      form = inside && inside.closest("#next-step, [data-step-form]") ? inside : document.querySelector("#next-step form");
    } else if (event.altKey) {
      form = document.querySelector("#composer form, form#composer");
    } else if (event.shiftKey && !event.target.matches("textarea")) {
      form = document.querySelector("#bulk form, form#bulk");
    }
    if (!form) { return false; }
    const button = form.querySelector("[data-send]") || form.querySelector(".btn-primary[type=submit], [type=submit]");
    form.requestSubmit(button || undefined);
    return true;
  }

  function single(event) {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) { return false; }
    if (event.target.closest(TYPING)) { return false; }
    if (event.key === "X" && event.shiftKey) { return select(true); }
    if (event.key === "Enter") {
      return event.target.closest("a, button, summary, input") ? false : open();
    }
    const does = SINGLE[event.key];
    return does ? does() : false;
  }

  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.defaultPrevented) { return; }
    if (event.key === "Escape") {
      if (!event.target.closest(TYPING)) { clear(); }
      return;
    }
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    const done = event.key === "Enter" && modified ? submitBy(event) : single(event);
    if (done) { event.preventDefault(); }
  });

  /* Enter that ends a composition is not an answer: Safari sends it after compositionend */
  let composedAt = 0;
  document.addEventListener("compositionend", () => { composedAt = Date.now(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && Date.now() - composedAt < 80 && event.target.matches("input")) {
      event.preventDefault();
    }
  }, true);

  function countTicked() {
    const shown = document.querySelector("[data-ticked]");
    if (shown) { shown.textContent = String(document.querySelectorAll(".q tbody [type=checkbox]:checked").length); }
  }
  document.addEventListener("htmx:afterSettle", countTicked);
  window.addEventListener("pageshow", countTicked);

  /* a selected row says so to the eye and to the voice */
  document.addEventListener("change", (event) => {
    const row = event.target.closest(".q tbody tr");
    if (row && event.target.type === "checkbox") { row.setAttribute("aria-selected", String(event.target.checked)); }
    if (event.target.matches("[data-select-all]")) { rows().forEach((each) => tick(each, event.target.checked)); }
    countTicked();
  });
}());
