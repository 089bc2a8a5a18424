package scaffold_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/scaffold"
)

func TestCheckModule(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"example.com/shop":                       "",
		"example.com/shop/v2":                    "",
		"gopkg.in/shop.v1":                       "",
		"":                                       "is empty",
		"shop":                                   "missing dot",
		"example.com/a b":                        "invalid char",
		"example.com/a\nb":                       "invalid char",
		"/example.com/a":                         "is no module path",
		"example.com/a/v1":                       "is no module path",
		"example.com/../a":                       "is no module path",
		"github.com/spgen/spgen":                 "spgen's own",
		"github.com/spgen/spgen/x":               "spgen's own",
		"github.com/spgen/spgenerator":           "",
		"example.com/vendor/a":                   "has the element vendor",
		"example.com/internal":                   "has the element internal",
		"example.com/" + strings.Repeat("a", 10): "",
	} {
		if err := scaffold.CheckModule(in); !says(err, want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

// says reports whether err has want in it, or is nil for none.
func says(err error, want string) bool {
	if want == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), want)
}

func TestCheckSchema(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, made, exists string }{
		{"api", "", ""},
		{"_a1", "", ""},
		{"", "is empty", "is empty"},
		{"public", "exists in every database", ""},
		{"pg_api", "PostgreSQL's own", "PostgreSQL's own"},
		{"information_schema", "PostgreSQL's own", "PostgreSQL's own"},
		{"Api", "needs quotes", ""},
		{"my-api", "needs quotes", ""},
		{"ä", "needs quotes", ""},
		{"1a", "needs quotes", ""},
		{`a"b`, "needs quotes", ""},
		{"select", "keyword", ""},
		{"table", "keyword", ""},
		{"values", "keyword", ""},
		{"a\x00", "NUL", "NUL"},
		{"\xff", "not UTF-8", "not UTF-8"},
		{strings.Repeat("a", 63), "", ""},
		{strings.Repeat("a", 64), "too long", "too long"},
	} {
		if err := scaffold.CheckSchema(tt.in, false); !says(err, tt.made) {
			t.Errorf("%q to make: %v, want %q", tt.in, err, tt.made)
		}
		if err := scaffold.CheckSchema(tt.in, true); !says(err, tt.exists) {
			t.Errorf("%q that exists: %v, want %q", tt.in, err, tt.exists)
		}
	}
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"example.com/shop":                        "shop",
		"example.com/shop/v2":                     "shop",
		"gopkg.in/shop.v1":                        "shop",
		"example.com/team/Chat-Server.go":         "chat_server_go",
		"example.com/1st":                         "app_1st",
		"example.com/pg":                          "app_pg",
		"example.com/pg_x":                        "app_pg_x",
		"example.com/~":                           "app",
		"example.com/" + strings.Repeat("a", 100): strings.Repeat("a", 56),
	} {
		if got := scaffold.NameOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestNameOfIsAName holds that roles can be called after any module.
func TestNameOfIsAName(t *testing.T) {
	t.Parallel()
	fits := regexp.MustCompile(`^[a-z][a-z0-9_]{0,55}$`)
	rapid.Check(t, func(t *rapid.T) {
		path := "example.com/" + rapid.StringMatching(`[a-zA-Z0-9~._-]{1,80}`).Draw(t, "last")
		if name := scaffold.NameOf(path); !fits.MatchString(name) || strings.HasPrefix(name, "pg_") {
			t.Errorf("%q (valid: %v): %q", path, module.CheckPath(path) == nil, name)
		}
	})
}

func TestIdent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"api": "api", "user": `"user"`, "My API": `"My API"`, `a"b`: `"a""b"`, "": `""`, "a;b": `"a;b"`,
	} {
		if got := scaffold.Ident(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestParseAccess(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"public": "", "session": "", "": "say public", "Public": "say public", "[user]": "say public"} {
		if _, err := scaffold.ParseAccess(in); !says(err, want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}
