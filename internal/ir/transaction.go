package ir

import (
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
)

// endsTransactions reports whether a procedure's own body commits or rolls back.
func endsTransactions(r *catalog.Routine) bool {
	if r.Kind != catalog.Procedure || r.Language != "plpgsql" {
		return false
	}
	before := ";"
	words := bodyWords(r.Body)
	for i, word := range words {
		ends := word == "commit" || word == "rollback"
		if ends && startsStatement[before] && i+1 < len(words) && endsStatement[words[i+1]] {
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

// bodyWords takes a body apart: words in lower case, and every other character
// by itself, without white space, comments, strings and quoted names.
func bodyWords(body string) []string {
	var all []string
	for i := 0; i < len(body); {
		n := quotation(body, i)
		switch {
		case n > 0:
			if body[i] == '\'' || body[i] == '"' || body[i] == '$' {
				all = append(all, body[i:i+1])
			}
		case strings.IndexByte(" \t\r\n\f\v", body[i]) >= 0:
			n = 1
		default:
			n = max(span(body[i:], isBodyWord), 1)
			all = append(all, strings.ToLower(body[i:i+n]))
		}
		i += n
	}
	return all
}

func isBodyWord(c byte) bool { return isCheckWord(c) || isCheckDigit(c) || c == '$' }

var dollarQuote = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*)?\$`)

// quotation returns the length of the comment, string or quoted name at i, 0
// where there is none. One that does not end has the rest.
func quotation(s string, i int) int {
	rest := s[i:]
	switch {
	case strings.HasPrefix(rest, "--"):
		return through(rest, 2, "\n")
	case strings.HasPrefix(rest, "/*"):
		return blockComment(rest)
	case rest[0] == '"':
		return through(rest, 1, `"`)
	case rest[0] == '\'':
		return stringLength(rest, i > 0 && s[i-1]|0x20 == 'e' && (i == 1 || !isBodyWord(s[i-2])))
	case rest[0] == '$' && (i == 0 || !isBodyWord(s[i-1])):
		if tag := dollarQuote.FindString(rest); tag != "" {
			return through(rest, len(tag), tag)
		}
	}
	return 0
}

// through returns the length of s up to and with end, which is looked for from
// from.
func through(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// stringLength returns the length of a string. A doubled quote ends one and
// begins the next, which comes to the same.
func stringLength(s string, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == '\'':
			return i + 1
		}
	}
	return len(s)
}

// blockComment returns the length of a comment, which may hold others.
func blockComment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			if i++; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}
