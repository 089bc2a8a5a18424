package diag

// typeExplanations are about values on the wire.
var typeExplanations = []Explanation{
	{"TYP001", "type travels as text", "spgen has no JSON form for this type, so its PostgreSQL text form is sent and taken as a JSON string. That works for every type. Say in the manifest that it is meant, `types: {geometry: text}`, or that the text is JSON, `types: {geometry: json}`, which is then inlined and checked at run time; or cast to a common type in the function."},
	{"TYP002", "type not found", "`types` names a type that no routine of the schema uses, or that two schemas have. Write it as spgen's note about it does, with its schema; remove it when it is no longer used."},
	{"TYP003", "type has a form of its own", "`types` is for types that spgen has no JSON form for. This one has one, or is made of types that have: name the element of an array, the base of a domain, the field's type of a composite."},
}
