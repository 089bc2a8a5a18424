package migrate

import (
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/sqltoken"
)

// statementsOnly returns sql with its comments, quoted strings and names blanked
// out, so that what is left are keywords and plain names, and the letters before
// a quote. Every byte keeps its place.
func statementsOnly(sql string) string {
	b := []byte(sql)
	for _, t := range sqltoken.Scan(sql) {
		if !blanked[t.Kind] {
			continue
		}
		for i := t.Start + strings.IndexAny(sql[t.Start:t.End], `-/$'"`); i < t.End; i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

// blanked are the tokens that hold no keywords.
var blanked = map[sqltoken.Kind]bool{sqltoken.Comment: true, sqltoken.Quoted: true, sqltoken.String: true}

// copyFromClient matches a statement that waits for data of the client, of
// which there is none.
var copyFromClient = regexp.MustCompile(`(?i)\bcopy\b[^;]*\bfrom\s+stdin\b`)

// refused is a statement that is not sent at all.
type refused struct {
	offset int
	why    string
}

// refuse looks for statements that a migration may not have.
func refuse(sql string) *refused {
	if at := copyFromClient.FindStringIndex(statementsOnly(sql)); at != nil {
		return &refused{at[0], "copy from stdin has no data here: use insert"}
	}
	return nil
}
