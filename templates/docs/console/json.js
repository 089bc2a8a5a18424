// JSON that keeps what JSON.parse loses: the digits of numbers, and the place of
// a fault. Objects are Maps, numbers are Nums.

class Num {
  constructor(text) { this.text = text; }
}

class Fault extends Error {
  constructor(message, text, at) {
    const before = text.slice(0, at).split("\n");
    super(`Line ${before.length}, column ${before.at(-1).length + 1}: ${message}`);
    this.at = at;
  }
}

// deepest is how deep what is typed may nest; a server takes less. Documents in a
// database may be deeper.
const deepest = 64, deepestAnswer = 1000;

class Reader {
  constructor(text, most) { this.text = text; this.most = most; this.at = 0; this.secrets = []; }

  fail(message, at = this.at) { throw new Fault(message, this.text, at); }

  blank() { while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++; }

  next() { this.blank(); return this.text[this.at]; }

  take(regexp) {
    regexp.lastIndex = this.at;
    const found = regexp.exec(this.text);
    if (found) this.at = regexp.lastIndex;
    return found?.[0];
  }

  value(depth) {
    if (depth > this.most) this.fail("this is nested too deeply");
    const c = this.next();
    if (c === undefined) this.fail("a value is missing here");
    if (c === "{") return this.object(depth);
    if (c === "[") return this.array(depth);
    if (c === '"') return this.string();
    const at = this.at, word = this.take(/[-+.\w]+/y);
    if (word === undefined) this.fail(`${JSON.stringify(c)} begins no value`);
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word)) return new Num(word);
    return this.fail(/^[-+.\d]/.test(word) ? `${word} is no number of JSON` : `${word} is no value: write it in double quotes`, at);
  }

  string() {
    const at = this.at, text = this.take(/"(?:[^"\\\u0000-\u001f]|\\.)*"/y);
    if (text === undefined) this.fail("this string does not end on its line", at);
    try {
      return JSON.parse(text);
    } catch {
      return this.fail("this string has a \\ that JSON does not know", at);
    }
  }

  array(depth) {
    const all = [];
    this.list("]", () => all.push(this.value(depth + 1)));
    return all;
  }

  object(depth) {
    const all = new Map();
    this.list("}", () => {
      if (this.next() !== '"') this.fail("a name in double quotes is due here");
      const at = this.at, name = this.string();
      if (all.has(name)) this.fail(`${JSON.stringify(name)} is there twice`, at);
      if (this.next() !== ":") this.fail("a colon is due here");
      this.at++;
      this.blank();
      const from = this.at, value = this.value(depth + 1);
      if (secret(name) && value !== null) this.secrets.push([from, this.at]);
      all.set(name, value);
    });
    return all;
  }

  // list reads what is between brackets; item reads one.
  list(end, item) {
    this.at++;
    for (let first = true; this.next() !== end; first = false) {
      if (!first) {
        if (this.text[this.at] !== ",") this.fail(`a comma or ${end} is due here`);
        this.at++;
        if (this.next() === end) this.fail("nothing follows this comma", this.at);
      }
      item();
    }
    this.at++;
  }
}

// parse returns the value of a JSON text, or throws a Fault.
function parse(text, most = deepest) {
  const reader = new Reader(text, most), value = reader.value(0);
  if (reader.next() !== undefined) reader.fail("the value has ended before this");
  return value;
}

// print writes a value: on one line, or indented.
function print(value, indent = "", lead = "") {
  if (value instanceof Num) return value.text;
  if (!(value instanceof Map) && !Array.isArray(value)) return JSON.stringify(value);
  const inner = lead + indent, object = value instanceof Map;
  const parts = object
    ? Array.from(value, ([name, of]) => `${JSON.stringify(name)}:${indent && " "}${print(of, indent, inner)}`)
    : value.map((of) => print(of, indent, inner));
  const [open, close] = object ? "{}" : "[]";
  if (!indent || parts.length === 0) return open + parts.join(",") + close;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${lead}${close}`;
}

// plain turns what JSON.parse has returned into such a value.
function plain(value) { return value === undefined ? undefined : parse(JSON.stringify(value)); }
