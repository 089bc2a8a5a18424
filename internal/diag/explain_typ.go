package diag

// typeExplanations are about values on the wire.
var typeExplanations = []Explanation{
	{"TYP001", "type travels as text", "spgen has no JSON form for this type, so its PostgreSQL text form is sent and taken as a JSON string. That works for every type; cast to a common type in the function where clients deserve better."},
}
