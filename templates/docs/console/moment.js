// Controls of moments and of bytes.

function dateControl(_, changed) {
  return typed(el("input", { type: "date", max: "9999-12-31" }), changed, {
    ...asText, show: (v) => (/^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined),
  });
}

function timeControl(_, changed) {
  return typed(el("input", { type: "time", step: "1" }), changed, {
    read: (text) => (text.length === 5 ? `${text}:00` : text),
    show: (v) => (/^([01]\d|2[0-3]):\d\d:\d\d$/.test(v) ? v : undefined),
  });
}

// momentControl is a date and time to the second, what is finer goes by raw JSON.
function momentControl(changed, zone, words) {
  const input = el("input", { type: "datetime-local", step: "1", max: "9999-12-31T23:59:59" });
  const now = button("Now", () => { control.set(new Date().toISOString().slice(0, 19) + zone); changed(); }, { class: "con-small" });
  const control = typed(input, changed, {
    read: (text) => (text.length === 16 ? `${text}:00` : text) + zone,
    show: (v) => (typeof v === "string" && new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d${zone}$`).test(v) ? v.slice(0, 19) : undefined),
    around: (i) => el("div", { class: "con-beside" }, i, words && el("span", { class: "con-unit" }, words), now),
  });
  return control;
}

function instantControl(_, changed) { return momentControl(changed, "Z", "UTC"); }

function timestampControl(_, changed) { return momentControl(changed, "", ""); }

// bytesControl is base64; it can be taken from a file or from text.
function bytesControl(_, changed) {
  const input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "base64" });
  const file = el("input", {
    type: "file", class: "con-file", "aria-label": "Take a file's bytes",
    async onchange() {
      if (!file.files[0]) return;
      control.set(toBase64(new Uint8Array(await file.files[0].arrayBuffer())));
      changed();
    },
  });
  const control = typed(input, changed, {
    ...asText, empty: true,
    around: (i) => el("div", { class: "con-beside" }, i, file),
    fault: (text) => (/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) ? "" : "Base64 with padding"),
  });
  return control;
}

function toBase64(bytes) {
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text);
}

// jsonControl takes any JSON, as it is written.
function jsonControl(shape, changed, name = "") {
  const input = el("textarea", { rows: 3, spellcheck: "false", class: "con-code", placeholder: shape.kind === "json" ? "JSON" : "" });
  const fault = (text) => {
    try {
      parse(text);
      return "";
    } catch (err) {
      return err.message;
    }
  };
  const around = holdsSecret(name, shape) ? (i) => withEye(i, name) : undefined;
  return typed(input, changed, { read: parsed, show: (v) => print(v, "  "), around, fault });
}
