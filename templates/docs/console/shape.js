// A shape is what a JSON Schema says about a value, as far as a form can use it.

// resolve follows references inside the document.
function resolve(schema, document) {
  for (let hops = 0; typeof schema?.$ref === "string" && schema.$ref.startsWith("#") && hops < 16; hops++) {
    const { $ref, ...beside } = schema;
    let target = document;
    for (const part of $ref.slice(1).split("/").slice(1)) {
      target = target?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    schema = { ...target, ...beside };
  }
  return typeof schema === "object" && schema !== null ? schema : {};
}

const infinities = ["infinity", "-infinity", "NaN", "Infinity", "-Infinity"];

// shapeOf describes a schema. What has no control of its own is "json".
function shapeOf(schema, document, depth = 0) {
  const s = resolve(schema, document);
  const many = s.anyOf ?? s.oneOf;
  if (many && depth < 12) return shapeOfMany(s, many, document, depth);
  const types = [s.type ?? []].flat();
  const shape = { kind: "json", nullable: types.includes("null"), about: s.description ?? "", hint: hintOf(s) };
  if (types.length === 0 && !s.enum) shape.nullable = false; // null is a value of json itself
  const type = types.find((t) => t !== "null");
  if (depth >= 12) return shape;
  if (s.enum) return { ...shape, kind: "enum", labels: s.enum.filter((l) => typeof l === "string"), nullable: shape.nullable || s.enum.includes(null) };
  switch (type) {
    case "boolean": return { ...shape, kind: "boolean" };
    case "integer":
    case "number": return { ...shape, kind: type, least: s.minimum, most: s.maximum };
    case "string": return { ...shape, ...textShape(s) };
    case "array": return { ...shape, kind: "array", items: shapeOf(s.items ?? {}, document, depth + 1), fewest: s.minItems, most: s.maxItems };
    case "object": return s.properties ? { ...shape, kind: "object", members: membersOf(s, document, depth) } : { ...shape, kind: "json" };
  }
  return shape;
}

// shapeOfMany describes alternatives: null, the ways to write a scalar, the next
// dimension of an array, and the two forms of a range.
function shapeOfMany(s, many, document, depth) {
  const all = many.map((one) => resolve(one, document));
  const rest = all.filter((one) => one.type !== "null" && !(one.type === "array" && !one.items));
  const texts = rest.filter((one) => one.type === "string"), others = rest.filter((one) => one.type !== "string");
  const numeric = others.length > 0 && others.every((one) => one.type === "number" || one.type === "integer");
  let shape = shapeOf(others[0] ?? texts[0] ?? {}, document, depth + 1);
  if (texts.length > 0 && others.length > 0 && (!numeric || accepts(texts, "0"))) shape = { ...shape, kind: numeric ? textKind(texts) : "json" };
  if (texts.length > 1 && others.length === 0) shape = { ...shape, kind: textKind(texts) };
  if (texts.length === 0 && others.length > 1) {
    if (shape.kind === "object") shape.members.forEach((m) => { m.required &&= m.name !== "bounds"; });
    else shape.kind = "json";
  }
  shape.nullable ||= all.some((one) => one.type === "null");
  shape.about = s.description ?? shape.about;
  shape.hint = shape.kind === "text" ? "string" : shape.kind;
  return shape;
}

const formats = {
  date: /^\d{4}-\d\d-\d\d$/, "date-time": /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[-+]\d\d:\d\d)$/, uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  decimal: /^-?\d+(\.\d+)?$/, time: /^\d\d:\d\d:\d\d/,
};

// accepts says whether a text satisfies one of several schemas of strings.
function accepts(schemas, text) {
  return schemas.some((s) => {
    if (s.enum) return s.enum.includes(text);
    if (s.pattern) return matches(s.pattern, text);
    return s.format in formats ? formats[s.format].test(text) : true;
  });
}

// samples are texts of each kind. Which of them a schema accepts says what it is,
// however its pattern is written.
const samples = [
  ["instant", "2024-02-29T09:05:07Z"], ["timestamp", "2024-02-29T09:05:07"], ["date", "2024-02-29"], ["time", "09:05:00"],
  ["uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ["decimal", "-1.50"], ["bigint", "-9223372036854775808"],
];

function textKind(schemas) {
  if (schemas.some((s) => s.contentEncoding === "base64")) return "bytes";
  if (accepts(schemas, "any text")) return "text";
  const found = samples.filter(([, text]) => accepts(schemas, text)).map(([kind]) => kind);
  if (found.length === 1 || found.join() === "decimal,bigint") return found[0];
  return "text";
}

// textShape says which kind of text a string is.
function textShape(s) {
  const kind = textKind([s]);
  return kind === "text" ? { kind, shortest: s.minLength, longest: s.maxLength, pattern: s.pattern } : { kind, hint: kind === "bytes" ? "base64" : kind };
}

function membersOf(s, document, depth) {
  return Object.entries(s.properties).map(([name, schema]) => {
    const shape = shapeOf(schema, document, depth + 1);
    return { name, shape, required: (s.required ?? []).includes(name), about: shape.about };
  });
}

// hintOf is the type in a word or two, for people.
function hintOf(s) {
  return s.enum ? "one of a list" : [s.type ?? "JSON"].flat().filter((t) => t !== "null").join(" or ");
}

// paramsOf returns the members of a method's parameters.
function paramsOf(method, document) {
  return (method.params ?? []).map((p) => {
    const d = resolve(p, document), shape = shapeOf(d.schema ?? {}, document);
    return { name: d.name, shape, required: d.required === true, about: d.description || shape.about, otherwise: d["x-default"] ?? "" };
  });
}
