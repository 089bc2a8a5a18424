package example

import "github.com/spgen/spgen/internal/sqltoken"

// transactional are the words that begin a statement about transactions.
var transactional = map[string]bool{
	"begin": true, "start": true, "commit": true, "end": true, "rollback": true, "abort": true, "savepoint": true, "release": true,
}

// endsTransaction returns the first word of a statement of sql that begins or ends a
// transaction, or "". Bodies between BEGIN ATOMIC and END are no statements.
func endsTransaction(sql string) string {
	before, open := ";", 0 // a body, and each CASE in it
	tokens := sqltoken.Code(sql)
	for i, t := range tokens {
		word := t.Plain()
		if word == "atomic" && before == "begin" || word == "case" && open > 0 {
			open++
		}
		if before == ";" && transactional[word] && (open == 0 || word != "end") {
			return word
		}
		if before == ";" && word == "prepare" && i+1 < len(tokens) && tokens[i+1].Plain() == "transaction" {
			return "prepare transaction"
		}
		if word == "end" {
			open = max(0, open-1)
		}
		before = word
	}
	return ""
}
