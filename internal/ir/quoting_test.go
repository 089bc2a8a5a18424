package ir_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/sqltoken"
)

// FuzzQuoting: whatever a schema, a function, an argument and a column are
// called, the SQL of a call names them, and consists of nothing else.
func FuzzQuoting(f *testing.F) {
	for _, name := range []string{
		"f", "F", `"`, `""`, `a"b`, `"); drop table x; --`, "a.b", "select", "ä", "'", "$1", "$$", "--", "/*", "*/", "\\", "\n", " ", "a b", "e'", "U&\"", "\u2028",
	} {
		f.Add("api", name, "a_x", "c")
		f.Add(name, "f", name, name)
	}
	f.Fuzz(func(t *testing.T, schema, function, arg, column string) {
		for _, name := range []string{schema, function, arg, column} {
			if name == "" || len(name) > 63 || strings.ContainsRune(name, 0) || !utf8.ValidString(name) {
				return // no name in PostgreSQL
			}
		}
		m := named(schema, function, arg, column)
		if m == nil {
			if column == "c" && arg == "a_x" {
				t.Errorf("%q.%q is left out", schema, function)
			}
			return
		}
		sql := strings.ReplaceAll(m.Head, "from ", "select * from ")
		for _, p := range m.Params {
			sql += p.Arg + "$1" + p.Cast
		}
		checkTokens(t, sql+m.Tail, []string{schema, function, arg})
		for _, c := range m.Columns {
			if c.Source != column && c.Source != "n" && c.Source != "" {
				t.Errorf("column %q is read from %q", column, c.Source)
			}
		}
	})
}

// named is the model of one function of these names, or nil.
func named(schema, function, arg, column string) *ir.Method {
	identity := "api.f(text)"
	cat := &catalog.Catalog{
		Schema: schema,
		Types:  map[string]*catalog.Type{"text": {Name: "text", Bare: "text", Kind: catalog.Base}, "integer": {Name: "integer", Bare: "int4", Kind: catalog.Base}},
		Routines: []catalog.Routine{{
			Schema: schema, Name: function, Identity: identity, Kind: catalog.Function, Return: "record", ReturnsSet: true, Language: "sql", Volatility: 'v',
			Args: []catalog.Arg{{Name: arg, Mode: catalog.In, Type: "text"}, {Name: column, Mode: catalog.Table, Type: "text"}, {Name: "n", Mode: catalog.Table, Type: "integer"}},
		}},
	}
	model, _ := ir.Build(cat, &manifest.Manifest{
		Schema: schema, Methods: []manifest.Method{{ID: 1000, Name: "F", Function: identity, Access: manifest.Access{Set: true, Public: true}}},
	})
	if model == nil || len(model.Methods) != 1 {
		return nil
	}
	return model.Methods[0]
}

// checkTokens checks that sql names what names are, in their order, and that it
// has no other token than a call's.
func checkTokens(t *testing.T, sql string, names []string) {
	t.Helper()
	var quoted []string
	for _, token := range sqltoken.Scan(sql) {
		switch {
		case token.Open || token.Kind == sqltoken.Comment || token.Kind == sqltoken.String:
			t.Fatalf("%q has the token %q", sql, token.Text)
		case token.Kind == sqltoken.Quoted:
			quoted = append(quoted, token.Text)
		case token.Kind == sqltoken.Word && !slices.Contains([]string{"select", "from", "text", "as"}, token.Text):
			t.Fatalf("%q has the word %q", sql, token.Text)
		case token.Kind == sqltoken.Symbol && !strings.Contains("(*).,=>::", token.Text):
			t.Fatalf("%q has the symbol %q", sql, token.Text)
		}
	}
	if !slices.Equal(quoted[:min(3, len(quoted))], names) {
		t.Errorf("%q names %q, want %q", sql, quoted, names)
	}
}
