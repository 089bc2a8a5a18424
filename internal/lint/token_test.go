package lint_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/manifest"
)

// TestPlacesOfTokens holds that a finding is where its token says something: in a
// string past the quote, at the quote of a name. ^ stands before that.
func TestPlacesOfTokens(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, body string }{
		{"SEC004", `begin execute ^$1; end`},
		{"SEC004", `begin execute ^"a_name"; end`},
		{"SEC004", `begin execute ^U&"a\005fname"; end`},
		{"SEC004", `begin execute ^A_Name || 'x'; end`},
		{"STA004", `begin execute '^listen x'; end`},
		{"STA004", `begin execute e'^listen x'; end`},
		{"STA004", `begin execute u&'^listen x'; end`},
		{"STA004", `begin execute $q$ ^listen x$q$; end`},
	} {
		t.Run(tt.body, func(t *testing.T) {
			t.Parallel()
			body := strings.Replace(tt.body, "^", "", 1)
			const head = "create function api.f(a_name text) … as $body$"
			routine := catalog.Routine{
				Schema: "api", Name: "f", Identity: "api.f(text)", Kind: catalog.Function, Return: "integer", Language: "plpgsql",
				Volatility: 'v', Body: body, Args: []catalog.Arg{{Name: "a_name", Mode: catalog.In, Type: "text"}},
			}
			found := lint.Run(lint.Input{
				Catalog: &catalog.Catalog{Schema: "api", Routines: []catalog.Routine{routine}, Types: map[string]*catalog.Type{}},
				Audit:   &catalog.Audit{}, Manifest: &manifest.Manifest{},
				Sources: map[string]ir.Source{"api.f(text)": {Path: "f.sql", Pos: diag.Pos{File: "f.sql", Line: 1, Col: 1}}},
				Read:    func(string) ([]byte, error) { return []byte(head + body + "$body$"), nil },
			})
			want := diag.Pos{File: "f.sql", Line: 1, Col: len([]rune(head)) + strings.Index(tt.body, "^") + 1}
			if some := about(found, tt.code, "api.f"); len(some) != 1 || some[0].Pos != want {
				t.Errorf("got %+v, want %s at %v", some, tt.code, want)
			}
		})
	}
}
