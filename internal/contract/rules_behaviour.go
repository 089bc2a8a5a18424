package contract

// behaviourRules are about who may call a method, what a call does besides its
// result, and what belongs to the API as a whole.
var behaviourRules = []Rule{
	{
		"BRK080", Wire, "the method is no longer public: {new} only",
		"clients without a session: they get unauthenticated", "access: public in its line of schema/manifest.yaml",
	},
	{
		"BRK081", Wire, "{name} may no longer call the method: {new} instead of {old}",
		"those sessions: they get permission_denied", "access: [{old}] in its line of schema/manifest.yaml",
	},
	{
		"BRK082", Dangerous, "the method may be called by more than before: {new} instead of {old}",
		"nobody; make sure that it checks what these callers may see", "access: [{old}] in its line of schema/manifest.yaml if it is not meant",
	},
	{
		"BRK083", Wire, "the method no longer changes the session as it did: {new} instead of {old}",
		"clients that call a method with a session after it: they get unauthenticated, or stay logged in",
		"session: {old} in its line of schema/manifest.yaml",
	},
	{
		"BRK084", Dangerous, "the method changes the session now: {new}",
		"clients that call it with a session: that session is replaced or ended",
		"do so in a new method under a new ID (spgen alloc)",
	},
	{
		"BRK085", Dangerous, "the {kind} is {new} now, it was {old}",
		"nobody at once; the server repeats calls after a lost connection only where they are not volatile, and reads one snapshot in them",
		"alter {kind} {function} {old}",
	},
	{
		"BRK086", Dangerous, "the {kind} runs with the rights of its {new} now, it was those of its {old}",
		"clients may see other rows, or get permission_denied",
		"alter {kind} {function} security {name}",
	},
	{
		"BRK087", Dangerous, "EXECUTE is {new} now, it was {old}",
		"nobody who comes through the server, if its role was granted EXECUTE",
		"revoke execute on {kind} {function} from public, and grant it to the server's role",
	},
	{"BRK088", Safe, "the routine is a {new} now, it was a {old}", "nobody", ""},
	{
		"BRK090", Wire, "error {name} ({old}) was removed",
		"clients that handle {name}: they get an error that they do not know",
		"put it back into `errors` of schema/manifest.yaml",
	},
	{
		"BRK091", Wire, "error {name} has the code {new} now, it was {old}",
		"clients that handle the code {old}", "code: {old} in its line of schema/manifest.yaml",
	},
	{
		"BRK092", Wire, "the error that was called {old} is called {new}",
		"clients that handle errors by name", "name: {old} in its line of schema/manifest.yaml",
	},
	{"BRK093", Safe, "error {name} ({new}) is new", "nobody: a code that a client does not know is a failed call", ""},
	{
		"BRK094", Dangerous, "error {name} is said of the field {new} now, it was {old}",
		"clients that mark the field of a form", "field: {old} in its line of schema/manifest.yaml",
	},
	{"BRK095", Safe, "the method can answer other errors than before: {new} instead of {old}", "nobody: clients treat any error as a failed call", ""},
	{"BRK096", Safe, "the documentation changed", "nobody", ""},
	{"BRK097", Safe, "{name} changed from {old} to {new}", "nobody", ""},
	{
		"BRK098", Dangerous, "session key {name} is {new} now, it was {old}",
		"who revokes by it: spgen.revoke with a value that is none of {new} ends no session",
		"{name}: {old} in session of schema/manifest.yaml, and a key of another name for the {new}",
	},
	{"BRK099", Safe, "service {name} is {new} now, it was {old}", "nobody: IDs stay", ""},
	{"BRK100", Safe, "the functions live in schema {new} now, it was {old}", "nobody", ""},
	{
		"BRK101", Dangerous, "session key {name} ({new}) is new",
		"clients that come with a token from before, if the method that takes it returns no {name} for that; sessions of servers of the old version have none",
		"let all methods that open a session return {name} for accounts and tokens from before, too, and revoke by it when the last old server is gone",
	},
	{
		"BRK102", Dangerous, "session key {name} ({old}) was removed",
		"who revokes by it: spgen.revoke with {name} ends no session of the new servers",
		"{name}: {old} in session of schema/manifest.yaml, until no function revokes by it",
	},
}
