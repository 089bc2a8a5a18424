// The two sides of a method's parameters: a form and JSON, kept in step. JSON that
// is broken stays as it is written, and the form waits until it is mended.

function newForm(method, document) {
  const members = paramsOf(method, document);
  let broken = false;
  const fields = objectControl(members, () => fromForm());
  const form = el("fieldset", { class: "con-form" }, el("legend", {}, "Parameters"),
    members.length > 0 ? fields.element : el("p", { class: "con-about" }, "It takes none."));
  if (members.length === 0) form.append(fields.element);
  const id = newID();
  const text = el("textarea", { class: "con-code", id, spellcheck: "false", rows: 8, "aria-describedby": `${id}-fault`, oninput: () => fromJSON() });
  const fault = el("p", { class: "con-fault", id: `${id}-fault`, role: "status" });
  const discard = button("Take the form's values again", () => { broken = false; fromForm(); (text.hidden ? veil : text).focus(); }, { class: "con-small", hidden: true });
  const format = button("Format", () => { const v = parsed(text.value); if (v !== undefined) text.value = print(v, "  "); }, { class: "con-small" });
  // What is typed is seen while it is typed; afterwards secrets are masked.
  const veil = el("pre", { class: "con-code con-veil", tabindex: "0", "aria-label": "The same as JSON, secrets are masked", title: "Show it to edit it" });
  const eye = newEye("the secrets of the JSON", () => cover());
  const side = el("div", { class: "con-json", onfocusout: (event) => { if (!side.contains(event.relatedTarget)) cover(); } },
    el("div", { class: "con-beside" }, el("label", { for: id }, "The same as JSON"), el("span", { class: "con-switches" }, eye.element, format)),
    text, veil, fault, discard);
  const cover = () => {
    const safe = maskedText(text.value), secrets = safe !== text.value;
    const covered = secrets && !eye.shown() && !text.matches(":focus");
    veil.textContent = safe;
    veil.hidden = !covered;
    text.hidden = covered;
    eye.element.hidden = !secrets;
  };

  const say = (message) => {
    broken = message !== "";
    fault.textContent = message;
    discard.hidden = !broken;
    form.disabled = broken;
    text[broken ? "setAttribute" : "removeAttribute"]("aria-invalid", "true");
    form.title = broken ? "Mend the JSON first" : "";
  };
  const fromForm = () => {
    if (broken) return;
    say("");
    text.value = print(fields.get(), "  ");
    cover();
  };
  const fromJSON = () => {
    try {
      const value = text.value.trim() === "" ? new Map() : parse(text.value);
      if (!(value instanceof Map)) throw new Fault("parameters are an object: begin with {", text.value, 0);
      say("");
      fields.set(value);
    } catch (err) {
      if (!(err instanceof Fault)) throw err;
      say(err.message);
    }
    cover();
  };
  fromForm();

  return {
    element: el("div", { class: "con-sides" }, form, side),
    members,
    broken: () => broken,
    focusJSON: () => text.focus(),
    // value is what would be sent; not while the JSON is broken.
    value: () => (text.value.trim() === "" ? new Map() : parse(text.value)),
    set(value) {
      say("");
      fields.set(value);
      text.value = print(value, "  ");
      cover();
    },
    faults: () => fields.faults(),
    clear: () => fields.clear(),
    // find returns the field at a path of the protocol, such as items[2].price.
    find(path) {
      const parts = path.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p)) ?? [];
      return fields.find(parts) ?? fields.find(parts.map(String));
    },
  };
}

// exampleOf is the first example of a method's document, if it has one.
function exampleOf(method, document) {
  const example = resolve(method.examples?.[0], document);
  if (!Array.isArray(example.params)) return undefined;
  return new Map(example.params.map((p) => resolve(p, document)).map((p) => [p.name, plain(p.value)]));
}
