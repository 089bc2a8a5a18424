package lint

import (
	"regexp"
	"strings"
)

type kind uint8

const (
	word   kind = iota // a keyword or plain name, in lower case; $1 too
	quoted             // a name in quotes; text is what it stands for
	str                // a string; text is what is between the quotes
	number
	symbol // an operator, or one character of anything else
)

// token is one token of SQL or PL/pgSQL. See the PostgreSQL manual, "Lexical
// Structure".
type token struct {
	kind   kind
	text   string
	offset int // in bytes, of what text says; of the quote for a name in quotes

	declares bool // stands among the declarations of PL/pgSQL
}

func (t token) is(text string) bool { return (t.kind == word || t.kind == symbol) && t.text == text }

func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// scan takes a body apart, without white space and comments. It accepts anything.
// What is not closed has the rest.
func scan(body string) []token {
	var all []token
	declares := false
	for i := 0; i < len(body); {
		t, n := scanOne(body, i)
		if n == 0 {
			i++
			continue
		}
		if t != nil {
			if t.is("declare") || t.is("begin") {
				declares = t.is("declare")
			}
			t.offset, t.declares = t.offset+i, declares
			all = append(all, *t)
		}
		i += n
	}
	return all
}

const operators = "+-*/<>=~!@#%^&|`?"

var (
	dollarTag = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*)?\$`)
	numberAt  = regexp.MustCompile(`^(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?`)
	nameAt    = regexp.MustCompile(`^(?:[A-Za-z_\x80-\xff][A-Za-z_0-9$\x80-\xff]*|\$\d+)`)
	prefixAt  = regexp.MustCompile(`^(?:[eEbBxXnN]|[uU]&)'`)
)

// scanOne returns the token at i, nil for a comment, and its length; nothing for
// white space.
func scanOne(body string, i int) (*token, int) {
	rest := body[i:]
	c := rest[0]
	switch {
	case strings.IndexByte(" \t\r\n\f\v", c) >= 0:
		return nil, 0
	case strings.HasPrefix(rest, "--"):
		return nil, lineLength(rest)
	case strings.HasPrefix(rest, "/*"):
		return nil, commentLength(rest)
	case c == '"':
		text, n := closed(rest, 1, '"', false)
		return &token{kind: quoted, text: text}, n
	case c == '\'':
		return scanString(rest, 0)
	case c == '$':
		if tag := dollarTag.FindString(rest); tag != "" {
			return scanDollar(rest, tag)
		}
	}
	if prefix := prefixAt.FindString(rest); prefix != "" {
		return scanString(rest, len(prefix)-1)
	}
	return scanPlain(rest)
}

func scanPlain(rest string) (*token, int) {
	if name := nameAt.FindString(rest); name != "" {
		return &token{kind: word, text: lower(name)}, len(name)
	}
	if n := numberAt.FindString(rest); n != "" {
		return &token{kind: number, text: n}, len(n)
	}
	for _, long := range []string{"::", ":=", ".."} {
		if strings.HasPrefix(rest, long) {
			return &token{kind: symbol, text: long}, len(long)
		}
	}
	n := max(operatorLength(rest), 1)
	return &token{kind: symbol, text: rest[:n]}, n
}

// operatorLength stops before a comment.
func operatorLength(s string) int {
	n := 0
	for n < len(s) && strings.IndexByte(operators, s[n]) >= 0 &&
		!strings.HasPrefix(s[n:], "--") && !strings.HasPrefix(s[n:], "/*") {
		n++
	}
	return n
}

// scanString reads the string whose quote is at prefix.
func scanString(s string, prefix int) (*token, int) {
	escapes := prefix == 1 && s[0]|0x20 == 'e'
	text, n := closed(s, prefix+1, '\'', escapes)
	return &token{kind: str, text: text, offset: prefix + 1}, n
}

func scanDollar(s, tag string) (*token, int) {
	text, _, found := strings.Cut(s[len(tag):], tag)
	n := 2*len(tag) + len(text)
	if !found {
		n = len(s)
	}
	return &token{kind: str, text: text, offset: len(tag)}, n
}

// closed returns what is between from and the quote that ends it, in which two
// quotes are one, and the length of all of it.
func closed(s string, from int, quote byte, escapes bool) (text string, length int) {
	var b strings.Builder
	for i := from; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\' && i+1 < len(s):
			b.WriteString(s[i : i+2])
			i++
		case s[i] != quote:
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == quote:
			b.WriteByte(quote)
			i++
		default:
			return b.String(), i + 1
		}
	}
	return b.String(), len(s)
}

func lineLength(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i + 1
	}
	return len(s)
}

// commentLength returns the length of a comment, which may hold others.
func commentLength(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// lower folds as PostgreSQL does: ASCII letters only.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
