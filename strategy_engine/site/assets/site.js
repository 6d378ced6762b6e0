// Search over the index of the site. The index is a script, so that it can be read from a folder as well as from a server;
// it is fetched when somebody first means to search.
"use strict";
(() => {
  const root = document.currentScript.dataset.root;
  const input = document.getElementById("q");
  const found = document.getElementById("found");
  const MOST = 30;
  let wanted = false;

  function load() {
    if (wanted) return;
    wanted = true;
    const script = document.createElement("script");
    script.src = root + "assets/search.js";
    script.onload = show;
    document.head.append(script);
  }

  // how well an entry fits: by its name first, then by its title, then by anything else that is said of it; 0 for not at all
  function fit(entry, words) {
    let sum = 0;
    for (const word of words) {
      const at = entry.low.findIndex((text) => text.includes(word));
      if (at < 0) return 0;
      sum += 10 - at * 2 + (entry.low[at] === word ? 5 : entry.low[at].startsWith(word) ? 2 : 0);
    }
    return sum;
  }

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.hidden = !words.length || !window.SEARCH;
    if (found.hidden) return;
    const best = [];
    for (const entry of window.SEARCH) {
      entry.low ??= [entry.name, entry.title, entry.kind, entry.owner, entry.says].map((text) => text.toLowerCase());
      const score = fit(entry, words);
      if (score) best.push([score, entry]);
    }
    best.sort((one, other) => other[0] - one[0]);
    found.replaceChildren(summary(best.length), list(best.slice(0, MOST)));
  }

  function summary(count) {
    const line = document.createElement("p");
    line.textContent = count ? `${count} ${found.dataset.found}` : found.dataset.nothing;
    return line;
  }

  function list(best) {
    const items = document.createElement("ul");
    for (const [, entry] of best) {
      const link = document.createElement("a");
      link.href = root + entry.url;
      const title = document.createElement("strong");
      title.textContent = entry.title || entry.name;
      const kind = document.createElement("span");
      kind.textContent = ` ${entry.kind} · ${entry.name}`;
      link.append(title, kind);
      const item = document.createElement("li");
      item.append(link);
      items.append(item);
    }
    return items;
  }

  // the arrow keys lead from the field through what was found, Escape back
  function walk(event) {
    if (event.key === "Escape") {
      input.value = "";
      found.hidden = true;
      input.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...found.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      next.focus();
      event.preventDefault();
    }
  }

  const form = input.form;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  form.addEventListener("keydown", walk);
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) found.hidden = true;
  });
  input.addEventListener("focus", () => { load(); show(); });
  input.addEventListener("input", () => { load(); show(); });
  document.addEventListener("keydown", (event) => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName);
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey) {
      input.focus();
      event.preventDefault();
    }
  });

  // a wide drawing begins where the declaration stands
  for (const here of document.querySelectorAll(".graph .here rect")) {
    const scroll = here.closest(".scroll");
    scroll.scrollLeft = Number(here.getAttribute("x")) + Number(here.getAttribute("width")) / 2 - scroll.clientWidth / 2;
  }
})();
