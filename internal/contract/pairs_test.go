package contract_test

// body is that of functions whose result does not matter.
const body = ` language plpgsql as 'begin end'; `

func fn(args, result string) string {
	return "create function api.f(" + args + ") returns " + result + body
}

// table is a function that returns a table.
func table(columns string) string { return fn("", "table ("+columns+")") }

// Functions that send and read app.t.
const (
	sends = "create function api.f(a app.t) returns void" + body
	reads = "create function api.f() returns app.t" + body
	both  = "create function api.f(a app.t) returns app.t" + body
)

func m(entry string) string {
	return "methods: [{id: 1000, name: F, function: api.f, " + entry + "}]"
}

// pairOf is a pair of schemas and manifests.
type pairOf struct {
	name     string
	old, new string // SQL
	was, is  string // the rest of the manifest; "" is F alone, or for is what was is
	want     []string
}

// pairs hold a pair of schemas for each rule, with what is expected: each change
// as "level CODE path".
var pairs = []pairOf{
	// IDs and names.
	{
		name: "method removed", old: fn("", "void"), was: f, is: "methods: []",
		want: []string{"wire BRK001 method"},
	},
	{
		name: "method retired", old: fn("", "void"), was: f, is: "retired: [{id: 1000, name: F, function: api.f()}]",
		want: []string{"wire BRK002 method"},
	},
	{
		name: "deprecated method retired", old: fn("", "void"), was: m("access: public, deprecated: use G"),
		is: "retired: [{id: 1000, name: F, function: api.f()}]", want: []string{"source BRK003 method"},
	},
	{
		name: "retired ID used again", new: fn("", "void"), was: "retired: [{id: 1000, name: Old, function: api.old()}]", is: f,
		want: []string{"wire BRK004 id"},
	},
	{
		name: "ID given to another method", old: fn("", "void"), new: "create function api.g(b integer) returns text" + body,
		was: f, is: "methods: [{id: 1000, name: G, function: api.g, access: public}]", want: []string{"wire BRK005 id"},
	},
	{
		name: "IDs exchanged",
		old:  fn("", "void") + "create function api.g() returns void" + body,
		new:  fn("", "void") + "create function api.g() returns void" + body,
		was:  "methods: [{id: 1000, name: F, function: api.f, access: public}, {id: 1001, name: G, function: api.g, access: public}]",
		is:   "methods: [{id: 1000, name: G, function: api.g, access: public}, {id: 1001, name: F, function: api.f, access: public}]",
		want: []string{"wire BRK005 id", "wire BRK005 id"},
	},
	{
		name: "tombstone removed", was: "retired: [{id: 1000, name: Old, function: api.old()}]", is: "methods: []",
		want: []string{"wire BRK006 retired.1000"},
	},
	{
		name: "method renamed", old: fn("", "void"), new: fn("", "void"), was: f,
		is: "methods: [{id: 1000, name: G, function: api.f, access: public}]", want: []string{"source BRK007 name"},
	},
	{
		name: "function renamed", old: fn("", "void"), new: "create function api.g() returns void" + body,
		was: f, is: "methods: [{id: 1000, name: F, function: api.g, access: public}]", want: []string{"safe BRK008 function"},
	},
	{
		name: "method and function renamed", old: fn("", "void"), new: "create function api.g() returns void" + body,
		was: f, is: "methods: [{id: 1000, name: G, function: api.g, access: public}]",
		want: []string{"source BRK007 name", "safe BRK008 function"},
	},
	{name: "method added", new: fn("", "void"), was: "methods: []", is: f, want: []string{"safe BRK009 method"}},
	{
		name: "name given to another ID", new: fn("", "void"), was: "retired: [{id: 1001, name: F, function: api.x()}]",
		is:   f + "\nretired: [{id: 1001, name: F0, function: api.x()}]",
		want: []string{"safe BRK009 method", "dangerous BRK010 name", "safe BRK011 retired.1001"},
	},
	// Params.
	{name: "param removed", old: fn("a text, b text", "void"), new: fn("a text", "void"), want: []string{"safe BRK008 function", "wire BRK020 params.b"}},
	{
		name: "optional param removed", old: fn("a text, b text default 'x'", "void"), new: fn("a text", "void"),
		want: []string{"safe BRK008 function", "wire BRK020 params.b"},
	},
	{name: "param renamed", old: fn("a text, b int", "void"), new: fn("x text, b int", "void"), want: []string{"wire BRK021 params.x"}},
	{name: "required param added", old: fn("a text", "void"), new: fn("a text, b text", "void"), want: []string{"safe BRK008 function", "wire BRK023 params.b"}},
	{
		name: "optional param added", old: fn("a text", "void"), new: fn("a text, b text default null", "void"),
		want: []string{"safe BRK008 function", "safe BRK024 params.b"},
	},
	{name: "default removed", old: fn("a text default 'x'", "void"), new: fn("a text", "void"), want: []string{"wire BRK025 params.a"}},
	{name: "default added", old: fn("a text", "void"), new: fn("a text default 'x'", "void"), want: []string{"source BRK026 params.a"}},
	{name: "default changed", old: fn("a text default 'x'", "void"), new: fn("a text default 'y'", "void"), want: []string{"dangerous BRK027 params.a"}},
	{name: "params reordered", old: fn("a text, b int", "void"), new: fn("b int, a text", "void"), want: []string{"safe BRK008 function", "safe BRK028 params"}},
	{name: "STRICT added", old: fn("a text", "void"), new: fn("a text", "void strict"), want: []string{"wire BRK029 strict"}},
	{name: "STRICT removed", old: fn("a text", "void strict"), new: fn("a text", "void"), want: []string{"safe BRK030 strict"}},
	{name: "STRICT added without params", old: fn("", "void"), new: fn("", "void strict"), want: []string{"safe BRK030 strict"}},
	{
		name: "input not null", old: fn("a text", "void"), new: fn("a text", "void") + "comment on function api.f is '@notnull a'",
		want: []string{"wire BRK031 params.a"},
	},
	{
		name: "input nullable", old: fn("a text", "void") + "comment on function api.f is '@notnull a'", new: fn("a text", "void"),
		want: []string{"safe BRK032 params.a"},
	},
	{name: "input widened", old: fn("a int", "void"), new: fn("a bigint", "void"), want: []string{"safe BRK008 function", "source BRK033 params.a"}},
	{name: "input widened to numeric", old: fn("a bigint", "void"), new: fn("a numeric", "void"), want: []string{"safe BRK008 function", "source BRK033 params.a"}},
	{name: "input widened to jsonb", old: fn("a text", "void"), new: fn("a jsonb", "void"), want: []string{"safe BRK008 function", "source BRK033 params.a"}},
	{name: "input array widened", old: fn("a smallint[]", "void"), new: fn("a int[]", "void"), want: []string{"safe BRK008 function", "source BRK033 params.a[]"}},
	{name: "input narrowed", old: fn("a bigint", "void"), new: fn("a int", "void"), want: []string{"safe BRK008 function", "wire BRK034 params.a"}},
	{name: "bigint to double", old: fn("a bigint", "void"), new: fn("a float8", "void"), want: []string{"safe BRK008 function", "wire BRK035 params.a"}},
	{name: "int to real", old: fn("a int", "void"), new: fn("a real", "void"), want: []string{"safe BRK008 function", "wire BRK035 params.a"}},
	{name: "text to name", old: fn("a text", "void"), new: fn("a name", "void"), want: []string{"safe BRK008 function", "wire BRK034 params.a"}},
	{name: "date to timestamp", old: fn("a date", "void"), new: fn("a timestamp", "void"), want: []string{"safe BRK008 function", "wire BRK035 params.a"}},
	{name: "one to many", old: fn("a int", "void"), new: fn("a int[]", "void"), want: []string{"safe BRK008 function", "wire BRK035 params.a"}},
	{
		name: "param filled", old: fn("a text", "void"), new: fn("a text", "void"),
		is: m("access: public, fill: {a: client.id}"), want: []string{"wire BRK036 params.a"},
	},
	{
		name: "filled param required", old: fn("a text", "void"), new: fn("a text", "void"),
		was: m("access: public, fill: {a: client.id}"), is: f, want: []string{"wire BRK037 params.a"},
	},
	{
		name: "filled param open", old: fn("a text default ''", "void"), new: fn("a text default ''", "void"),
		was: m("access: public, fill: {a: client.id}"), is: f, want: []string{"dangerous BRK038 params.a"},
	},
	{
		name: "filled from elsewhere", old: fn("a text", "void"), new: fn("a text", "void"),
		was: m("access: public, fill: {a: client.id}"), is: m("access: public, fill: {a: client.ip}"), want: []string{"dangerous BRK039 params.a"},
	},
	{
		name: "filled argument removed", old: fn("a text, b text", "void"), new: fn("b text", "void"),
		was: m("access: public, fill: {a: client.id}"), is: f, want: []string{"safe BRK008 function", "safe BRK040 params.a"},
	},
	{name: "argument's prefix", old: fn("a_x text", "void"), new: fn("x text", "void"), want: []string{"safe BRK040 params.x"}},
	{name: "variadic", old: fn("a text[]", "void"), new: fn("variadic a text[]", "void"), want: []string{"safe BRK040 params.a"}},
}
