package lint

import "github.com/spgen/spgen/internal/sqltoken"

type kind = sqltoken.Kind

const (
	word   = sqltoken.Word // $1 too
	quoted = sqltoken.Quoted
	str    = sqltoken.String
	symbol = sqltoken.Symbol
)

// token is one token of SQL or PL/pgSQL.
type token struct {
	kind   kind
	text   string
	offset int // in bytes, of what text says; of the quote for a name in quotes

	declares bool // stands among the declarations of PL/pgSQL
}

func (t token) is(text string) bool { return (t.kind == word || t.kind == symbol) && t.text == text }

func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// scan takes a body apart, without white space and comments. It accepts anything.
func scan(body string) []token {
	var all []token
	declares := false
	for _, s := range sqltoken.Code(body) {
		t := newToken(s)
		if t.is("declare") || t.is("begin") {
			declares = t.is("declare")
		}
		t.declares = declares
		all = append(all, t)
	}
	return all
}

func newToken(s sqltoken.Token) token {
	t := token{kind: s.Kind, text: s.Text, offset: s.Inner}
	switch s.Kind {
	case sqltoken.Quoted:
		t.offset = s.Start
	case sqltoken.Param:
		t.kind = word
	}
	return t
}
