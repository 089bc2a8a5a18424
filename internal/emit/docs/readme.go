package docs

import (
	"bytes"
	"strings"
	"text/template"

	"github.com/spgen/spgen/templates"
)

// markdownFuncs place text in Markdown. A template that places text of a
// database without one of them, or without a doc's Markdown, is wrong.
var markdownFuncs = template.FuncMap{
	"text":   func(s string) string { return escapeStarts(escapeMarkdown(oneLine(s))) },
	"code":   codeSpan,
	"cell":   cell,
	"ccell":  func(s string) string { return cell(codeSpan(s)) },
	"fence":  func(s string) string { return strings.Replace(fence(clean(s)), "\n", "json\n", 1) },
	"inline": func(d doc) string { return cell(escapeMarkdown(d.Text)) },
	"codes":  codes,
}

// renderMarkdown makes a Markdown file from data.
func renderMarkdown(name string, data any) ([]byte, error) {
	t, err := template.New("").Funcs(markdownFuncs).ParseFS(templates.FS, "docs/*.md.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(b.Bytes()), '\n'), nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cell makes Markdown fit for a table: on one line, without a bare |.
func cell(s string) string {
	var b strings.Builder
	escaped := false
	for _, r := range oneLine(s) {
		if r == '|' && !escaped {
			b.WriteByte('\\')
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// codes lists texts as code: `a`, `b`.
func codes(texts []string) string {
	var all []string
	for _, t := range texts {
		all = append(all, cell(codeSpan(t)))
	}
	return strings.Join(all, ", ")
}
