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

// shapeOfMany describes alternatives: null, and the names of values beyond all
// others beside a scalar, and the two forms of a range.
function shapeOfMany(s, many, document, depth) {
  const all = many.map((one) => resolve(one, document));
  const rest = all.filter((one) => one.type !== "null");
  const usual = rest.filter((one) => !(one.enum && one.enum.every((l) => infinities.includes(l))));
  const first = usual[0] ?? rest[0] ?? {};
  const shape = shapeOf(first, document, depth + 1);
  if (usual.length > 1 && shape.kind !== "object") shape.kind = "json";
  if (usual.length > 1 && shape.kind === "object") shape.members.forEach((m) => { m.required &&= m.name !== "bounds"; });
  shape.nullable ||= rest.length < all.length;
  shape.about = s.description ?? shape.about;
  return shape;
}

// textShape says which kind of text a string is.
function textShape(s) {
  const bounds = { shortest: s.minLength, longest: s.maxLength, pattern: s.pattern };
  if (s.contentEncoding === "base64") return { kind: "bytes" };
  if (s.format === "date") return { kind: "date" };
  if (s.format === "date-time") return { kind: "instant" };
  if (s.format === "uuid") return { kind: "uuid" };
  if (s.format === "decimal") return { kind: "decimal" };
  if (/^(local-|)date-?time-local$/.test(s.format) || /^A date and time without/.test(s.description ?? "")) return { kind: "timestamp" };
  if (s.format === "time" || /^A time of day: hh:mm:ss\.f/.test(s.description ?? "")) return { kind: "time" };
  if (/^\^-\?\\d\{1,19\}\$$/.test(s.pattern ?? "")) return { kind: "bigint" };
  return { kind: "text", ...bounds };
}

function membersOf(s, document, depth) {
  return Object.entries(s.properties).map(([name, schema]) => {
    const shape = shapeOf(schema, document, depth + 1);
    return { name, shape, required: (s.required ?? []).includes(name), about: shape.about };
  });
}

// hintOf is the type in a word or two, for people.
function hintOf(s) {
  const type = [s.type ?? "JSON"].flat().filter((t) => t !== "null").join(" or ");
  return s.enum ? "one of a list" : s.format ?? (s.contentEncoding ?? type);
}

// paramsOf returns the members of a method's parameters.
function paramsOf(method, document) {
  return (method.params ?? []).map((p) => {
    const d = resolve(p, document), shape = shapeOf(d.schema ?? {}, document);
    return { name: d.name, shape, required: d.required === true, about: d.description || shape.about, otherwise: d["x-default"] ?? "" };
  });
}
