package golang

import (
	"bytes"
	gotoken "go/token"
	"unicode/utf8"
)

// class is what kind of token one is. A bracket or a mark of punctuation is a
// class of its own and stands for itself.
//
//	w a name
//	k a keyword
//	l a number, string or rune
//	= an operator between two operands
//	/ a comment
type class byte

// token is a token and what it is.
type token struct {
	class class
	text  []byte
}

// keywords are those of the language, true for those that layout knows. One, map,
// stands like a name.
var keywords = map[string]bool{
	"func": true, "type": true, "var": true, "if": true, "return": true, "struct": true,
	"break": false, "case": false, "chan": false, "const": false, "continue": false, "default": false, "defer": false,
	"else": false, "fallthrough": false, "for": false, "go": false, "goto": false, "import": false, "interface": false,
	"package": false, "range": false, "select": false, "switch": false,
}

// infixes are operators of two characters.
var infixes = map[string]bool{":=": true, "!=": true, "==": true}

// scan appends the tokens of a line to tokens.
func scan(tokens []token, line []byte) (all []token, known bool) {
	for {
		line = bytes.TrimLeft(line, " ")
		if len(line) == 0 {
			return tokens, len(tokens) > 0
		}
		c, n := classify(line)
		if n == 0 {
			return tokens, false
		}
		tokens = append(tokens, token{c, line[:n]})
		line = line[n:]
	}
}

// classify returns class and length of the token that line begins with. The
// length of one that is not known is 0.
func classify(line []byte) (class, int) {
	switch c := line[0]; {
	case isLetter(c):
		n := 1 + span(line[1:], func(c byte) bool { return isLetter(c) || isDigit(c) })
		if known, is := keywords[string(line[:n])]; is {
			return 'k', where(known, n)
		}
		return 'w', where(isName(line[:n]), n)
	case isDigit(c):
		return 'l', span(line, isDigit)
	case c == '"', c == '`', c == '\'':
		return 'l', quoted(line)
	case bytes.HasPrefix(line, []byte("//")):
		return '/', len(line)
	case len(line) > 1 && infixes[string(line[:2])]:
		return '=', 2
	case bytes.HasPrefix(line, []byte("&&")), bytes.HasPrefix(line, []byte("..")):
		return 0, 0
	case bytes.IndexByte([]byte("()[]{},:.;*&="), c) >= 0:
		return class(c), 1
	}
	return 0, 0
}

// quoted returns the length of the string or rune that line begins with, or 0
// where it does not end. One with a tab counts for gofmt as having more lines.
func quoted(line []byte) int {
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == line[0]:
			return i + 1
		case line[i] < ' ':
			return 0
		case line[i] == '\\' && line[0] != '`':
			i++
		}
	}
	return 0
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// isName reports whether letters that need not be of ASCII are a name.
func isName(letters []byte) bool {
	return bytes.IndexFunc(letters, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 || gotoken.IsIdentifier(string(letters))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// span returns how many bytes at the beginning are in a set.
func span(line []byte, in func(byte) bool) int {
	for i, c := range line {
		if !in(c) {
			return i
		}
	}
	return len(line)
}

// where returns n, or 0 where something is not so.
func where(so bool, n int) int {
	if so {
		return n
	}
	return 0
}

func (t token) closes() bool { return t.class == ')' || t.class == ']' || t.class == '}' }
