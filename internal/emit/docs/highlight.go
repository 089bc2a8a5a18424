package docs

import (
	"html/template"
	"strings"
)

// highlight marks up JSON, escaping all of it: keys, strings, and the rest of
// its words each get a class.
func highlight(json string) template.HTML {
	var b strings.Builder
	b.Grow(4 * len(json))
	for json != "" {
		n := strings.IndexAny(json, marked)
		if n < 0 {
			n = len(json)
		}
		b.WriteString(template.HTMLEscapeString(json[:n]))
		json = json[n:]
		if json == "" {
			break
		}
		class, end := "n", wordEnd(json)
		if json[0] == '"' {
			class, end = "s", stringEnd(json)
			if strings.HasPrefix(strings.TrimLeft(json[end:], " "), ":") {
				class = "k"
			}
		}
		b.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(json[:end]) + `</span>`)
		json = json[end:]
	}
	return template.HTML(b.String()) // #nosec G203 -- every part is escaped above
}

// marked begins what gets a class: a string, a number, true, false or null.
const marked = `"-0123456789tfn`

// stringEnd returns the length of the string that json begins with.
func stringEnd(json string) int {
	for i := 1; i < len(json); i++ {
		switch json[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(json)
}

// wordEnd returns the length of the number or word that json begins with.
func wordEnd(json string) int {
	if n := strings.IndexAny(json, ",:]} \n"); n >= 0 {
		return n
	}
	return len(json)
}
