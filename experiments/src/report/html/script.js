"use strict";
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // Tables: rising, falling, and in the order of the file again. What is empty comes last.
  const compare = (a, b) => {
    const [x, y] = [a, b].map((cell) => cell.dataset.key);
    const words = [a, b].map((cell) => (cell.textContent === "–" ? "" : cell.textContent));
    if (!words[0] || !words[1]) return { last: true, order: (words[0] ? 0 : 1) - (words[1] ? 0 : 1) };
    if (x !== undefined && y !== undefined) return { order: Number(x) - Number(y) };
    return { order: words[0].localeCompare(words[1], "en", { numeric: true }) };
  };
  for (const table of all("table")) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      head.setAttribute("aria-sort", "none");
      head.querySelector("button").addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" };
        const to = next[head.getAttribute("aria-sort")];
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", to);
        const sign = to === "descending" ? -1 : 1;
        const ordered = to === "none" ? rows : rows.toSorted((a, b) => {
          const { last, order } = compare(a.cells[column], b.cells[column]);
          return last ? order : sign * order;
        });
        body.replaceChildren(...ordered);
      });
    });
  }

  // Charts: what a point stands for, by pointer, touch or arrow keys.
  const tip = document.getElementById("tip");
  let on = null;
  const leave = () => {
    if (on) on.classList.remove("on");
    on = null;
    tip.hidden = true;
  };
  const show = (mark) => {
    if (mark === on) return;
    leave();
    on = mark;
    mark.classList.add("on");
    tip.textContent = mark.dataset.text;
    tip.hidden = false;
    // Its size at the edge of the window would be another.
    tip.style.left = tip.style.top = "0";
    const at = mark.getBoundingClientRect();
    const box = tip.getBoundingClientRect();
    const left = Math.min(Math.max(4, at.left + at.width / 2 - box.width / 2), document.documentElement.clientWidth - box.width - 4);
    const above = at.top - box.height - 4;
    tip.style.left = `${left}px`;
    tip.style.top = `${above >= 4 ? above : at.bottom + 4}px`;
  };
  for (const plane of all("svg.plane")) {
    const series = all(".series", plane);
    const marks = (k) => all(".hit", series[k]);
    for (const mark of all(".hit", plane)) {
      const title = mark.querySelector("title");
      mark.dataset.text = title.textContent;
      // Else the browser shows it as well.
      title.remove();
      // Points lie on each other: the nearest one answers.
      for (const event of ["pointermove", "pointerdown"]) {
        mark.addEventListener(event, ({ clientX, clientY }) => {
          const distance = (other) => {
            const { left, top, width, height } = other.getBoundingClientRect();
            return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
          };
          const shown = all(".series:not([hidden]) .hit", plane);
          show(shown.reduce((best, other) => (distance(other) < distance(best) ? other : best)));
        });
      }
    }
    plane.addEventListener("pointerleave", leave);
    plane.addEventListener("blur", leave);
    plane.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (event.key === "Escape") leave();
      const shown = series.map((_, k) => k).filter((k) => !series[k].hasAttribute("hidden") && marks(k).length);
      if (!step || !shown.length) return;
      event.preventDefault();
      const of = on && plane.contains(on) ? series.findIndex((group) => group.contains(on)) : -1;
      if (of < 0) return show(marks(shown[0])[0]);
      const place = marks(of).indexOf(on);
      const next = shown[(shown.indexOf(of) + step[0] + shown.length) % shown.length];
      const count = marks(next).length;
      show(marks(next)[Math.min(Math.max(0, place + step[1]), count - 1)]);
    });
    for (const entry of all(".entry", plane.closest("figure"))) {
      entry.addEventListener("click", () => {
        const visible = entry.getAttribute("aria-pressed") !== "true";
        entry.setAttribute("aria-pressed", visible);
        series[Number(entry.dataset.series)].toggleAttribute("hidden", !visible);
        leave();
      });
    }
  }
  addEventListener("scroll", leave, { passive: true });

  // The theme: the system's until another is chosen. Pages opened from files may not remember it.
  const button = document.getElementById("theme");
  const themes = ["automatic", "light", "dark"];
  const remember = (theme) => {
    try { localStorage.setItem("report-theme", theme); } catch { /* Not allowed here. */ }
  };
  const remembered = () => {
    try { return localStorage.getItem("report-theme"); } catch { return null; }
  };
  const choose = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  choose(themes.includes(remembered()) ? remembered() : "automatic");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length];
    choose(next);
    remember(next);
  });

  // On paper everything is shown.
  addEventListener("beforeprint", () => all("details").forEach((each) => { each.open = true; }));
})();
