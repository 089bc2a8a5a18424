package catalog

import "github.com/spgen/spgen/internal/sqltoken"

// token is a name, a number or a punctuation character of a routine's identity.
type token struct {
	kind byte   // 'a' name, '"' quoted name, '0' number, '?' what no identity has, or the character itself
	text string // unquoted, and folded to lower case unless it was quoted
}

func (t token) isName() bool { return t.kind == 'a' || t.kind == '"' }

// kinds are those of tokens that an identity has, besides punctuation.
var kinds = map[sqltoken.Kind]byte{sqltoken.Word: 'a', sqltoken.Quoted: '"', sqltoken.Number: '0'}

// scan splits s as PostgreSQL's lexer does. It accepts anything; what is no
// identity finds no routine.
func scan(s string) []token {
	var all []token
	for _, t := range sqltoken.Scan(s) {
		kind, ok := kinds[t.Kind]
		switch {
		case t.Kind == sqltoken.Space:
		case t.Kind == sqltoken.Symbol:
			all = append(all, characters(t.Text)...)
		case ok && !t.Open:
			all = append(all, token{kind, t.Text})
		default:
			all = append(all, token{'?', s[t.Start:t.End]})
		}
	}
	return all
}

// characters takes an operator apart: no identity has one.
func characters(symbol string) []token {
	var all []token
	for i := range len(symbol) {
		all = append(all, token{symbol[i], symbol[i : i+1]})
	}
	return all
}
