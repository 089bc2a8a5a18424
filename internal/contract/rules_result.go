package contract

// resultRules are about what clients read. Those about values hold for the
// fields of composite types too.
var resultRules = []Rule{
	{
		"BRK050", Wire, "the result has another form: {new} instead of {old}",
		"every client that reads the result",
		"keep the form ({old}), with `rows:` in schema/manifest.yaml if need be; or write a new function under a new ID (spgen alloc)",
	},
	{"BRK051", Safe, "the result is declared otherwise, and its JSON is the same: {new} instead of {old}", "nobody", ""},
	{
		"BRK052", Wire, "column {name} was removed from the result",
		"clients that read {name}",
		"keep it, as null::{old} if nothing else is left, and deprecate the method; or write a new function under a new ID (spgen alloc)",
	},
	{
		"BRK053", Wire, "column {old} was renamed to {new}",
		"clients that read {old}: it is missing",
		"keep the name {old} in the function (select … as {old}); or return both columns until no client reads {old}",
	},
	{"BRK054", Safe, "column {name} was added to the result", "only clients that refuse members they do not know", ""},
	{
		"BRK055", Wire, "{name} is answered as another type: {new} instead of {old}",
		"clients that read {name}: its JSON or its range is another",
		"keep {old}, with a cast in the function: {name}::{old}; or add a column of type {new} under another name",
	},
	{
		"BRK056", Wire, "{name} may be null now",
		"clients that read {name} and do not expect null",
		"keep the promise: coalesce({name}, …), with @notnull {name} in the function's comment or a NOT NULL domain",
	},
	{"BRK057", Safe, "{name} is never null now", "nobody: Go code that is compiled anew sees a plain type instead of a pointer", ""},
	{"BRK059", Safe, "a database without {name} is {new} by a server of this contract", "nobody: this is between server and database", ""},
	{"BRK058", Safe, "the members of {in} come in another order", "nobody: members are read by name", ""},
}

// typeRules are about types that methods share.
var typeRules = []Rule{
	{"BRK060", Safe, "{name} is declared as {new} instead of {old}, and its JSON is the same", "nobody", ""},
	{
		"BRK061", Source, "{name} is declared as {new} instead of {old}: its JSON is the same, its Go type is another",
		"Go code that is compiled anew", "keep {old} in the declaration",
	},
	{
		"BRK062", Source, "type {old} was renamed to {new}",
		"Go code that is compiled anew: the type has another name", "keep the name: alter type {new} rename to …",
	},
	{
		"BRK063", Wire, "label {name} was removed from {in}",
		"clients that send or read {name}",
		"put it back: alter type {in} add value '{name}'; refuse it in the functions if it must not be used",
	},
	{
		"BRK064", Wire, "label {old} of {in} was renamed to {new}",
		"clients that send or read {old}",
		"name it as before: alter type {in} rename value '{new}' to '{old}'",
	},
	{
		"BRK065", Dangerous, "label {name} was added to {in}, which results hold",
		"clients that know the old labels only: they may read {name}",
		"answer {name} only where clients ask for it, in a new function under a new ID (spgen alloc)",
	},
	{"BRK066", Safe, "label {name} was added to {in}, which clients send only", "nobody", ""},
	{"BRK067", Safe, "the labels of {in} come in another order", "nobody, unless results are sorted by them", ""},
	{
		"BRK068", Wire, "{name} takes fewer values than before: {new} instead of {old}",
		"clients that send what is refused now: they get invalid_params or constraint_violation",
		"leave the limit as it was and check new rows in the functions that need it; or use a new domain in a new function",
	},
	{
		"BRK069", Dangerous, "{name} may hold values that were excluded: {new} instead of {old}",
		"clients that rely on the limit {old} of what they read",
		"make sure that no client relies on it, then go on",
	},
	{"BRK070", Safe, "the limits of {name} changed in the direction that clients do not notice: {new} instead of {old}", "nobody", ""},
	{
		"BRK071", Wire, "field {name} was removed from {in}",
		"clients that send or read {name}",
		"put it back: alter type {in} add attribute {name} {old}",
	},
	{
		"BRK072", Wire, "field {old} of {in} was renamed to {new}",
		"clients that send or read {old}",
		"name it as before: alter type {in} rename attribute {new} to {old}",
	},
	{
		"BRK073", Wire, "field {name} was added to {in}, and clients must send it",
		"clients that send {in}: they get invalid_params (missing)",
		"let the field be null: a type without NOT NULL",
	},
	{"BRK074", Safe, "field {name} was added to {in}", "only clients that refuse members they do not know", ""},
	{"BRK075", Safe, "{name} changed out of the sight of clients", "nobody: no method of the old contract sends or answers it", ""},
}
