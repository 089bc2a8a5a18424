// What was sent and what came, as it was on the wire.

let prettyFrames = stored.get("pretty") !== "no";

function newAnswer() {
  const status = el("p", { class: "con-status", role: "status" });
  const what = el("div", { class: "con-error", hidden: true });
  const frames = el("div", { class: "con-frames" });
  const pretty = el("input", { type: "checkbox", onchange: () => { prettyFrames = pretty.checked; stored.set("pretty", prettyFrames ? "yes" : "no"); draw(); } });
  const toggle = el("label", { class: "con-pretty" }, pretty, " indented");
  const eye = newEye("the frames' secrets", () => draw());
  const element = el("div", { class: "con-answer", hidden: true }, el("div", { class: "con-beside" }, status, el("span", { class: "con-switches" }, eye.element, toggle)), what, frames);
  let shown = {};

  const draw = () => {
    pretty.checked = prettyFrames;
    const both = [["Sent", shown.sent], ["Received", shown.received]].filter(([, text]) => text !== undefined);
    frames.replaceChildren(...both.map(([name, text]) => figure(name, text, eye.shown())));
    eye.element.hidden = both.every(([, text]) => maskedText(text) === text);
    toggle.hidden = shown.sent === undefined;
  };
  return {
    element,
    say(text, mood = "") {
      element.hidden = false;
      status.textContent = text;
      status.dataset.mood = mood;
    },
    show(now) {
      element.hidden = false;
      shown = now;
      what.replaceChildren();
      what.hidden = true;
      draw();
    },
    fault(nodes) {
      what.replaceChildren(...nodes);
      what.hidden = false;
    },
  };
}

const longestShown = 100_000; // characters, before they are asked for

// figure is a frame: exact, or indented; and with its secrets, or without.
function figure(name, exact, open) {
  const text = open ? exact : maskedText(exact);
  const value = prettyFrames ? parsed(text, deepestAnswer) : undefined;
  const whole = value === undefined ? text : print(value, "  ");
  const code = el("code", {}, ...(whole.length > longestShown ? [whole.slice(0, longestShown)] : coloured(whole)));
  const more = whole.length > longestShown && button(`Show all ${whole.length} characters`, () => { code.textContent = whole; more.remove(); }, { class: "con-small" });
  const copy = button("Copy", () => copyText(text, copy), { class: "con-small", "aria-label": `Copy the frame ${name.toLowerCase()}` });
  return el("figure", { class: "card con-frame" },
    el("figcaption", {}, `${name} `, el("small", {}, `${bytesOf(exact)} bytes`), copy),
    el("pre", { tabindex: "0", "aria-label": `Frame ${name.toLowerCase()}` }, code), more || null);
}

// coloured marks names, strings and numbers of JSON, as the page does.
function coloured(text) {
  const nodes = [];
  let at = 0;
  for (const m of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g)) {
    if (m.index > at) nodes.push(text.slice(at, m.index));
    nodes.push(el("span", { class: m[2] ? "k" : m[1] ? "s" : "n" }, m[1] ?? m[0]));
    if (m[2]) nodes.push(m[2]);
    at = m.index + m[0].length;
  }
  return [...nodes, text.slice(at)];
}

// explain says what an error answer means, and marks the fields concerned.
function explain(error, form) {
  const text = (key) => { const v = error.get(key); return v instanceof Num ? v.text : typeof v === "string" ? v : ""; };
  const data = error.get("data") instanceof Map ? error.get("data") : new Map();
  const nodes = [el("p", {}, el("strong", {}, text("name")), " ", el("small", {}, text("code")), el("br"), text("message"))];
  const faults = Array.isArray(data.get("faults")) ? data.get("faults") : [];
  const lines = [];
  for (const f of faults.filter((one) => one instanceof Map)) {
    const message = [f.get("reason"), f.get("message")].filter(Boolean).join(": ");
    form.find(String(f.get("param")))?.mark(message);
    lines.push(el("li", {}, el("code", {}, String(f.get("param"))), ` ${message}`));
  }
  if (lines.length > 0) nodes.push(el("ul", {}, ...lines));
  if (data.get("more")) nodes.push(el("p", {}, `and ${print(data.get("more"))} more`));
  if (typeof data.get("field") === "string") form.find(data.get("field"))?.mark(text("message"));
  const after = data.get("retry_after_ms");
  if (after instanceof Num) nodes.push(el("p", {}, `Try again in ${after.text} ms.`));
  else if (error.get("retryable") === true) nodes.push(el("p", {}, "The same request may succeed later."));
  if (text("log_id")) nodes.push(el("p", {}, "The server's log has the cause: ", el("code", {}, text("log_id"))));
  return nodes;
}

async function copyText(text, from) {
  const label = from.textContent;
  try {
    await navigator.clipboard.writeText(text);
    from.textContent = "Copied";
  } catch {
    from.textContent = copyBySelection(text) ? "Copied" : "Not allowed";
  }
  setTimeout(() => { from.textContent = label; }, 1500);
}

// copyBySelection is for pages that came without TLS, which have no clipboard.
function copyBySelection(text) {
  const area = el("textarea", { class: "con-file", "aria-hidden": "true" });
  area.value = text;
  const focused = document.activeElement;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}
