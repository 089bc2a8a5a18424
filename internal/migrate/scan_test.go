package migrate_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/migrate"
)

func TestStatementsOnly(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"plain":               {"select 1;", "select 1;"},
		"comment":             {"a -- b\nc", "a     \nc"},
		"nested comment":      {"a /* b /* c */ d */ e", "a                   e"},
		"string":              {"a 'b' c", "a     c"},
		"doubled quote":       {"a 'b''c' d", "a        d"},
		"backslash":           {`a 'b\' c`, "a      c"},
		"escaped":             {`a e'b\' c' d`, "a e        d"},
		"name that ends e":    {`a type'b\' c`, "a type     c"},
		"quoted name":         {`a "b;" c`, "a      c"},
		"dollar":              {"a $$b;'$$ c", "a         c"},
		"tag":                 {"a $x$b $$ $y$ $x$ c", "a                 c"},
		"dollar in a name":    {"a$x$ b $x$", "a$x$ b    "},
		"parameter":           {"select $1, $2", "select $1, $2"},
		"after a parameter":   {"select $1$$b$$", "select $1     "},
		"string that goes on": {"a e'b'\n'\\'c' d", "a e   \n      d"},
		"carriage return":     {"a --b\rcopy", "a    \rcopy"},
		"string not ended":    {"a 'b", "a   "},
		"comment not ended":   {"a /* b", "a     "},
		"dollar not ended":    {"a $$ b", "a     "},
	} {
		if got := migrate.StatementsOnly(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestStatementsOnlyKeepsPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"'", "''", `"`, "$$", "$x$", "--", "/*", "*/", "\n", "e", "E'", `\`, "ä", ";", " ", "copy", "$1", "$",
		})).Draw(t, "parts"), "")
		got := migrate.StatementsOnly(in)
		if len(got) != len(in) {
			t.Fatalf("%q became %q", in, got)
		}
		for i := range len(in) {
			if got[i] != in[i] && got[i] != ' ' || in[i] == '\n' && got[i] != '\n' {
				t.Fatalf("%q became %q", in, got)
			}
		}
	})
}
