package docs

import (
	"html/template"
	"strings"
)

// keywords are the words that the snippets use of each language.
var keywords = map[string]bool{
	"if": true, "return": true, "defer": true, "var": true, "nil": true, "const": true, "new": true, "import": true,
	"async": true, "await": true, "def": true, "with": true, "as": true, "true": true, "false": true, "null": true,
	"True": true, "False": true, "None": true,
}

// comments begin them, by language.
var comments = map[string]string{"go": "//", "javascript": "//", "python": "#", "shell": "# "}

// highlightCode marks up a snippet, escaping all of it: comments, strings,
// numbers and keywords each get a class.
func highlightCode(code, lang string) template.HTML {
	var b strings.Builder
	b.Grow(2 * len(code))
	plain := 0 // what is before the next token begins here
	for at := 0; at < len(code); {
		class, n := tokenOf(code[at:], lang)
		if class != "" {
			b.WriteString(template.HTMLEscapeString(code[plain:at]))
			b.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(code[at:at+n]) + `</span>`)
			plain = at + n
		}
		at += n
	}
	b.WriteString(template.HTMLEscapeString(code[plain:]))
	return template.HTML(b.String()) // #nosec G203 -- every part is escaped above
}

// tokenOf returns the length of the token that code begins with, and its class
// if it has one.
func tokenOf(code, lang string) (class string, n int) {
	switch c := code[0]; {
	case comments[lang] != "" && strings.HasPrefix(code, comments[lang]):
		return "c", until(code, "\n")
	case lang == "shell":
		if c == '\'' {
			return "s", quotedEnd(code, "'")
		}
		return "", 1
	case c == '"':
		return "s", stringEnd(code)
	case c == '`' && lang == "go":
		return "s", quotedEnd(code, "`")
	case isWord(c):
		n = 1
		for n < len(code) && (isWord(code[n]) || code[n] == '.' && isDigit(c)) {
			n++
		}
		if isDigit(c) {
			return "n", n
		}
		if keywords[code[:n]] {
			return "k", n
		}
		return "", n
	}
	return "", 1
}

// quotedEnd returns the length of what code begins with, between two marks.
func quotedEnd(code, mark string) int { return min(len(code), 2+until(code[1:], mark)) }

// until returns how much of s is before mark.
func until(s, mark string) int {
	if n := strings.Index(s, mark); n >= 0 {
		return n
	}
	return len(s)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
