package contract_test

const raises = `create function api.f() returns void language plpgsql as 'begin raise sqlstate ''SP001''; end'; `

// restPairs are about behaviour and about the API as a whole.
var restPairs = []pairOf{
	{name: "public to session", old: fn("", "void"), new: fn("", "void"), is: m("access: session"), want: []string{"wire BRK080 access"}},
	{name: "session to public", old: fn("", "void"), new: fn("", "void"), was: m("access: session"), is: m("access: public"), want: []string{"dangerous BRK082 access"}},
	{name: "session to roles", old: fn("", "void"), new: fn("", "void"), was: m("access: session"), is: m("access: [a]"), want: []string{"wire BRK081 access"}},
	{name: "role removed", old: fn("", "void"), new: fn("", "void"), was: m("access: [b, a]"), is: m("access: [a]"), want: []string{"wire BRK081 access"}},
	{name: "role added", old: fn("", "void"), new: fn("", "void"), was: m("access: [a]"), is: m("access: [a, b]"), want: []string{"dangerous BRK082 access"}},
	{name: "role exchanged", old: fn("", "void"), new: fn("", "void"), was: m("access: [a]"), is: m("access: [b]"), want: []string{"wire BRK081 access", "dangerous BRK082 access"}},
	{name: "roles in another order", old: fn("", "void"), new: fn("", "void"), was: m("access: [a, b]"), is: m("access: [b, a]")},
	{name: "session no longer closed", old: fn("", "void"), new: fn("", "void"), was: m("access: public, session: close"), is: f, want: []string{"wire BRK083 session"}},
	{name: "session closed", old: fn("", "void"), new: fn("", "void"), was: f, is: m("access: public, session: close"), want: []string{"dangerous BRK084 session"}},
	{name: "volatility", old: fn("", "void stable"), new: fn("", "void"), want: []string{"dangerous BRK085 volatility"}},
	{name: "SECURITY DEFINER", old: fn("", "void security definer"), new: fn("", "void"), want: []string{"dangerous BRK086 security"}},
	{
		name: "EXECUTE revoked", old: fn("", "void"), new: fn("", "void") + "revoke execute on function api.f() from public",
		want: []string{"dangerous BRK087 execute"},
	},
	{
		name: "EXECUTE granted", old: fn("", "void") + "revoke execute on function api.f() from public", new: fn("", "void"),
		want: []string{"dangerous BRK087 execute"},
	},
	{name: "function to procedure", old: fn("", "void"), new: "create procedure api.f()" + body, want: []string{"safe BRK088 function"}},
	{name: "error removed", was: "errors: [{code: 2000, name: bad, sqlstate: SP001}]", is: "methods: []", want: []string{"wire BRK090 errors.bad"}},
	{
		name: "error with another code", was: "errors: [{code: 2000, name: bad, sqlstate: SP001}]",
		is: "errors: [{code: 2001, name: bad, sqlstate: SP001}]", want: []string{"wire BRK091 errors.bad"},
	},
	{
		name: "error renamed", was: "errors: [{code: 2000, name: bad, sqlstate: SP001}]",
		is: "errors: [{code: 2000, name: worse, sqlstate: SP001}]", want: []string{"wire BRK092 errors.bad"},
	},
	{name: "error added", was: "methods: []", is: "errors: [{code: 2000, name: bad, sqlstate: SP001}]", want: []string{"safe BRK093 errors.bad"}},
	{
		name: "error of another field", was: "errors: [{code: 2000, name: bad, sqlstate: SP001, field: a}]",
		is: "errors: [{code: 2000, name: bad, sqlstate: SP001, field: b}]", want: []string{"dangerous BRK094 errors.bad"},
	},
	{
		name: "method raises an error", old: fn("", "void"), new: raises,
		was: f + "\nerrors: [{code: 2000, name: bad, sqlstate: SP001}]", want: []string{"safe BRK095 errors"},
	},
	{name: "comment", old: fn("", "void"), new: fn("", "void") + "comment on function api.f is 'F.'", want: []string{"safe BRK096 doc"}},
	{name: "deprecation", old: fn("", "void"), new: fn("", "void") + "comment on function api.f is '@deprecated use G'", want: []string{"safe BRK097 deprecated"}},
	{name: "session key", was: "session: {k: text}", is: "session: {k: bigint}", want: []string{"dangerous BRK098 session.k"}},
	{name: "session key added", was: "session: {k: text}", is: "session: {k: text, l: text}", want: []string{"dangerous BRK101 session.l"}},
	{name: "session key removed", was: "session: {k: text, l: text}", is: "session: {k: text}", want: []string{"dangerous BRK102 session.l"}},
	{name: "nothing", old: rowType + both, new: rowType + both},
	{name: "body and owner", old: fn("", "void"), new: `create function api.f() returns void language sql as ''`},
}
