package contract

import (
	"bytes"
	"fmt"
	"strings"
)

// levelMarks are the levels as a pull request shows them.
var levelMarks = [...]string{Safe: "safe", Dangerous: "**dangerous**", Source: "**source**", Wire: "**WIRE**"}

// Markdown renders changes for a comment on a pull request: a table for each
// method or type, the worst first; what to do instead follows the table.
func Markdown(changes []Change) []byte {
	var b bytes.Buffer
	b.WriteString("### API changes: " + Summary(changes) + "\n")
	for _, g := range groups(changes) {
		b.WriteString("\n#### " + escape(g.title) + "\n\n")
		if g.about != "" {
			b.WriteString(escape(g.about) + "\n\n")
		}
		b.WriteString("| level | rule | where | was → is | what | who notices |\n|---|---|---|---|---|---|\n")
		for i := range g.changes {
			markdownRow(&b, &g.changes[i])
		}
		markdownAdvice(&b, g.changes)
	}
	return b.Bytes()
}

func markdownRow(b *bytes.Buffer, c *Change) {
	what := escape(c.Message)
	if c.Reason != "" {
		what += " (override: " + escape(c.Reason) + ")"
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", levelMarks[min(c.Level, Wire)], c.Rule, span(c.Path), span(c.sides()), what, escape(c.Who))
}

func markdownAdvice(b *bytes.Buffer, changes []Change) {
	first := true
	for i := range changes {
		c := &changes[i]
		if c.Level == Safe || c.Instead == "" {
			continue
		}
		if first {
			b.WriteString("\nInstead:\n\n")
			first = false
		}
		fmt.Fprintf(b, "- %s: %s\n", span(c.Path), escape(c.Instead))
	}
}

var escaper = strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "@", "&#64;", "#", `\#`)

// escape makes s plain text: no markup, no cell's end, and nobody is mentioned.
func escape(s string) string { return escaper.Replace(oneLine(s)) }

// span makes s code in a cell of a table.
func span(s string) string {
	if s = oneLine(s); s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}
