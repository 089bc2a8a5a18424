package lint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/manifest"
)

// body runs the rules on a function of one text argument.
func body(text string) []lint.Finding {
	r := catalog.Routine{
		Schema: "api", Name: "f", Identity: "api.f(text)", Kind: catalog.Function, Return: "integer", Language: "plpgsql",
		Volatility: 'v', Body: text, Args: []catalog.Arg{{Name: "a_name", Mode: catalog.In, Type: "text"}},
		Config: []catalog.Config{{Name: "search_path", Value: `""`}},
	}
	return lint.Run(lint.Input{
		Catalog:  &catalog.Catalog{Schema: "api", Routines: []catalog.Routine{r}, Types: map[string]*catalog.Type{}},
		Audit:    &catalog.Audit{Volatility: map[string]catalog.Volatility{"random": {Least: 'v', Most: 'v'}}},
		Manifest: &manifest.Manifest{},
	})
}

// FuzzBody holds that no body makes a rule fail, and that what stands in a comment
// is not found.
func FuzzBody(f *testing.F) {
	for _, group := range [][]rule{securityRules, dynamicRules, stateRules, behaviourRules} {
		for _, r := range group {
			f.Add(r.bad)
			f.Add(r.nearly)
		}
	}
	for _, s := range []string{
		"begin execute 'a' || ", "execute format(", "execute format('%1$s %*s %-5s %', a_name", "set", "create temp", "listen ;",
		"set_config(,,)", "E'\\", "$a$ $b$", "/* /* */", "\"", "u&'", "v := ((a_name)) ; execute (((v)));", "execute a_name::",
		"declare v text default a_name; begin execute v::int; end", ")))(((", "update x set", "a.b.", "1.5e", "$1 $x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, found := range body(text) {
			if found.Key == "" || found.Message == "" {
				t.Errorf("a finding without words: %+v", found)
			}
			if n := strings.Count(text, "\n") + 1; found.Line > n {
				t.Errorf("line %d of %d", found.Line, n)
			}
		}
		if strings.Contains(text, "*/") || strings.Contains(text, "/*") {
			return
		}
		if found := body("begin /*" + text + "*/ perform random(); end"); len(found) != 0 {
			t.Errorf("found in a comment: %+v", found)
		}
	})
}

// TestLargeBodies holds that the time does not grow with the square of a body.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	const n = 3_000
	start := time.Now()
	for _, part := range []string{
		"(", "execute (", "v := v || ", "a || ", "listen x; ", "set x = 1; ", "v := a_name; ", "create temp table x; ", "'", "$a$", "/*", "x.", "format(",
	} {
		body("begin " + strings.Repeat(part, n))
		body("begin execute " + strings.Repeat(part, n))
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}
