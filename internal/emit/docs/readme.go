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
	"text":  func(s string) string { return escapeStarts(escapeMarkdown(oneLine(s))) },
	"code":  codeSpan,
	"cell":  cell,
	"ccell": func(s string) string { return cell(codeSpan(s)) },
	"fence": func(s string) string { return strings.Replace(fence(clean(s)), "\n", "json\n", 1) },
	"notes": notes,
	"codes": codes,
}

var markdownTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(markdownFuncs).ParseFS(templates.FS, "docs/*.md.tmpl")
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

// notes is the last cell of a field's row: its comment and its values.
func notes(f *field) string {
	var parts []string
	if f.Doc.Text != "" {
		parts = append(parts, cell(escapeMarkdown(f.Doc.Text)))
	}
	if len(f.Labels) > 0 {
		parts = append(parts, "One of "+codes(f.Labels)+".")
	}
	for _, c := range f.Checks {
		if c.Words != "" {
			parts = append(parts, "Allowed: "+cell(escapeMarkdown(c.Words))+".")
			continue
		}
		parts = append(parts, "Check: "+cell(codeSpan(c.SQL))+".")
	}
	return strings.Join(parts, " ")
}
