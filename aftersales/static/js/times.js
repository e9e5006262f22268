/* Due times that tick: <time data-due datetime="…">, made by the `due` filter. The server's clock counts. */
(function () {
  "use strict";
  const words = window.deskWords = JSON.parse(document.body.dataset.words || "{}");
  const ahead = Date.parse(document.body.dataset.now) - Date.now();
  const MINUTE = 60, SHOWS_TIME_LEFT = 4 * 3600;

  /* fills "%(name)d" and "%(name)02d", the placeholders of the translations */
  window.deskSay = function (text, values) {
    return text.replace(/%\((\w+)\)(0(\d))?[ds]/g, (whole, name, padded, width) =>
      String(values[name]).padStart(padded ? Number(width) : 0, "0"));
  };

  function span(seconds) {
    const total = Math.max(Math.ceil(seconds / MINUTE), 1);
    if (total < 60) { return window.deskSay(words.min, { minutes: total }); }
    const hours = Math.floor(total / 60), minutes = total % 60;
    if (hours < 24) { return window.deskSay(minutes ? words.hmin : words.h, { hours, minutes }); }
    const days = Math.floor(hours / 24), rest = hours % 24;
    return window.deskSay(rest ? words.dh : words.d, { days, hours: rest });
  }

  function tick() {
    const now = Date.now() + ahead;
    document.querySelectorAll("time[data-due]").forEach((time) => {
      const left = (Date.parse(time.dateTime) - now) / 1000;
      if (left > SHOWS_TIME_LEFT) { return; }
      const text = left < 0 ? window.deskSay(words.late, { span: span(-left) }) : span(left);
      if (time.textContent !== text) { time.textContent = text; }
      if (left < 0 && !time.classList.contains("t-risk")) {
        time.classList.remove("t-warn", "t-info");
        time.classList.add("t-risk");
      }
    });
  }

  setInterval(() => { if (!document.hidden) { tick(); } }, 10000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tick(); } });
  document.addEventListener("htmx:afterSettle", tick);
}());
