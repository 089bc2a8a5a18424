package scaffold_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/scaffold"
)

// types are those that the routines of these tests have.
var types = map[string]*catalog.Type{
	"text":    {Name: "text", Schema: "pg_catalog", Bare: "text", OID: 25, Kind: catalog.Base, Binary: true},
	"bigint":  {Name: "bigint", Schema: "pg_catalog", Bare: "int8", OID: 20, Kind: catalog.Base, Binary: true},
	"uuid":    {Name: "uuid", Schema: "pg_catalog", Bare: "uuid", OID: 2950, Kind: catalog.Base, Binary: true},
	"trigger": {Name: "trigger", Schema: "pg_catalog", Bare: "trigger", OID: 2279, Kind: catalog.Pseudo},
}

// routine makes one of the schema api: `name(argument type, …) returns type`.
func routine(name, returns string, args ...catalog.Arg) catalog.Routine {
	names := make([]string, len(args))
	for i, a := range args {
		names[i] = a.Type
	}
	return catalog.Routine{
		Schema: "api", Name: name, Identity: "api." + scaffold.Ident(name) + "(" + strings.Join(names, ",") + ")",
		Kind: catalog.Function, Args: args, Return: returns, Volatility: 'v', Language: "sql", Owner: "postgres",
	}
}

func in(name, typ string) catalog.Arg { return catalog.Arg{Name: name, Mode: catalog.In, Type: typ} }

func schemaOf(routines ...catalog.Routine) *catalog.Catalog {
	return &catalog.Catalog{ServerVersion: 150000, Schema: "api", Routines: routines, Types: types}
}

func list(t *testing.T, access scaffold.Access, routines ...catalog.Routine) *scaffold.Listing {
	t.Helper()
	l, err := scaffold.List(schemaOf(routines...), access)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var listTests = []struct {
	name     string
	access   scaffold.Access
	routines []catalog.Routine
	want     []string // lines
	naming   string
	session  string
	ignored  string
}{
	{name: "nothing", access: scaffold.Session, session: "bigint"},
	{
		name: "prefixes", access: scaffold.Public, naming: "function_prefix: fun_, argument_prefix: a_",
		routines: []catalog.Routine{routine("fun_send", "text", in("a_body", "text")), routine("fun_list", "text")},
		want: []string{
			`{id: 10000, name: List, function: "api.fun_list()", access: public}`,
			`{id: 10001, name: Send, function: "api.fun_send(text)", access: public}`,
		},
	},
	{
		name: "a prefix is the whole name of one", access: scaffold.Public,
		routines: []catalog.Routine{routine("fun_", "text"), routine("fun_list", "text")},
		want: []string{
			`{id: 10000, name: Fun, function: "api.fun_()", access: public}`,
			`{id: 10001, name: FunList, function: "api.fun_list()", access: public}`,
		},
	},
	{
		name: "overloads and clashes", access: scaffold.Public,
		routines: []catalog.Routine{
			routine("get", "text", in("id", "bigint")), routine("get", "text", in("id", "text")), routine("get2", "text"),
		},
		want: []string{
			`{id: 10000, name: Get, function: "api.get(bigint)", access: public}`,
			`{id: 10001, name: Get2, function: "api.get2()", access: public}`,
			`{id: 10002, name: GetByID, function: "api.get(text)", access: public}`,
		},
	},
	{
		name: "the user is the session's", access: scaffold.Session, session: "uuid", naming: "argument_prefix: p_",
		routines: []catalog.Routine{
			routine("x", "text", in("p_user_id", "uuid")), routine("y", "text", in("p_user_id", "uuid"), in("p_n", "text")),
			routine("z", "text", in("p_user_id", "bigint")),
		},
		want: []string{
			`{id: 10000, name: X, function: "api.x(uuid)", access: session, fill: {p_user_id: session.user_id}}`,
			`{id: 10001, name: "Y", function: "api.y(uuid,text)", access: session, fill: {p_user_id: session.user_id}}`,
			`{id: 10002, name: Z, function: "api.z(bigint)", access: session, client: [p_user_id]}`,
		},
	},
	{
		name: "no session, no fill", access: scaffold.Public,
		routines: []catalog.Routine{routine("x", "text", in("user_id", "uuid"))},
		want:     []string{`{id: 10000, name: X, function: "api.x(uuid)", access: public}`},
	},
	{
		name: "left out", access: scaffold.Public, ignored: "api.touch(): result has type trigger, which no client can send or read",
		routines: []catalog.Routine{routine("touch", "trigger"), routine("x", "text")},
		want:     []string{`{id: 10000, name: X, function: "api.x()", access: public}`},
	},
	{
		name: "an overload left out", access: scaffold.Public,
		ignored:  "api.get(trigger): argument x has type trigger, which no client can send or read",
		routines: []catalog.Routine{routine("get", "text", in("x", "text")), routine("get", "text", in("x", "trigger"))},
		want:     []string{`{id: 10000, name: Get, function: "api.get(text)", access: public}`},
	},
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, tt := range listTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := list(t, tt.access, tt.routines...)
			var lines, ignored []string
			for _, e := range l.Entries {
				lines = append(lines, e.Line())
			}
			for _, e := range l.Ignored {
				ignored = append(ignored, e.String())
			}
			if !slices.Equal(lines, tt.want) || l.Naming != tt.naming || l.UserID != tt.session || strings.Join(ignored, "; ") != tt.ignored {
				t.Errorf("naming %q, session %q, ignored %q\n%s", l.Naming, l.UserID, ignored, strings.Join(lines, "\n"))
			}
		})
	}
}

