// The page has a place for each method, or fires an event when it shows one.

const socketURL = (() => {
  const url = new URL("../ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = url.search = "";
  return url.href;
})();

const link = new Link(socketURL);
const places = new Map(); // by method ID
let desk, learning;

// learn asks the server once what its methods are.
function learn() {
  return (learning ??= ask().catch((err) => { learning = undefined; throw err; }));
}

async function ask() {
  const { frame, received } = await link.call(2, "{}");
  const found = frame instanceof Map && frame.has("result") ? JSON.parse(received).result : null;
  if (!Array.isArray(found?.methods)) throw new Error("The server does not say what its methods are.");
  const methods = found.methods.map((m) => ({ ...m, params: (m.params ?? []).map((p) => resolve(p, found)) }));
  desk = { document: found, link, history: new History(), methods: new Map(methods.map((m) => [String(m["x-method-id"]), m])), visit, again };
  desk.session = new Session(link, methods);
  document.body.append(newBar(desk));
  document.body.classList.add("con-on");
  return desk;
}

// attach gives a method's element its button. There may be thousands of them, so
// the rest waits until it is used, and of a large page the button, too, until the
// page shows the method.
function attach(id, element) {
  const key = String(id), article = element.closest("article") ?? element;
  if (places.has(key)) return;
  const entry = { key, article, panel: undefined, place: undefined };
  entry.button = button("Try it", () => toggle(entry, !entry.place || entry.body.hidden), { class: "con-open", "data-for": key, "aria-expanded": "false" });
  places.set(key, entry);
  (article.querySelector("header") ?? article).append(entry.button);
}

// entryOf returns the place for a method, also where it is not shown yet.
function entryOf(id) {
  const article = document.querySelector(`article.method[data-method="${CSS.escape(id)}"]`);
  if (article) attach(id, article);
  return places.get(String(id));
}

// furnish makes the place for a method's panel, below its heading.
function furnish(entry) {
  const { article, key } = entry, header = article.querySelector("header");
  entry.place = article.querySelector(".console") ?? el("div", { class: "console", "data-method": key });
  entry.note = el("span", { class: "con-status", role: "status" });
  entry.body = el("div", { class: "con-body", id: newID(), hidden: true });
  entry.place.append(entry.note, entry.body);
  if (header) header.after(entry.place);
  else article.append(entry.place);
  entry.button.setAttribute("aria-controls", entry.body.id);
}

// toggle opens or closes a method's console, which is made when it first opens.
async function toggle(entry, wanted) {
  if (!entry.place) furnish(entry);
  const say = (text, mood) => { entry.note.textContent = text; entry.note.dataset.mood = mood; };
  const show = (open) => { entry.button.setAttribute("aria-expanded", String(open)); entry.body.hidden = !open; };
  show(wanted);
  if (!wanted || entry.panel) return;
  say("Connecting…", "");
  try {
    await learn();
  } catch (err) {
    say(err.message, "bad");
    show(false);
    return;
  }
  const method = desk.methods.get(entry.key);
  if (!method) {
    say("The server has no such method: the page is older or newer than it.", "bad");
    return;
  }
  say("", "");
  entry.panel ??= newPanel(desk, method, entry.article.getAttribute("aria-labelledby") ?? entry.key);
  entry.body.replaceChildren(entry.panel.element);
}

// visit goes to a method, and opens its console.
async function visit(method, params) {
  const entry = entryOf(String(method["x-method-id"]));
  if (!entry) return undefined;
  await toggle(entry, true);
  if (params) entry.panel?.set(params);
  reveal(entry.article);
  entry.place.querySelector(".con-panel input, .con-panel select, .con-panel textarea, .con-panel button")?.focus();
  return entry.panel;
}

async function again(call, send) {
  const panel = await visit(call.method, call.params);
  if (send) await panel?.run();
}

// follow shows what the URL says.
async function follow() {
  const to = linked();
  if (!to) return;
  history.replaceState(null, "", `#${to.anchor}`);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  document.getElementById(to.anchor)?.scrollIntoView();
  const article = document.getElementById(to.anchor)?.closest("article");
  const entry = article?.dataset.method ? entryOf(article.dataset.method) : [...places.values()].find((p) => p.article === article);
  if (entry) await toggle(entry, true); // which says what fails
  if (!desk) return;
  const method = desk.methods.get(entry?.key) ?? [...desk.methods.values()].find((m) => m.name === to.anchor || String(m["x-method-id"]) === to.anchor);
  if (!method) return;
  const panel = await visit(method, to.params);
  if (to.fault) panel?.say(to.fault);
}

function attachAll() {
  for (const article of document.querySelectorAll("article.method")) {
    if (article.querySelector(":scope > .packed")) continue;
    const id = article.dataset.method ?? article.querySelector(".num[id]")?.textContent.trim();
    if (id) attach(id, article);
  }
}

document.addEventListener("spgen:method", (event) => attach(event.detail.id, event.detail.element));
window.addEventListener("hashchange", follow);
attachAll();
follow();
