package docs

import (
	"bytes"
	"strings"
	"sync"
	"text/template"

	"github.com/spgen/spgen/templates"
)

// markdownFuncs place text in Markdown. A template that places text of a
// database without one of them, or without a doc's Markdown, is wrong.
var markdownFuncs = template.FuncMap{
	"text":   plainText,
	"code":   codeSpan,
	"cell":   cell,
	"ccell":  func(s string) string { return cell(codeSpan(s)) },
	"fence":  func(s string) string { return strings.Replace(fence(clean(s)), "\n", "json\n", 1) },
	"codes":  codes,
	"values": valuesMarkdown,
}

var markdownTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(markdownFuncs).Funcs(markdownLines).ParseFS(templates.FS, "docs/*.md.tmpl", "docs/llms.txt.tmpl")
})

// renderMarkdown makes a Markdown file from data.
func renderMarkdown(name string, data any) ([]byte, error) {
	t, err := markdownTemplates()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSpace(clean(b.String())) + "\n"), nil
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

// valuesMarkdown says which values are allowed.
func valuesMarkdown(v *values) string {
	var parts []string
	if len(v.Labels) > 0 {
		parts = append(parts, "One of "+codes(v.Labels)+".")
	}
	for _, c := range v.Checks {
		parts = append(parts, c.markdown())
	}
	return strings.Join(parts, " ")
}

func (c condition) markdown() string {
	switch {
	case c.Words == "" && c.Patterns == nil:
		return "Check: " + cell(codeSpan(c.SQL)) + "."
	case c.Patterns == nil:
		return "Allowed: " + c.Words + "."
	case c.Words == "":
		return "Matches " + codes(c.Patterns) + "."
	}
	return "Allowed: " + c.Words + ", matching " + codes(c.Patterns) + "."
}

// sentence ends s as a sentence ends.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;") {
		return s
	}
	return s + "."
}
