// Controls of single values. Each has an element, the input to focus, get, which
// is undefined where there is no value, set, which takes what the control can
// show, and problem, which says what is wrong with it.

const numbers = /^-?(0|[1-9]\d*)$/;

// typed is a control around an input; spec has what differs.
function typed(input, changed, spec) {
  input.addEventListener("input", () => { control.touched = true; changed(); });
  const control = {
    element: spec.around?.(input) ?? input,
    input,
    touched: false,
    get: () => (input.value === "" && !(spec.empty && control.touched) ? undefined : spec.read(input.value)),
    set(value) {
      const text = value === undefined ? "" : spec.show(value);
      if (text === undefined) return false;
      control.touched = value !== undefined;
      input.value = text;
      return true;
    },
    problem: () => (input.validity.badInput ? "This is not complete" : input.value === "" ? "" : spec.fault?.(input.value) ?? ""),
  };
  return control;
}

const asText = { read: (text) => text, show: (value) => (typeof value === "string" ? value : undefined) };
const asNumber = { read: (text) => new Num(text), show: (value) => (value instanceof Num ? value.text : undefined) };

function between(shape) {
  return (text) => {
    const n = Number(text);
    if (shape.least !== undefined && n < shape.least) return `At least ${shape.least}`;
    return shape.most !== undefined && n > shape.most ? `At most ${shape.most}` : "";
  };
}

function textFault(shape) {
  return (text) => {
    const n = [...text].length;
    if (shape.shortest !== undefined && n < shape.shortest) return `At least ${shape.shortest} characters`;
    if (shape.longest !== undefined && n > shape.longest) return `At most ${shape.longest} characters`;
    return shape.pattern && !matches(shape.pattern, text) ? `It has to match ${shape.pattern}` : "";
  };
}

// matches is true for a pattern that this browser cannot read: the server can.
function matches(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

const longTexts = /body|text|message|content|comment|description|note|bio|about/i;

function textControl(shape, changed, name) {
  const long = longTexts.test(name) && !secret(name);
  const input = long
    ? el("textarea", { rows: 2 })
    : el("input", { type: secret(name) ? "password" : "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const around = secret(name) ? (i) => withEye(i, name) : undefined;
  return typed(input, changed, { ...asText, empty: true, around, show: (v) => (typeof v === "string" && (long || !/[\r\n]/.test(v)) ? v : undefined), fault: textFault(shape) });
}

function enumControl(shape, changed) {
  const input = el("select", {}, el("option", { value: "" }, "choose…"), ...shape.labels.map((l, i) => el("option", { value: `${i}` }, l)));
  return typed(input, changed, {
    read: (i) => shape.labels[i],
    show: (value) => (shape.labels.includes(value) ? `${shape.labels.indexOf(value)}` : undefined),
  });
}

function booleanControl(_, changed) {
  const input = el("select", {}, el("option", { value: "" }, "choose…"), el("option", {}, "true"), el("option", {}, "false"));
  return typed(input, changed, { read: (text) => text === "true", show: (v) => (typeof v === "boolean" ? `${v}` : undefined) });
}

function integerControl(shape, changed) {
  const input = el("input", { type: "number", step: "1", min: shape.least, max: shape.most, autocomplete: "off" });
  return typed(input, changed, {
    show: (v) => (v instanceof Num && numbers.test(v.text) ? v.text : undefined),
    read: (text) => (numbers.test(text) ? new Num(text) : undefined),
    fault: (text) => (numbers.test(text) ? between(shape)(text) : "A whole number, written with digits"),
  });
}

function numberControl(shape, changed) {
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const special = (text) => infinities.includes(text);
  return typed(input, changed, {
    read: (text) => (special(text) ? text : parsed(text) instanceof Num ? new Num(text) : undefined),
    show: (v) => (v instanceof Num ? v.text : special(v) ? v : undefined),
    fault: (text) => (special(text) ? "" : parsed(text) instanceof Num ? between(shape)(text) : "A number, NaN, Infinity or -Infinity"),
  });
}

function parsed(text, most) {
  try {
    return parse(text, most);
  } catch {
    return undefined;
  }
}

// bigintControl keeps all digits: the value is a string.
function bigintControl(_, changed) {
  const input = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", placeholder: "digits" });
  const fault = (text) => {
    if (!/^-?\d+$/.test(text)) return "A whole number, written with digits";
    const n = BigInt(text);
    return n < -(2n ** 63n) || n >= 2n ** 63n ? "Beyond a bigint: -9223372036854775808 to 9223372036854775807" : "";
  };
  return typed(input, changed, { ...asText, fault });
}

function decimalControl(_, changed) {
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  return typed(input, changed, { ...asText, fault: (text) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) || infinities.includes(text) ? "" : "A decimal number") });
}

function uuidControl(_, changed) {
  const input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "6ba7b810-9dad-11d1-80b4-00c04fd430c8" });
  const make = button("Make one", () => { control.set(crypto.randomUUID?.() ?? ""); changed(); }, { class: "con-small" });
  const control = typed(input, changed, {
    ...asText,
    around: (i) => (crypto.randomUUID ? el("div", { class: "con-beside" }, i, make) : i),
    fault: (text) => (/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text) ? "" : "A UUID: 32 hexadecimal digits, with dashes or without"),
  });
  return control;
}
