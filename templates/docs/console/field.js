// A field is a control with its name, what is said of it, and its switches: to
// send it or not, to send null, and to write its value as JSON. What the control
// cannot show is shown as JSON, so that nothing is lost.

function newField(member, changed, path) {
  const { shape, required } = member;
  const id = newID(), grouped = shape.kind === "array" || shape.kind === "object";
  let last = path;
  const touch = () => { if (send) send.checked = true; refresh(); changed(); };
  const control = newControl(shape, touch, member.name, path);
  const raw = jsonControl({ ...shape, kind: "json" }, touch, member.name);
  let asJSON = shape.kind === "json", chosen = false; // by the reader

  const send = required ? null : el("input", { type: "checkbox", onchange: () => { refresh(); changed(); } });
  const isNull = shape.nullable ? el("input", { type: "checkbox", onchange: () => { if (send && isNull.checked) send.checked = true; refresh(); changed(); } }) : null;
  const toggle = shape.kind === "json" ? null : button("{ }", () => swap(), { class: "con-small con-swap", "aria-pressed": "false", "aria-label": `Write ${member.name} as JSON`, title: "Write this value as JSON" });
  const fault = el("p", { class: "con-fault", id: `${id}-fault`, hidden: true });
  const about = el("p", { class: "con-about", id: `${id}-about` }, member.about || "");
  about.hidden = !member.about;
  const name = el("code", {}, member.name);
  const what = [member.element ? "" : required ? "required" : "optional", shape.kind === "json" ? "JSON" : shape.hint];
  const label = el(grouped ? "legend" : "label", { for: grouped ? undefined : id }, name, " ", el("small", {}, what.filter(Boolean).join(", ")));
  const switches = el("span", { class: "con-switches" },
    send && el("label", {}, send, " send"), isNull && el("label", {}, isNull, " null"), toggle);
  const place = el("div", { class: "con-place" });
  const element = el(grouped ? "fieldset" : "div", { class: "con-field" },
    label, switches, place, about, otherwise(member, control.input), fault);
  for (const input of [control.input, raw.input]) {
    input?.setAttribute("aria-describedby", `${id}-about ${id}-fault`);
    if (!grouped || input === raw.input) input?.setAttribute("id", input === raw.input ? `${id}-raw` : id);
  }
  raw.input.setAttribute("aria-label", `${member.name} as JSON`);

  const active = () => (asJSON ? raw : control);
  const refresh = () => {
    const off = isNull?.checked === true;
    if (place.firstChild !== active().element) place.replaceChildren(active().element);
    for (const input of place.querySelectorAll("input, select, textarea, button")) if (off || input.dataset.off) { input.disabled = off; input.dataset.off = off ? "1" : ""; }
    toggle?.setAttribute("aria-pressed", String(asJSON));
    if (!grouped) label.setAttribute("for", asJSON ? raw.input.id : id);
    element.classList.toggle("con-absent", send !== null && !send.checked);
  };
  const swap = () => {
    const value = active().get();
    const accepted = asJSON ? fits(value) : raw.set(value);
    if (!accepted) { mark("Only JSON can hold this value"); return; }
    asJSON = chosen = !asJSON;
    refresh();
    changed();
  };
  // fits sets the control, and says whether it shows the very value.
  const fits = (value) => control.set(value) && (value === undefined || same(control.get(), value));
  const mark = (message) => {
    fault.textContent = message;
    fault.hidden = message === "";
    for (const input of [control.input, raw.input]) input?.[message ? "setAttribute" : "removeAttribute"]("aria-invalid", "true");
    for (const input of [control.input, raw.input]) input?.setCustomValidity?.(message);
  };
  refresh();

  const field = {
    element,
    get path() { return last; },
    get: () => {
      if (send && !send.checked) return undefined;
      if (isNull?.checked) return null;
      const value = active().get();
      return value === undefined && member.element && shape.kind === "text" ? "" : value;
    },
    set(value) {
      if (send) send.checked = value !== undefined;
      if (isNull) isNull.checked = value === null;
      mark("");
      if (value === undefined || value === null && isNull) {
        control.set(undefined);
        raw.set(undefined);
        asJSON = chosen || shape.kind === "json";
      } else {
        asJSON = chosen || shape.kind === "json" || !fits(value);
        if (asJSON && !same(parsed(raw.input.value), value)) raw.set(value);
      }
      refresh();
    },
    faults() {
      mark("");
      if (send && !send.checked || isNull?.checked) return [];
      const inside = asJSON ? [] : control.faults?.() ?? [];
      const problem = active().problem?.() || (active().get() === undefined && field.get() === undefined ? "A value is needed" : "");
      if (problem) mark(problem);
      return problem ? [field, ...inside] : inside;
    },
    mark,
    clear: () => { mark(""); control.clear?.(); },
    find: (rest) => (rest.length > 0 && !asJSON ? control.find?.(rest) : undefined) ?? field,
    focus: () => (active().input ?? place.querySelector("input, select, textarea, button"))?.focus(),
    rename(text, at) { name.textContent = text; last = at; },
  };
  return field;
}

// otherwise says what an optional parameter is when it is not sent: in its input,
// where that has room for words, else below it.
function otherwise(member, input) {
  if (member.required || !member.otherwise) return null;
  const words = /^null(::|$)/i.test(member.otherwise) ? "null" : member.otherwise;
  if (input instanceof HTMLInputElement && ["text", "number", "password"].includes(input.type)) {
    input.placeholder = `not sent: ${words}`;
    return null;
  }
  return el("p", { class: "con-about" }, "If not sent: ", el("code", {}, words));
}

function same(a, b) { return a !== undefined && b !== undefined && print(a) === print(b); }
