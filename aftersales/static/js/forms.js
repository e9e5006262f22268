/* Help for forms on every page, portal included: theme switch, choice cards, steppers, sliders, one submit
   at a time. Written for old in-app web views: no modules, no optional chaining. Nothing here is needed. */
(function () {
  "use strict";
  var root = document.documentElement;

  function closest(target, selector) {
    return target && target.closest ? target.closest(selector) : null;
  }

  /* theme: painted at once, kept by the server's cookie */
  function isDark() {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function switchTheme(button) {
    var form = button.form, next = isDark() ? "light" : "dark", data = new FormData(form);
    data.set("theme", next);
    root.setAttribute("data-theme", next);
    window.fetch(form.action, { method: "POST", body: data, redirect: "manual", credentials: "same-origin" });
  }

  /* quantity stepper: − input +, inside the input's own limits; the server checks again */
  function stepQuantity(button) {
    var input = button.parentNode.querySelector("input");
    var wanted = (parseInt(input.value, 10) || 0) + (button.getAttribute("data-step") === "up" ? 1 : -1);
    var least = input.min === "" ? 0 : Number(input.min), most = input.max === "" ? 9999 : Number(input.max);
    input.value = Math.max(least, Math.min(most, wanted));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    var button = closest(event.target, "[data-theme-switch], [data-step], [data-clears]");
    if (!button) { return; }
    event.preventDefault();
    if (button.hasAttribute("data-theme-switch")) { switchTheme(button); }
    else if (button.hasAttribute("data-step")) { stepQuantity(button); }
    else {
      var field = document.getElementById(button.getAttribute("data-clears"));
      field.value = "";
      field.focus();
    }
  });

  /* choice cards and option columns keep their class in step with the radio (no :has in old web views) */
  function markChosen(input) {
    var cards = document.getElementsByName(input.name), i, card;
    for (i = 0; i < cards.length; i += 1) {
      card = closest(cards[i], ".choice");
      if (card) { card.classList.toggle("on", cards[i].checked); }
    }
    markColumn(input);
  }

  function markColumn(input) {
    var head = closest(input, ".cmp th"), table = closest(input, ".cmp");
    if (!head || !table) { return; }
    Array.prototype.forEach.call(table.rows, function (row) {
      Array.prototype.forEach.call(row.cells, function (cell, at) {
        cell.classList.toggle("pick", at === head.cellIndex);
      });
    });
  }

  document.addEventListener("change", function (event) {
    if (event.target.name && (closest(event.target, ".choice") || closest(event.target, ".cmp"))) {
      markChosen(event.target);
    }
  });

  document.addEventListener("input", function (event) {
    var slide = closest(event.target, ".slide"), output = slide && slide.querySelector("output");
    if (output) { output.value = event.target.value + " / " + (event.target.max || 5); }
  });

  /* one submit at a time: a second tap within the answer's way is not a second order */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) { return; }
    if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "yes");
    window.setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
  });
  /* a page that comes back from the browser's memory is a fresh one */
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) { return; }
    Array.prototype.forEach.call(document.querySelectorAll("[data-sent]"), function (form) {
      form.removeAttribute("data-sent");
    });
  });

  /* the warehouse scanner types and presses Enter: its field has the focus unless a person took it elsewhere */
  function focusScan() {
    var field = document.querySelector("[data-scan]");
    if (field && (document.activeElement === document.body || !document.activeElement)) {
      field.focus();
      field.select();
    }
  }

  /* a form that comes back with mistakes shows the first of them, however far down it is */
  function focusMistake() {
    var field = closest(document.querySelector("main .field .err"), ".field");
    var input = field && (field.querySelector("[aria-invalid=true]") || field.querySelector("input, select, textarea"));
    if (input) {
      input.focus();
      field.scrollIntoView({ block: "center" });
    }
  }
  focusMistake();
  focusScan();
  document.addEventListener("htmx:afterSettle", focusScan);

  /* an open <details> of the rail or a toolbar closes by Esc and by a click elsewhere */
  function closeOpen(except) {
    Array.prototype.forEach.call(document.querySelectorAll("details[data-closes][open], details.pop[open]"),
      function (open) { if (open !== except) { open.removeAttribute("open"); } });
  }
  document.addEventListener("click", function (event) { closeOpen(closest(event.target, "details")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.isComposing) { return; }
    var open = closest(event.target, "details[open]"), clock = closest(event.target, ".clock");
    closeOpen(null);
    if (open) { open.querySelector("summary").focus(); }
    if (clock) { event.target.blur(); }
  });
}());
