/* The palette (Ctrl+K, Cmd+K): the server's own list of links and buttons, narrowed while one types.
   Arrows move through it, Enter takes the first or the focused one; nothing acts while an IME composes. */
(function () {
  "use strict";
  const RECENT = "aftersales.recent", MOST = 8, ENDED_MS = 80, PAUSE_MS = 150;
  const dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) { return; }
  const field = dialog.querySelector("input");
  const search = dialog.querySelector(".palette-search");
  const status = dialog.querySelector("[data-found]");
  let composedAt = 0, pause = 0;

  /* -- requests opened lately: numbers only, which open nothing by themselves -- */

  function recent() {
    try { return JSON.parse(localStorage.getItem(RECENT) || "[]").filter((each) => typeof each === "string"); }
    catch (error) { return []; }
  }

  function openRequest() {
    const view = document.body.dataset.pulseView || "";
    return view.startsWith("ticket:") ? view.slice(7) : "";
  }

  function remember(number) {
    if (!number) { return; }
    const kept = [number, ...recent().filter((each) => each !== number)].slice(0, MOST + 1);
    try { localStorage.setItem(RECENT, JSON.stringify(kept)); } catch (error) { /* private windows keep nothing */ }
  }

  /* -- open -- */

  async function open() {
    if (dialog.open) { dialog.close(); return; }
    dialog.showModal();
    field.value = "";
    field.focus();
    narrow();
    await load("");
  }

  async function load(typed) {
    const params = new URLSearchParams({ on: openRequest(), recent: recent().join(","), q: typed });
    const answer = await fetch(`${dialog.dataset.src}?${params}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected || (typed && typed !== field.value.trim())) { return; }
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("palette-list");
    if (made) { dialog.querySelector("#palette-list").replaceWith(made); narrow(); }
  }

  /* what may be a number, a request's or an order's, is looked up when the typing pauses */
  function lookUp() {
    clearTimeout(pause);
    const typed = field.value.trim();
    if (/\d/.test(typed) && typed.length > 2) { pause = setTimeout(load, PAUSE_MS, typed); }
  }

  /* -- narrow: every typed word must be there; letters in order are enough, whole words come first -- */

  function rank(words, typed) {
    if (!typed) { return 1; }
    if (words.startsWith(typed)) { return 4; }
    if (words.includes(` ${typed}`)) { return 3; }
    if (words.includes(typed)) { return 2; }
    let at = -1;
    for (const char of typed) {
      at = words.indexOf(char, at + 1);
      if (at < 0) { return 0; }
    }
    return 1;
  }

  function narrow() {
    const typed = field.value.trim().toLowerCase(), parts = typed.split(/\s+/);
    let found = 0;
    dialog.querySelectorAll("#palette-list section").forEach((section) => {
      const list = section.querySelector("ul"), items = Array.from(list.children);
      items.forEach((item, at) => {
        if (!item.dataset.at) { item.dataset.at = String(at); }
        const ranks = parts.map((part) => rank(item.dataset.words.toLowerCase(), part));
        item.hidden = ranks.includes(0);
        item.dataset.rank = String(Math.min(...ranks));
      });
      items.sort((one, other) => other.dataset.rank - one.dataset.rank || one.dataset.at - other.dataset.at);
      list.append(...items);
      const shown = items.filter((item) => !item.hidden).length;
      section.hidden = shown === 0;
      found += shown;
    });
    search.hidden = typed === "";
    search.querySelector("[data-typed]").textContent = field.value.trim();
    status.textContent = found === 1 ? status.dataset.one : `${found} ${status.dataset.many}`;
    mark();
  }

  /* a number is looked up first; so is what no command is called */
  function targets() {
    const listed = Array.from(dialog.querySelectorAll("#palette-list li:not([hidden]) :is(a, button)"));
    if (search.hidden) { return listed; }
    const isFound = listed.length && listed[0].closest("[data-looked-up]");
    return /\d/.test(field.value) && !isFound ? [search, ...listed] : [...listed, search];
  }

  function mark() {
    dialog.querySelectorAll(".cur").forEach((each) => each.classList.remove("cur"));
    const first = targets()[0];
    if (first) { first.classList.add("cur"); }
  }

  function move(by) {
    const list = [field, ...targets()], at = list.indexOf(document.activeElement);
    list[(Math.max(at, 0) + by + list.length) % list.length].focus();
  }

  /* -- keys -- */

  const isComposing = (event) =>
    event.isComposing || event.keyCode === 229 || Date.now() - composedAt < ENDED_MS;

  dialog.addEventListener("compositionend", () => { composedAt = Date.now(); });
  field.addEventListener("input", (event) => { narrow(); if (!event.isComposing) { lookUp(); } });

  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (isComposing(event)) {
      if (event.key === "Enter") { event.preventDefault(); }
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && document.activeElement === field) {
      event.preventDefault();
      const first = targets()[0];
      if (first) { first.click(); }
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      field.focus();
    }
    if (isOpener(event)) { event.preventDefault(); dialog.close(); }
  });

  /* Esc within a composition belongs to the IME; a link within the page leaves the palette behind */
  dialog.addEventListener("cancel", (event) => { if (Date.now() - composedAt < ENDED_MS) { event.preventDefault(); } });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("a")) { dialog.close(); }
  });

  const isOpener = (event) =>
    (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k";

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || !isOpener(event)) { return; }
    event.preventDefault();
    open();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) { event.preventDefault(); open(); }
  });

  remember(openRequest());
}());
