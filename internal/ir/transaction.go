package ir

import (
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/sqltoken"
)

// endsTransactions reports whether a procedure's own body commits or rolls back.
func endsTransactions(r *catalog.Routine) bool {
	if r.Kind != catalog.Procedure || r.Language != "plpgsql" {
		return false
	}
	before := ";"
	tokens := sqltoken.Code(r.Body)
	for i, t := range tokens {
		word := t.Plain()
		ends := word == "commit" || word == "rollback"
		if ends && startsStatement[before] && i+1 < len(tokens) && endsStatement[tokens[i+1].Plain()] {
			return true
		}
		before = word
	}
	return false
}

// startsStatement are the words of PL/pgSQL that a statement may follow.
var startsStatement = map[string]bool{";": true, "begin": true, "then": true, "else": true, "loop": true}

// endsStatement are the words that may follow COMMIT and ROLLBACK.
var endsStatement = map[string]bool{";": true, "and": true, "work": true, "transaction": true}
