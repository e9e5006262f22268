/* The pulse: one small POST every 3 s says what is on the page and hears what changed elsewhere and who is here.
   Page: <body data-pulse="URL" data-pulse-view="queue:mine" data-pulse-since="…">, rows [data-pulse-id] in a
   [data-pulse-list data-pulse-since="…"], counters [data-counter], #live with [data-live-text], people in [data-here].
   Sent: {view, shown: [ids], since, typing}. Answer: 204, or {since, changed: [id or {id, text}], new, counters, here}.
   Nothing moves: a changed row is marked in place, new ones only raise the count in the live bar. */
(function () {
  "use strict";
  const body = document.body, url = body.dataset.pulse;
  if (!url) { return; }
  const EVERY = 3000, SLOWEST = 60000;
  const words = JSON.parse(body.dataset.words || "{}");
  const seen = { changed: new Set(), fresh: 0 };
  const own = new Map();  /* number -> version after one's own action; what is drawn anew then may hide another's */
  let since = body.dataset.pulseSince || "", failures = 0, typedAt = 0, timer = 0;

  function headers() {
    return Object.assign({ "Content-Type": "application/json" }, JSON.parse(body.getAttribute("hx-headers") || "{}"));
  }

  function question() {
    const shown = Array.from(document.querySelectorAll("[data-pulse-id]"), (row) => {
      const id = row.dataset.pulseId, number = id.split(":")[0];
      return own.has(number) ? `${number}:${own.get(number)}` : id;
    });
    return JSON.stringify({ view: body.dataset.pulseView || "", shown, since, typing: Date.now() - typedAt < 6000 });
  }

  function markRow(change) {
    const id = String(change.id === undefined ? change : change.id);
    const row = document.querySelector(`[data-pulse-id="${CSS.escape(id)}"]`);
    seen.changed.add(id);
    if (!row) { return; }
    const place = row.querySelector("[data-changed]") || row.querySelector(".sub") || row;
    let mark = row.querySelector(".changed");
    if (!mark) {
      mark = document.createElement("span");
      mark.className = "changed";
      place.append(" ", mark);
    }
    mark.textContent = change.text || words.changed;
  }

  function count(counters) {
    Object.entries(counters).forEach(([name, value]) => {
      document.querySelectorAll(`[data-counter="${CSS.escape(name)}"]`).forEach((place) => {
        place.textContent = value > 999 ? "999+" : String(value);
      });
    });
  }

  function raise() {
    const bar = document.getElementById("live"), text = bar && bar.querySelector("[data-live-text]");
    if (!text || !(seen.fresh || seen.changed.size)) { return; }
    text.textContent = words.fresh
      .replace("%(new)d", seen.fresh > 999 ? "999+" : seen.fresh)
      .replace("%(changed)d", seen.changed.size);
    bar.hidden = false;
  }

  function greet(names) {
    document.querySelectorAll("[data-here]").forEach((place) => {
      place.textContent = names.length ? words.viewing.replace("%(names)s", names.join(", ")) : "";
      place.hidden = !names.length;
    });
  }

  function hear(news) {
    since = news.since || since;
    (news.changed || []).forEach(markRow);
    seen.fresh += news.new || 0;
    if (news.counters) { count(news.counters); }
    if (news.here) { greet(news.here); }
    raise();
    document.dispatchEvent(new CustomEvent("desk:pulse", { detail: news }));
  }

  async function beat() {
    if (document.hidden) { return; }  /* visibilitychange starts it again */
    try {
      const answer = await fetch(url, {
        method: "POST", headers: headers(), body: question(), credentials: "same-origin", redirect: "error",
      });
      if (answer.status === 200) { hear(await answer.json()); }
      failures = answer.ok ? 0 : failures + 1;
    } catch {
      failures += 1;
    }
    schedule(Math.min(EVERY * 2 ** failures, SLOWEST));
  }

  function schedule(delay) {
    clearTimeout(timer);
    timer = setTimeout(beat, delay);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { clearTimeout(timer); } else { schedule(0); }
  });
  document.addEventListener("input", (event) => { if (event.target.matches("textarea")) { typedAt = Date.now(); } });
  body.addEventListener("ticket.changed", (event) => {
    const { shown, version } = event.detail || {};
    if (shown) { own.set(shown, version); } else { own.clear(); }
  });
  /* the list was drawn anew: what was announced is now on it */
  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    const list = part.matches("[data-pulse-list]") ? part : part.querySelector("[data-pulse-list]");
    if (!list) { return; }
    seen.changed.clear();
    seen.fresh = 0;
    since = list.dataset.pulseSince || since;
    const bar = document.getElementById("live");
    if (bar) { bar.hidden = true; }
  });
  schedule(EVERY);
}());
