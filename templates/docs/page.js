// The page reads without this. It adds search, tabs, copying, the choice of a
// theme, and unpacks the methods of a large page.
const root = document.documentElement;
const byID = (id) => document.getElementById(id);

// Storage is refused in some browsers to pages from disk.
const memory = {
  get(key) {
    try { return localStorage.getItem("spgen." + key); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem("spgen." + key, value); } catch { /* it holds until the page is left */ }
  },
};

const languages = ["frame", "go", "javascript", "python", "shell"];
const themes = ["light", "dark"];
root.classList.add("js");
root.dataset.lang = languages.includes(memory.get("lang")) ? memory.get("lang") : "frame";
if (themes.includes(memory.get("theme"))) root.dataset.theme = memory.get("theme");

function make(name, attributes, text) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// say tells people who cannot see what changed.
function say(text) {
  byID("said").textContent = "";
  requestAnimationFrame(() => { byID("said").textContent = text; });
}

function startTheme() {
  const button = byID("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    memory.set("theme", root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "unseen", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

// copyButton copies what text() returns.
function copyButton(attributes, label, text) {
  const button = make("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

// Snippets name the server that served the page, where one did.
const socket = "ws://127.0.0.1:8080/ws";
const served = location.protocol.startsWith("http") ? new URL("../ws", location.href).href.replace(/^http/, "ws").replace(/[?#].*/, "") : socket;

function name(code) {
  if (served === socket) return;
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (node.data.includes(socket)) node.data = node.data.replaceAll(socket, served);
    else if (/^\s*spgen call /.test(node.data)) node.data = node.data.replace("spgen call ", "spgen call --url " + served + " ");
  }
}

function showLanguage(lang) {
  root.dataset.lang = lang;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const chosen = tab.dataset.for === lang;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}

// choose shows the snippets in one language, and keeps the tab where it is.
function choose(tab) {
  const before = tab.getBoundingClientRect().top;
  showLanguage(tab.dataset.for);
  memory.set("lang", tab.dataset.for);
  tab.focus({ preventScroll: true });
  scrollBy(0, tab.getBoundingClientRect().top - before);
}

function moveTab(event) {
  const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  choose(tabs[(to + tabs.length) % tabs.length]);
}

// addTabs makes tabs of a method's snippets.
function addTabs(snippets) {
  const row = make("div", { class: "tabs" });
  const list = make("div", { role: "tablist", "aria-label": "The request as" });
  for (const card of snippets.children) {
    const lang = card.dataset.lang, title = card.querySelector("figcaption").textContent;
    const chosen = lang === root.dataset.lang;
    const tab = make("button", { type: "button", role: "tab", "data-for": lang, "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1" }, title);
    tab.addEventListener("click", () => choose(tab));
    list.append(tab);
    const pre = card.querySelector("pre");
    pre.setAttribute("role", "tabpanel");
    pre.setAttribute("aria-label", title);
  }
  list.addEventListener("keydown", moveTab);
  row.append(list, copyButton({ class: "copy", "aria-label": "Copy the request" }, "Copy", () =>
    snippets.querySelector(`[data-lang="${root.dataset.lang}"] code`).textContent));
  snippets.prepend(row);
  snippets.classList.add("tabbed");
}

// enhance adds to a part of the page what needs script.
function enhance(part) {
  for (const code of part.querySelectorAll(".card code")) name(code);
  for (const snippets of part.querySelectorAll(".snippets")) addTabs(snippets);
  for (const card of part.querySelectorAll(".card:not([data-lang])")) {
    const code = card.querySelector("code");
    card.querySelector("figcaption").append(copyButton({ class: "copy", "aria-label": "Copy this" }, "Copy", () => code.textContent));
  }
}

// addLinks adds to links to a place in a part of the page what copies them.
function addLinks(links) {
  for (const link of links) {
    const what = link.getAttribute("aria-label").replace("Link", "Copy link");
    link.after(copyButton({ class: "copy copy-link", "aria-label": what }, "Copy link", () => link.href));
  }
}

// tell lets other scripts add to a method that is in the page now.
function tell(article) {
  const id = Number(article.dataset.method);
  article.dispatchEvent(new CustomEvent("spgen:method", { bubbles: true, detail: { id, element: article } }));
}

document.addEventListener("DOMContentLoaded", () => {
  startTheme();
  startSearch();
  startContents();
  addLinks(document.querySelectorAll("main .link:not(.large .method .link)")); // the others come with their methods
  enhance(document);
  startPacks();
  for (const article of document.querySelectorAll("article.method")) {
    if (!article.querySelector(".packed")) tell(article);
  }
});
