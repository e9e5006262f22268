/* The keyboard of queue and ticket. Off while typing, while an IME composes, and when switched off in the account.
   Rows are `.q tbody tr` and `.found > li` with a link `.step`; other targets say data-key="n", "N", "r", "u", "/", "." */
(function () {
  "use strict";
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  let anchor = -1;

  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const rows = () => Array.from(document.querySelectorAll(".q tbody tr, .found > li"));
  const current = (list) => list.findIndex((row) => row.classList.contains("cur"));

  function press(key) {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) { return false; }
    if (target.matches("textarea, input, select")) { target.focus(); } else { target.click(); }
    return true;
  }

  function move(by) {
    const list = rows();
    if (!list.length) { return !document.dispatchEvent(new CustomEvent("desk:move", { detail: by, cancelable: true })); }
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
    const link = row && row.querySelector(".step");
    if (!link) { return enter("#next-step"); }
    window.location.assign(`${link.href.split("#")[0]}#next-step`);
    return true;
  }

  /* into a part: its first field, else what it is called; so do links that lead to a part of another page */
  function enter(part) {
    const root = document.querySelector(part);
    const field = root && (Array.from(root.querySelectorAll(
      "textarea, select, input:not([type=hidden]):not([type=file]):not([type=search]):not([disabled])"))
      .find((each) => each.offsetParent !== null) || root.querySelector("h2[tabindex]"));
    if (!field) { return false; }
    field.focus();
    return true;
  }

  /* the composer, turned to that side; a text is gone on with at its end */
  let turning = "";
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!turning || event.detail.target.id !== "composer") { return; }
    const kind = turning;
    turning = "";
    write(kind);
  });

  function write(kind) {
    const side = document.getElementById(`kind-${kind}`), box = document.getElementById("reply");
    if (!box) { return false; }
    box.focus();  /* at once: what is typed before the answer comes must not be taken for shortcuts */
    box.setSelectionRange(box.value.length, box.value.length);
    if (side && !side.checked) {
      turning = kind;
      side.click();
    }
    return true;
  }

  function undo() {
    const last = Array.from(document.querySelectorAll("#toasts .toast form button")).pop();
    if (last) { last.click(); }
    return Boolean(last);
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
    r: () => write("reply"), n: () => (document.getElementById("reply") ? write("note") : press("n")),
    N: (event) => event.shiftKey && (press("N") || press("n")), u: () => press("u"), z: undo,
    ".": () => press("."), "/": search, "?": () => toggleKeys(),
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
    return does ? does(event) : false;
  }

  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.defaultPrevented) { return; }
    if (event.key === "Escape") {
      if (event.target.closest(TYPING)) { event.target.blur(); } else { clear(); }
      return;
    }
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    const done = event.key === "Enter" && modified ? submitBy(event) : single(event);
    if (done) { event.preventDefault(); }
  });

  /* once the browser has gone there itself, which takes the focus away */
  function enterLinked() {
    const part = window.location.hash;
    if (["#next-step", "#composer", "#verb"].includes(part)) {
      requestAnimationFrame(() => requestAnimationFrame(() => enter(part)));
    }
  }
  window.addEventListener("load", enterLinked);
  window.addEventListener("hashchange", enterLinked);

  /* a part that was swapped with the focus in it keeps it, at its heading; where it has gone, the next step has it */
  let hadFocus = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    hadFocus = hadFocus || event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!hadFocus) { return; }
    hadFocus = false;
    if (document.activeElement !== document.body) { return; }
    const heading = event.detail.elt.querySelector("h2[tabindex]") || document.getElementById("next-step-title");
    if (heading) { heading.focus({ preventScroll: true }); }
  });

  /* half a word is nobody's business: what is typed is heard when the word stands, not letter by letter */
  document.addEventListener("input", (event) => { if (event.isComposing) { event.stopPropagation(); } }, true);

  /* Enter that ends a composition is not an answer: Safari sends it after compositionend */
  let composedAt = 0;
  document.addEventListener("compositionend", (event) => {
    composedAt = Date.now();
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
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
