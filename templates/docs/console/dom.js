// Elements are made here and nowhere else: what comes from the document, a frame
// or the reader is text, never markup.

let lastID = 0;

function newID() { return `con-${++lastID}`; }

// el makes an element. Names that begin with "on" are listeners, false and
// undefined are left out.
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c !== undefined && c !== null));
  return element;
}

function button(text, onclick, attributes = {}) { return el("button", { type: "button", onclick, ...attributes }, text); }

// reveal brings an element into view, calmly where that is wanted.
function reveal(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

// stored keeps small things that are no secrets; where that is not possible they
// are forgotten with the page.
const stored = {
  get(key) {
    try {
      return localStorage.getItem(`spgen.console.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`spgen.console.${key}`, value);
    } catch { /* not kept */ }
  },
};
