// Secrets are known by their names. They are shown when that is asked for, and
// stand in nothing that is kept or copied to somewhere else.

// secret says whether a parameter's name is that of something to keep to oneself.
function secret(name) {
  return /passw|passphrase|secret|token|credential|api_?key|(^|_)(pwd|pin|otp|key|pass|cvc|cvv)(_|$)/i.test(name);
}

// holdsSecret says whether a member is a secret, or has one in it.
function holdsSecret(name, shape) {
  return secret(name) || (shape.members ?? []).some((m) => holdsSecret(m.name, m.shape)) || shape.items !== undefined && holdsSecret("", shape.items);
}

const mask = "•••";

// masked is a value with its secrets left out, or with what instead makes of
// their names in their place.
function masked(value, instead) {
  if (Array.isArray(value)) return value.map((of) => masked(of, instead));
  if (!(value instanceof Map)) return value;
  const kept = new Map();
  for (const [name, of] of value) {
    if (!secret(name) || of === null) kept.set(name, masked(of, instead));
    else if (instead !== undefined) kept.set(name, instead(name));
  }
  return kept;
}

// maskedText is a JSON text with its secrets masked, and as it is beside them.
// What is no JSON stays as it is.
function maskedText(text) {
  const reader = new Reader(text, deepestAnswer);
  try {
    reader.value(0);
  } catch (err) {
    if (!(err instanceof Fault)) throw err;
    return text;
  }
  let shown = "", at = 0;
  for (const [from, to] of reader.secrets.sort(([a], [b]) => a - b)) {
    if (from < at) continue; // it is in one that is masked
    shown += text.slice(at, from) + JSON.stringify(mask);
    at = to;
  }
  return shown + text.slice(at);
}

// newEye is a button that shows secrets and hides them again.
function newEye(what, changed) {
  let open = false;
  const name = () => {
    element.textContent = open ? "Hide" : "Show";
    element.setAttribute("aria-label", `${element.textContent} ${what}`);
  };
  const element = button("", () => { open = !open; name(); changed(); }, { class: "con-small con-eye" });
  name();
  return { element, shown: () => open };
}

// withEye lets what is typed be seen.
function withEye(input, what) {
  const eye = newEye(what, () => {
    if (input instanceof HTMLInputElement) input.type = eye.shown() ? "text" : "password";
    else input.classList.toggle("con-veiled", !eye.shown());
  });
  if (!(input instanceof HTMLInputElement)) input.classList.add("con-veiled");
  return el("div", { class: "con-beside" }, input, eye.element);
}
