package docs

import (
	"html/template"
	"regexp"
	"strings"
)

// token finds what gets a class in a snippet: a comment, a string, a number, a word.
var token = map[string]*regexp.Regexp{
	"go":         regexp.MustCompile("(//[^\n]*)|(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)|(\\b[0-9][0-9.]*\\b)|([A-Za-z_]\\w*)"),
	"javascript": regexp.MustCompile("(//[^\n]*)|(\"(?:[^\"\\\\]|\\\\.)*\")|(\\b[0-9][0-9.eE+-]*\\b)|([A-Za-z_]\\w*)"),
	"python":     regexp.MustCompile("(#[^\n]*)|(\"(?:[^\"\\\\]|\\\\.)*\")|(\\b[0-9][0-9.eE+-]*\\b)|([A-Za-z_]\\w*)"),
	"shell":      regexp.MustCompile(`($^)|('[^']*')|($^)|(--[a-z]+)`),
}

// keywords are the words that the snippets use of each language.
var keywords = map[string]bool{
	"if": true, "return": true, "defer": true, "var": true, "nil": true, "const": true, "new": true, "import": true,
	"async": true, "await": true, "def": true, "with": true, "as": true, "true": true, "false": true, "null": true,
	"True": true, "False": true, "None": true, "--then": true,
}

// highlightCode marks up a snippet, escaping all of it.
func highlightCode(code, lang string) template.HTML {
	var b strings.Builder
	b.Grow(3 * len(code))
	at := 0
	for _, m := range token[lang].FindAllStringSubmatchIndex(code, -1) {
		class := ""
		switch word := code[m[0]:m[1]]; {
		case m[2] >= 0:
			class = "c"
		case m[4] >= 0:
			class = "s"
		case m[6] >= 0:
			class = "n"
		case keywords[word]:
			class = "k"
		}
		if class == "" {
			continue
		}
		b.WriteString(template.HTMLEscapeString(code[at:m[0]]))
		b.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(code[m[0]:m[1]]) + `</span>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(code[at:]))
	return template.HTML(b.String()) // #nosec G203 -- every part is escaped above
}
