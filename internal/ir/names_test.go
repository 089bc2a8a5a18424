package ir_test

import (
	"go/token"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

func TestGoName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"user_id", "UserID"},
		{"userId", "UserID"},
		{"UserID", "UserID"},
		{"user_ids", "UserIDs"},
		{"http_url", "HTTPURL"},
		{"utf8", "UTF8"},
		{"a", "A"},
		{"type", "Type"},
		{"func", "Func"},
		{"very happy", "VeryHappy"},
		{"a-b.c", "ABC"},
		{"_x_", "X"},
		{"1st", "X1st"},
		{"", "X"},
		{"!!", "X"},
		{"漢字", "X漢字"},
		{"ünhäppy", "Ünhäppy"},
		{"ß", "Xß"},
		{"ǆ", "Ǆ"},
		{"x²", "X"},
		{"٣", "X٣"},
		{"back`tick\"", "BackTick"},
		{"a\xffb", "AB"},
		{"SHOUT_case", "SHOUTCase"},
	} {
		if got := ir.GoName(test.in); got != test.want {
			t.Errorf("GoName(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestUnexported(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"SignUp", "signUp"},
		{"URLOf", "urlOf"},
		{"URL", "url"},
		{"A", "a"},
		{"ID2", "id2"},
		{"UserID", "userID"},
		{"ABCDef", "abcDef"},
		{"Type", "type"},
		{"Übung", "übung"},
		{"X漢", "x漢"},
		{"", ""},
	} {
		if got := ir.Unexported(test.in); got != test.want {
			t.Errorf("Unexported(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// checkGoName holds that every name gives an exported identifier, and that with
// something appended its unexported form is one that is no keyword.
func checkGoName(t interface{ Fatalf(string, ...any) }, name string) {
	goName := ir.GoName(name)
	if !token.IsIdentifier(goName) || !token.IsExported(goName) {
		t.Fatalf("GoName(%q) = %q is no exported identifier", name, goName)
	}
	unexported := ir.Unexported(goName)
	if !token.IsIdentifier(unexported+"Type") || token.IsExported(unexported) {
		t.Fatalf("Unexported(%q) = %q is no unexported identifier", goName, unexported)
	}
	if strings.ContainsFunc(goName, unicode.IsSpace) {
		t.Fatalf("GoName(%q) = %q holds space", name, goName)
	}
}

func TestGoNameIsTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkGoName(t, rapid.String().Draw(t, "name")) })
}

func FuzzGoName(f *testing.F) {
	for _, seed := range []string{"", "user_id", "ǅ", "1", "\xff", "ﬀ", "ⅻ", "ͅx", "𝐀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) { checkGoName(t, name) })
}

// TestNamesOfTypesGiveWay holds that types with the names of methods, of each
// other or of the package get others, and labels likewise.
func TestNamesOfTypesGiveWay(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create type app."ABCDef" as enum ('x', 'X', '+', '-', '', '1', 'y z', 'y-z');
		create type app."AbcDef" as enum ('x');
		create type app.api as enum ('x');
		create type app.conn as enum ('x');
		create type app.f_params as (a integer);
		create type app.mood as enum ('low');
		create type api.mood as enum ('high');
		create type app.moodhigh as enum ('x');
		create type app.code_json as ("CodeJSON" integer, code_json integer, "codeJson" integer);
		create function api.f(a app."ABCDef", b app."AbcDef", c app.api, d app.f_params, e app.mood, g api.mood, h app.code_json, i app.conn)
			returns void language sql as '';`)
	model, diags := build(t, c, "methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n")
	if diags.HasErrors() {
		t.Fatal(list(diags))
	}
	want := map[string]string{
		`app."ABCDef"`: "ABCDef ABCDefX ABCDefX_ ABCDefX__ ABCDefX___ ABCDefX____ ABCDef1 ABCDefYZ ABCDefYZ_",
		`app."AbcDef"`: "AppAbcDef AppAbcDefX", "app.api": "AppAPI AppAPIX", "app.f_params": "AppFParams A",
		"app.mood": "Mood MoodLow", "api.mood": "APIMood APIMoodHigh",
		"app.code_json": "CodeJSON CodeJSON_ CodeJSON__ CodeJSON___", "app.conn": "AppConn AppConnX",
	}
	for _, typ := range model.Types {
		got := []string{typ.GoName}
		for _, l := range typ.Labels {
			got = append(got, l.GoName)
		}
		for _, f := range typ.Fields {
			got = append(got, f.GoName)
		}
		if s := strings.Join(got, " "); s != want[typ.Name] {
			t.Errorf("%s: got %s, want %s", typ.Name, s, want[typ.Name])
		}
		delete(want, typ.Name)
	}
	if len(want) != 0 {
		t.Errorf("not in the model: %v", want)
	}
}

// TestATypeInsideItself cannot come from PostgreSQL, and must not hang.
func TestATypeInsideItself(t *testing.T) {
	t.Parallel()
	c := &catalog.Catalog{
		Schema: "api",
		Routines: []catalog.Routine{{
			Schema: "api", Name: "f", Identity: "api.f(app.loop)", Kind: catalog.Function, Return: "void", Volatility: 'v',
			Args: []catalog.Arg{{Name: "a", Mode: catalog.In, Type: "app.loop"}},
		}},
		Types: map[string]*catalog.Type{
			"app.loop": {
				Name: "app.loop", Schema: "app", Bare: "loop", Kind: catalog.Composite,
				Fields: []catalog.Field{{Name: "again", Type: "app.loop[]"}},
			},
			"app.loop[]": {Name: "app.loop[]", Schema: "app", Bare: "_loop", Kind: catalog.Array, Elem: "app.loop"},
			"void":       {Name: "void", Schema: "pg_catalog", Bare: "void", Kind: catalog.Pseudo},
		},
	}
	m, _ := manifest.Parse("m.yaml", []byte(top+"methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n"))
	model, diags := ir.Build(c, m)
	if diags.HasErrors() || len(model.Methods) != 1 || model.Methods[0].Params[0].Type.Fields[0].Type.Elem.Kind != ir.Literal {
		t.Errorf("got %+v:\n%s", model.Methods, list(diags))
	}
}
