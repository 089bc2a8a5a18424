// Controls of values that have parts. Their get, set and problem work as those of
// single values; faults collects what is wrong inside, find finds a part.

// objectControl has a field for each member. Members that the form does not know
// are kept.
function objectControl(members, changed, path = []) {
  const fields = new Map(members.map((m) => [m.name, newField(m, changed, [...path, m.name])]));
  let others = new Map();
  const note = el("p", { class: "con-note", hidden: true });
  const element = el("div", { class: "con-fields" }, ...Array.from(fields.values(), (f) => f.element), note);
  const told = () => {
    note.hidden = others.size === 0;
    note.textContent = `Sent as well, though unknown: ${[...others.keys()].join(", ")}`;
  };
  return {
    element,
    input: null,
    get() {
      const all = new Map();
      for (const [name, field] of fields) {
        const value = field.get();
        if (value !== undefined) all.set(name, value);
      }
      for (const [name, value] of others) all.set(name, value);
      return all;
    },
    set(value) {
      if (value !== undefined && !(value instanceof Map)) return false;
      for (const [name, field] of fields) field.set(value?.get(name));
      others = new Map([...(value ?? [])].filter(([name]) => !fields.has(name)));
      told();
      return true;
    },
    faults: () => Array.from(fields.values(), (f) => f.faults()).flat(),
    clear: () => fields.forEach((f) => f.clear()),
    find: ([name, ...rest]) => (fields.has(name) ? fields.get(name).find(rest) : undefined),
  };
}

// arrayControl has a row for each element.
function arrayControl(shape, changed, name, path) {
  let rows = [], exists = false;
  const list = el("ol", { class: "con-rows" });
  const add = button("Add", () => { exists = true; insert().field.focus(); changed(); }, { class: "con-small" });
  const none = button("Empty array", () => { exists = true; changed(); }, { class: "con-small" });
  const count = el("span", { class: "con-unit", role: "status" });
  const element = el("div", { class: "con-array" }, list, el("div", { class: "con-beside" }, add, none, count));

  const draw = () => {
    list.replaceChildren(...rows.map((r) => r.element));
    rows.forEach((row, i) => {
      row.field.rename(`${name} ${i + 1}`, [...path, i]);
      row.up.disabled = i === 0;
      row.down.disabled = i === rows.length - 1;
    });
    none.hidden = exists;
    count.textContent = !exists ? "" : rows.length === 1 ? "1 element" : `${rows.length} elements`;
  };
  const insert = (value) => {
    const field = newField({ name, shape: shape.items, required: true, element: true, about: "" }, changed, [...path, rows.length]);
    const row = { field };
    row.up = move(row, -1, "↑", "Up");
    row.down = move(row, 1, "↓", "Down");
    const remove = button("✕", () => {
      const at = rows.indexOf(row);
      rows.splice(at, 1);
      draw();
      (rows[Math.min(at, rows.length - 1)]?.field ?? { focus: () => add.focus() }).focus();
      changed();
    }, { class: "con-small", "aria-label": "Remove" });
    row.element = el("li", {}, field.element, el("div", { class: "con-moves" }, row.up, row.down, remove));
    if (value !== undefined) field.set(value);
    rows.push(row);
    draw();
    return row;
  };
  const move = (row, by, sign, label) => button(sign, (event) => {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    rows.splice(at + by, 0, row);
    draw();
    (event.target.disabled ? (by < 0 ? row.down : row.up) : event.target).focus();
    changed();
  }, { class: "con-small", "aria-label": label });
  draw();

  return {
    element,
    input: add,
    get: () => (exists ? rows.map((r) => r.field.get() ?? null) : undefined),
    set(value) {
      if (value !== undefined && !Array.isArray(value)) return false;
      exists = value !== undefined;
      rows = [];
      draw();
      value?.forEach((of) => insert(of));
      return true;
    },
    problem: () => {
      if (exists && rows.length < (shape.fewest ?? 0)) return `At least ${shape.fewest} elements`;
      return exists && rows.length > (shape.most ?? Infinity) ? `At most ${shape.most} elements` : "";
    },
    faults: () => rows.map((r) => r.field.faults()).flat(),
    clear: () => rows.forEach((r) => r.field.clear()),
    find: ([i, ...rest]) => rows[i]?.field.find(rest),
  };
}

const controls = {
  boolean: booleanControl, integer: integerControl, number: numberControl, text: textControl, enum: enumControl,
  bigint: bigintControl, decimal: decimalControl, uuid: uuidControl, bytes: bytesControl, json: jsonControl,
  date: dateControl, time: timeControl, instant: instantControl, timestamp: timestampControl,
};

function newControl(shape, changed, name, path) {
  if (shape.kind === "array") return arrayControl(shape, changed, name, path);
  if (shape.kind === "object") return objectControl(shape.members, changed, path);
  return (controls[shape.kind] ?? jsonControl)(shape, changed, name);
}
