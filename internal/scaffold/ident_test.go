package scaffold_test

import (
	"testing"

	"github.com/spgen/spgen/internal/scaffold"
	"github.com/spgen/spgen/internal/sqltoken"
)

// FuzzIdent: as SQL, any name is one token that stands for it.
func FuzzIdent(f *testing.F) {
	for _, name := range []string{"a", "A", "", `"`, `""`, "select", "a b", "a.b", "ä", "--", "/*", "'", "$1", "a$", "u&", "U&\"a\"", "\n", "1a", "_"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		sql := scaffold.Ident(name)
		tokens := sqltoken.Scan(sql)
		if len(tokens) != 1 || !tokens[0].IsName() || tokens[0].Open || tokens[0].Text != name {
			t.Errorf("%q is written %s, which is %+v", name, sql, tokens)
		}
	})
}
