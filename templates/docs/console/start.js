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

// attach gives a method's element its button, and a place for its panel below the
// heading.
function attach(id, element) {
  const key = String(id), article = element.closest("article") ?? element;
  if (places.has(key)) return;
  const header = article.querySelector("header");
  const place = article.querySelector(".console") ?? el("div", { class: "console", "data-method": key });
  if (header) header.after(place);
  else article.prepend(place);
  const entry = { panel: undefined, place, anchor: article.getAttribute("aria-labelledby") ?? key };
  const body = el("div", { class: "con-body", id: newID(), hidden: true });
  const open = button("Try it", () => toggle(body.hidden), { class: "con-open", "data-for": key, "aria-expanded": "false", "aria-controls": body.id });
  const note = el("span", { class: "con-status", role: "status" });
  const toggle = async (wanted) => {
    open.setAttribute("aria-expanded", String(wanted));
    body.hidden = !wanted;
    if (!wanted || entry.panel) return;
    note.textContent = "Connecting…";
    try {
      await learn();
      note.textContent = "";
    } catch (err) {
      note.textContent = err.message;
      note.dataset.mood = "bad";
      open.setAttribute("aria-expanded", "false");
      body.hidden = true;
      return;
    }
    const method = desk.methods.get(key);
    if (!method) {
      note.textContent = "The server has no such method: the page is older or newer than it.";
      return;
    }
    entry.panel ??= newPanel(desk, method, entry.anchor);
    body.replaceChildren(entry.panel.element);
  };
  entry.open = () => toggle(true);
  places.set(key, entry);
  (header ?? place).append(open);
  place.append(note, body);
}

// visit goes to a method, and opens its console.
async function visit(method, params) {
  const entry = places.get(String(method["x-method-id"]));
  if (!entry) return undefined;
  await entry.open();
  if (params) entry.panel?.set(params);
  reveal(entry.place.closest("article") ?? entry.place);
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
  try {
    await learn();
  } catch {
    return; // the bar or the method's button says it
  }
  const heading = document.getElementById(to.anchor);
  const id = heading?.closest("article")?.querySelector(".console")?.dataset.method;
  const method = desk.methods.get(id) ?? [...desk.methods.values()].find((m) => m.name === to.anchor || String(m["x-method-id"]) === to.anchor);
  if (!method) return;
  const panel = await visit(method, to.params);
  if (to.fault) panel?.say(to.fault);
}

function attachAll() {
  for (const article of document.querySelectorAll("article.method")) {
    const id = article.dataset.method ?? article.querySelector(".num[id]")?.textContent.trim();
    if (id) attach(id, article);
  }
}

document.addEventListener("spgen:method", (event) => attach(event.detail.id, event.detail.element));
window.addEventListener("hashchange", follow);
attachAll();
follow();
