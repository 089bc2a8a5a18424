
// Search. Each word of the query must be found in a method: in its name, ID,
// parameters, errors or tables. That is their order, too.
const most = 40; // results that are shown

// quality is how well text, in lower case, has word: 0 not at all, 3 as it is.
function quality(text, word, starts) {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (text.length === word.length) return 3;
  if (at === 0) return 2.5;
  return starts && starts.has(text.lastIndexOf(word)) || starts && starts.has(at) ? 2 : 1;
}

// starts are the places where the words of a name begin.
function startsOf(name) {
  const places = new Set();
  for (const match of name.matchAll(/[A-Z][a-z0-9]*|[a-z0-9]+/g)) places.add(match.index);
  return places;
}

class Index {
  constructor(data) {
    this.lists = [["parameter", data.params], ["error", data.errors], ["table", data.tables]].map(
      ([what, names]) => ({ what, names, lower: names.map((n) => n.toLowerCase()) }));
    this.methods = data.methods.map(([name, id, anchor, service, params, tables, errors]) => ({
      name, id: String(id), anchor, service, lower: name.toLowerCase(), starts: startsOf(name), uses: [params, errors, tables],
    }));
    this.others = data.others.map(([name, anchor, what]) => ({ name, anchor, what, lower: name.toLowerCase() }));
  }

  // find returns the hits for a query, the best first.
  find(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean).map((word) => ({
      word, lists: this.lists.map((list) => list.lower.map((n) => quality(n, word))),
    }));
    if (words.length === 0) return [];
    const hits = [];
    for (const method of this.methods) {
      const hit = this.match(method, words);
      if (hit) hits.push(hit);
    }
    for (const other of this.others) {
      const scores = words.map(({ word }) => quality(other.lower, word));
      if (scores.every(Boolean)) hits.push({ ...other, score: 20 * Math.min(...scores) + 220, told: other.what });
    }
    return hits.sort((a, b) => b.score - a.score || a.name.length - b.name.length);
  }

  match(method, words) {
    let score = 0;
    const told = [];
    for (const { word, lists } of words) {
      const best = this.best(method, word, lists);
      if (!best.score) return null;
      score += best.score;
      if (best.told) told.push(best.told);
    }
    return { name: method.name, id: method.id, anchor: method.anchor, score: score / words.length, told: told.join(", ") || method.service };
  }

  best(method, word, lists) {
    const named = quality(method.lower, word, method.starts);
    if (named) return { score: 700 + 100 * named };
    if (method.id.startsWith(word)) return { score: method.id === word ? 690 : 600 };
    let best = { score: 0 };
    lists.forEach((scores, i) => {
      const floor = i === 0 ? 400 : 200;
      for (const at of method.uses[i]) {
        const score = scores[at] && floor + 30 * scores[at];
        if (score > best.score) best = { score, told: this.lists[i].what + " " + this.lists[i].names[at] };
      }
    });
    return best;
  }
}

// marked shows the words of a query in text.
function marked(element, text, words) {
  const lower = text.toLowerCase();
  let at = 0;
  while (at < text.length) {
    let from = text.length, to = from;
    for (const word of words) {
      const found = lower.indexOf(word, at);
      if (found >= 0 && found < from) [from, to] = [found, found + word.length];
    }
    element.append(text.slice(at, from));
    if (from < to) element.append(make("mark", {}, text.slice(from, to)));
    at = to;
  }
  return element;
}

function startSearch() {
  const input = byID("search"), list = byID("search-results"), status = byID("search-status");
  let index = null, hits = [], at = -1;

  const select = (to) => {
    at = to;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = list.children[at];
    if (!hits[at]) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    index ??= new Index(JSON.parse(byID("search-index").textContent));
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    hits = index.find(input.value);
    list.replaceChildren(...hits.slice(0, most).map((hit, i) => {
      const option = make("li", { role: "option", id: "search-result-" + i, "aria-selected": "false" });
      option.append(marked(make("strong", {}), hit.name, words), marked(make("span", { class: "num" }), hit.id ?? "", words),
        marked(make("span", { class: "what" }), hit.told, words));
      return option;
    }));
    if (words.length === 0) {
      status.textContent = "";
      return close();
    }
    const number = hits.length === 1 ? "1 result" : hits.length + " results";
    status.textContent = hits.length > most ? `${number}, the first ${most} are shown` : number;
    if (hits.length === 0) list.append(make("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing has this name, ID, parameter, error or table."));
    hits = hits.slice(0, most);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    select(hits.length ? 0 : -1);
    list.scrollTop = 0;
  };
  const go = (hit) => {
    close();
    input.value = "";
    status.textContent = "";
    input.blur();
    location.hash = hit.anchor;
    const heading = byID(hit.anchor);
    heading.setAttribute("tabindex", "-1");
    heading.focus({ preventScroll: true });
  };
  const keys = {
    ArrowDown: () => select((at + 1) % hits.length),
    ArrowUp: () => select((at - 1 + hits.length) % hits.length),
    Enter: () => go(hits[at]),
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value) show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close();
    } else if (keys[event.key] && !list.hidden && hits.length) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    const hit = option && hits[[...list.children].indexOf(option)];
    if (hit) go(hit);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!slash && !k || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  byID("search-box").hidden = false;
}
