package sqltoken

import (
	"slices"
	"strings"
)

// Scan returns all tokens of sql. Each begins where the one before it ends.
func Scan(sql string) []Token {
	s := scanner{sql: sql}
	for s.at < len(sql) {
		s.next()
	}
	return s.tokens
}

// Code returns the tokens of sql without white space and comments.
func Code(sql string) []Token {
	return slices.DeleteFunc(Scan(sql), func(t Token) bool { return t.Kind == Space || t.Kind == Comment })
}

type scanner struct {
	sql    string
	at     int // of what is not read yet
	tokens []Token
}

// readers read one kind of token each, if it is there. The first that does wins.
var readers = []func(*scanner) bool{
	(*scanner).space, (*scanner).lineComment, (*scanner).blockComment,
	(*scanner).str, (*scanner).dollarString, (*scanner).quotedName,
	(*scanner).word, (*scanner).param, (*scanner).number, (*scanner).operator,
}

func (s *scanner) next() {
	for _, read := range readers {
		if read(s) {
			return
		}
	}
	s.take(Symbol, 1)
}

// rest is what is not read yet. It is not empty where a reader is called.
func (s *scanner) rest() string { return s.sql[s.at:] }

// take reads a token of n bytes, or none.
func (s *scanner) take(k Kind, n int) bool {
	if n == 0 {
		return false
	}
	s.tokens = append(s.tokens, Token{Kind: k, Text: s.sql[s.at : s.at+n], Start: s.at, Inner: s.at, End: s.at + n})
	s.at += n
	return true
}

// last is the token that was read last. There is one.
func (s *scanner) last() *Token { return &s.tokens[len(s.tokens)-1] }

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func (s *scanner) space() bool { return s.take(Space, span(s.rest(), isSpace)) }

func (s *scanner) lineComment() bool {
	if !strings.HasPrefix(s.rest(), "--") {
		return false
	}
	return s.take(Comment, span(s.rest(), func(c byte) bool { return c != '\n' && c != '\r' }))
}

func (s *scanner) blockComment() bool {
	if !strings.HasPrefix(s.rest(), "/*") {
		return false
	}
	n, closed := commentLength(s.rest())
	s.take(Comment, n)
	s.last().Open = !closed
	return true
}

// commentLength returns the length of a comment, which may hold others.
func commentLength(s string) (n int, closed bool) {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
		}
		if depth == 0 {
			return i + 1, true
		}
	}
	return len(s), false
}

func (s *scanner) word() bool {
	if !isLetter(s.rest()[0]) {
		return false
	}
	s.take(Word, span(s.rest(), func(c byte) bool { return isLetter(c) || isDigit(c) || c == '$' }))
	s.last().Text = Lower(s.last().Text)
	return true
}

func (s *scanner) param() bool {
	n := span(s.rest()[1:], isDigit)
	return s.rest()[0] == '$' && n > 0 && s.take(Param, n+1)
}
