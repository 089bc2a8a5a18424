package sqltoken

// Kind is what a token is.
type Kind uint8

// The kinds of tokens, and what Text is of each where it is not as written.
const (
	Space   Kind = iota
	Comment      // of one line, without its end, or of a block with those in it
	Word         // a keyword or plain name: in lower case
	Quoted       // a name in quotes: what it stands for
	String       // what is between the quotes, two of them made one, escapes as written
	Number
	Param  // $1
	Symbol // an operator, ::, :=, .., or one byte of anything else
)

// Token is one token.
type Token struct {
	Kind       Kind
	Text       string
	Start, End int  // in bytes
	Inner      int  // where that begins which Text says: past the quote, or Start
	Open       bool // a comment or quotation that does not end

	escapes bool // a String in which backslashes escape
}

// Plain returns the text of a word or symbol, and nothing for other tokens: a
// quoted name is no keyword, and a string no symbol.
func (t Token) Plain() string {
	if t.Kind == Word || t.Kind == Symbol {
		return t.Text
	}
	return ""
}

// IsName reports whether t may be a name. Which words are reserved is not known.
func (t Token) IsName() bool { return t.Kind == Word || t.Kind == Quoted }

// Lower folds s as PostgreSQL does names and keywords: ASCII letters only.
func Lower(s string) string {
	for i := range len(s) {
		if isUpper(s[i]) {
			return string(lower([]byte(s)))
		}
	}
	return s
}

func lower(b []byte) []byte {
	for i, c := range b {
		if isUpper(c) {
			b[i] = c | 0x20
		}
	}
	return b
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter reports whether c begins a name: bytes of multi-byte characters do.
func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

// span counts the bytes at the start of s for which in holds.
func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}