// TestRangeGrows gives more functions IDs than one range holds.
func TestRangeGrows(t *testing.T) {
	t.Parallel()
	l := list(t, scaffold.Public)
	if l.IDs != "10000-19999" {
		t.Errorf("%s", l.IDs)
	}
	routines := make([]catalog.Routine, 10001)
	for i := range routines {
		routines[i] = routine(fmt.Sprintf("f_%d", i), "text")
	}
	if l = list(t, scaffold.Public, routines...); l.IDs != "10000-29999" || len(l.Entries) != len(routines) {
		t.Errorf("%s, %d entries", l.IDs, len(l.Entries))
	}
}

// drawCatalog draws routines of hostile names.
func drawCatalog(t *rapid.T) *catalog.Catalog {
	name := rapid.OneOf(
		rapid.StringMatching(`(fun_|p_)?[a-zA-Z_]{1,9}`), rapid.StringN(1, 20, 63),
		rapid.SampledFrom([]string{"get", "get params", "GET", "user_id", "'", `"`, `\`, "*", "[", "#", ": ", "\n", "a\u2028b", "{}", "日本"}),
	).Filter(func(s string) bool { return s != "" && len(s) <= 63 && !strings.ContainsRune(s, 0) })
	typ := rapid.SampledFrom([]string{"text", "bigint", "uuid", "text", "trigger"})
	var all []catalog.Routine
	seen := map[string]bool{}
	for range rapid.IntRange(0, 6).Draw(t, "routines") {
		var args []catalog.Arg
		for range rapid.IntRange(0, 3).Draw(t, "args") {
			args = append(args, in(rapid.OneOf(name, rapid.Just("user_id"), rapid.Just("")).Draw(t, "argument"), typ.Draw(t, "type")))
		}
		r := routine(name.Draw(t, "name"), typ.Draw(t, "returns"), args...)
		if !seen[r.Identity] {
			all = append(all, r)
		}
		seen[r.Identity] = true
	}
	return schemaOf(all...)
}

// TestManifestIsRight holds that, whatever functions there are, the manifest that
// is written maps or ignores each of them and has no faults.
func TestManifestIsRight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cat := drawCatalog(t)
		access := rapid.SampledFrom([]scaffold.Access{scaffold.Public, scaffold.Session}).Draw(t, "access")
		l, err := scaffold.List(cat, access)
		if err != nil {
			t.Fatal(err)
		}
		p := scaffold.Project{Module: "example.com/shop", Schema: "api", Access: access, Existing: l, Runtime: scaffold.Runtime{Version: "v1.0.0"}}
		files, err := p.Files()
		if err != nil {
			t.Fatal(err)
		}
		text := files["schema/manifest.yaml"]
		m, found := manifest.Parse("manifest.yaml", text)
		model, more := ir.Build(cat, m)
		for _, d := range append(found, more...) {
			if d.Severity == diag.Error {
				t.Errorf("%s: %s", d.Code, d.Message)
			}
		}
		if len(model.Methods) != len(l.Entries) || len(l.Entries)+len(l.Ignored) != len(cat.Routines) {
			t.Errorf("of %d routines %d are listed, %d ignored and %d methods", len(cat.Routines), len(l.Entries), len(l.Ignored), len(model.Methods))
		}
		if t.Failed() {
			t.Logf("%s", text)
		}
	})
}
