package migrate

import (
	"regexp"
	"strings"
)

// statementsOnly returns sql with its comments, quoted strings and names blanked
// out, so that what is left are keywords and plain names. Every byte keeps its
// place. See the PostgreSQL manual, "Lexical Structure".
func statementsOnly(sql string) string {
	b := []byte(sql)
	for i := 0; i < len(b); {
		n := skip(sql, i)
		for j := i; j < i+n; j++ {
			if b[j] != '\n' {
				b[j] = ' '
			}
		}
		i += max(n, 1)
	}
	return string(b)
}

// skip returns how many bytes the comment or quotation at i has, 0 if there is
// none. One that does not end has the rest.
func skip(sql string, i int) int {
	rest := sql[i:]
	switch {
	case strings.HasPrefix(rest, "--"):
		return line(rest)
	case strings.HasPrefix(rest, "/*"):
		return comment(rest)
	case rest[0] == '"':
		return until(rest, 1, `"`)
	case rest[0] == '\'':
		escapes := i > 0 && (sql[i-1] == 'e' || sql[i-1] == 'E') && (i == 1 || !inName(sql[i-2]))
		return quoted(rest, escapes)
	case rest[0] == '$' && (i == 0 || !inName(sql[i-1])):
		if tag := dollarTag.FindString(rest); tag != "" {
			return until(rest, len(tag), tag)
		}
	}
	return 0
}

// line returns the length of a comment that ends with its line, and of that end.
func line(s string) int {
	if i := strings.IndexAny(s, "\n\r"); i >= 0 {
		return i + 1
	}
	return len(s)
}

var dollarTag = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*)?\$`)

func inName(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// until returns the length up to and with end, which is looked for from from.
func until(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// quoted returns the length of a string. A doubled quote ends one and begins the
// next, which comes to the same.
func quoted(s string, escapes bool) int {
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

// comment returns the length of a comment, which may hold others.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

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
