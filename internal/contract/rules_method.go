package contract

// methodRules are about IDs and names.
//
// A retired method answers method_not_found with data.retired, so clients that
// still call it fail either way. What makes the difference is whether they were
// told: a method that was deprecated in the contract before may be retired as a
// source break, any other is a wire break, with a tombstone or without.
var methodRules = []Rule{
	{
		"BRK001", Wire, "the method was removed, and nothing keeps its ID from being used again",
		"every client that calls it: it gets method_not_found",
		"put it back; or retire it with `spgen alloc --retire {method}`, which adds to `retired` in schema/manifest.yaml: - {id: {id}, name: {method}, function: \"{function}\"}",
	},
	{
		"BRK002", Wire, "the method was retired without having been deprecated",
		"every client that calls it: it gets method_not_found",
		"keep it for a release with `deprecated: use …` in its line of schema/manifest.yaml, then retire it",
	},
	{
		"BRK003", Source, "the method was deprecated, and is retired now",
		"clients that did not heed the deprecation: they get method_not_found, and Go code that calls it does not compile", "",
	},
	{
		"BRK004", Wire, "the ID of the retired method {old} was given to {new}",
		"old clients of {old}: they call another method than they mean",
		"put {old} back under `retired` and give {new} the next free ID: spgen alloc",
	},
	{
		"BRK005", Wire, "the ID was given to another method: {old} became {new}",
		"every client of {old}: it calls another method than it means",
		"give the new method an ID of its own (spgen alloc) and keep {old}, or retire it",
	},
	{
		"BRK006", Wire, "the tombstone of {name} was removed",
		"old clients of {name}, once the ID is used again",
		"put it back into `retired` of schema/manifest.yaml: - {id: {id}, name: {name}, function: \"{function}\"}",
	},
	{
		"BRK007", Source, "the method was renamed from {old} to {new}",
		"Go code that is compiled anew; clients that call by name instead of ID: they get method_not_found",
		"keep the name in schema/manifest.yaml: name: {old}",
	},
	{"BRK008", Safe, "the function is {new} now, it was {old}", "nobody: the ID and the form are the same", ""},
	{"BRK009", Safe, "the method is new", "nobody", ""},
	{
		"BRK010", Dangerous, "the name {name} meant method {old}, and means {new} now",
		"clients that call by name: they call another method than they mean",
		"give the new method another name in schema/manifest.yaml",
	},
	{"BRK011", Safe, "the tombstone of {name} was added or changed", "nobody", ""},
}

// paramRules are about what clients send. Those about values hold for the fields
// of composite types too.
var paramRules = []Rule{
	{
		"BRK020", Wire, "param {name} was removed",
		"clients that send {name}: they get invalid_params (unknown)",
		"keep the argument with a default and ignore it; or write a new function under a new ID (spgen alloc) and deprecate {method}",
	},
	{
		"BRK021", Wire, "param {old} was renamed to {new}",
		"clients that send {old}: they get invalid_params (unknown)",
		"keep the name {old}; or add {new} with a default beside it, give {old} one too, and use coalesce of both",
	},
	{"BRK022", Safe, "param {old} was renamed to {new}, and {old} is still taken", "nobody", ""},
	{
		"BRK023", Wire, "param {name} was added and has no default",
		"every client: it gets invalid_params (missing)",
		"give the argument a default, {argument} {new} default null; or write a new function under a new ID (spgen alloc)",
	},
	{"BRK024", Safe, "param {name} was added with the default {new}", "nobody: clients that do not send it get the default", ""},
	{
		"BRK025", Wire, "param {name} lost its default",
		"clients that leave {name} out: they get invalid_params (missing)",
		"give it back: {argument} … default {old}",
	},
	{
		"BRK026", Source, "param {name} may be left out now",
		"Go code that is compiled anew: the field's type becomes an optional one", "",
	},
	{
		"BRK027", Dangerous, "the default of param {name} changed from {old} to {new}",
		"clients that leave {name} out: they get another value than before",
		"keep the default {old}; clients that want another value can send it",
	},
	{"BRK028", Safe, "the params come in another order", "nobody: params travel by name", ""},
	{
		"BRK029", Wire, "the function became STRICT, and its params no longer take null",
		"clients that send null: they get invalid_params (null)",
		"alter function {function} called on null input",
	},
	{"BRK030", Safe, "STRICT was {new}, which refuses nothing that clients send", "nobody", ""},
	{
		"BRK031", Wire, "{name} no longer takes null",
		"clients that send null: they get invalid_params (null)",
		"take null and treat it as a value of your choice: coalesce({name}, …)",
	},
	{"BRK032", Safe, "{name} takes null now", "nobody", ""},
	{
		"BRK033", Source, "{name} takes more than before: {new} instead of {old}",
		"Go code that is compiled anew: the field has another type", "",
	},
	{
		"BRK034", Wire, "{name} takes less than before: {new} instead of {old}",
		"clients that send what {new} has not: they get invalid_params",
		"keep {old} in the declaration and check the value in the body; or add a param of type {new} with a default",
	},
	{
		"BRK035", Wire, "{name} has another type: {new} instead of {old}",
		"clients that send {name}: their value is refused or taken for another",
		"keep {old} and convert in the body; or add a param of type {new} with a default",
	},
	{
		"BRK036", Wire, "param {name} is filled by the server now, from {new}",
		"clients that send {name}: they get invalid_params (filled)",
		"leave {name} to clients until none sends it; or write a new function under a new ID (spgen alloc)",
	},
	{
		"BRK037", Wire, "param {name} is no longer filled by the server, and has no default",
		"every client: it gets invalid_params (missing)",
		"fill it again in schema/manifest.yaml: fill: {{argument}: {old}}",
	},
	{
		"BRK038", Dangerous, "param {name} was filled by the server, and clients may choose it now",
		"nobody but those who mean harm: they can send {name} of someone else",
		"fill it again in schema/manifest.yaml: fill: {{argument}: {old}}",
	},
	{
		"BRK039", Dangerous, "param {name} is filled from {new} now, it was from {old}",
		"clients see results for another value", "fill it as before in schema/manifest.yaml: fill: {{argument}: {old}}",
	},
	{"BRK040", Safe, "an argument changed that clients do not see: {name}", "nobody", ""},
	{
		"BRK041", Wire, "param {name} no longer goes by its former name {old}",
		"clients that send {old}: they get invalid_params (unknown)",
		"keep it: @alias {old} {name} in the comment of {function}",
	},
	{"BRK042", Safe, "param {name} may be called {new} too", "nobody", ""},
}
