package docs

import (
	"html/template"
	"regexp"
	"strings"
)

// token matches what gets a colour in JSON: keys, strings, numbers, words.
var token = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null`)

// highlight marks up JSON, escaping all of it.
func highlight(json string) template.HTML {
	var b strings.Builder
	end := 0
	for _, m := range token.FindAllStringSubmatchIndex(json, -1) {
		b.WriteString(template.HTMLEscapeString(json[end:m[0]]))
		class, text := "n", json[m[0]:m[1]]
		if m[2] >= 0 {
			class, text = "s", json[m[2]:m[3]]
		}
		if m[4] >= 0 {
			class = "k"
		}
		b.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(text) + `</span>`)
		if m[4] >= 0 {
			b.WriteString(template.HTMLEscapeString(json[m[4]:m[5]]))
		}
		end = m[1]
	}
	b.WriteString(template.HTMLEscapeString(json[end:]))
	return template.HTML(b.String()) // #nosec G203 -- every part is escaped above
}
