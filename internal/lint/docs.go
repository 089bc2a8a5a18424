package lint

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// comment is DOC001. Where there is none, the other rules about docs say nothing:
// what is to be pasted has all of it.
func (r *routine) comment() {
	if r.method.Doc.Text != "" {
		return
	}
	lines := "Says in a sentence what it does."
	if _, more := r.undescribed(); len(more) > 0 {
		lines += "\n\n" + strings.Join(more, "\n")
	}
	if e := r.exampleTag(); e != "" {
		lines += "\n" + e
	}
	r.undocumented("DOC001", diag.Warning, r.method.Name+" has no description: clients see its name only", lines)
}

// parameters is DOC002.
func (r *routine) parameters() {
	names, lines := r.undescribed()
	if len(names) == 0 || r.method.Doc.Text == "" {
		return
	}
	r.undocumented("DOC002", diag.Warning, fmt.Sprintf("%s does not say what %s means", r.method.Name, strings.Join(names, ", ")),
		strings.Join(lines, "\n"))
}

// undescribed returns the parameters that clients send and nothing is said of,
// and tags for them.
func (r *routine) undescribed() (names, lines []string) {
	for _, p := range r.method.Params {
		if p.Fill == "" && p.Doc == "" {
			names = append(names, p.Name)
			lines = append(lines, "@param "+p.Name+" what it is")
		}
	}
	return names, lines
}

// example is DOC003.
func (r *routine) example() {
	if e := r.exampleTag(); e != "" && r.method.Doc.Text != "" {
		r.undocumented("DOC003", diag.Note, r.method.Name+" has no example of its parameters", e)
	}
}

// exampleTag returns an example of the parameters that clients have to send, or ""
// where there is one already or none are needed.
func (r *routine) exampleTag() string {
	var members []string
	for _, p := range r.method.Params {
		if p.Fill != "" || p.Optional {
			continue
		}
		if name, err := json.Marshal(p.Name); err == nil {
			members = append(members, string(name)+": "+sample(p.Type))
		}
	}
	if len(r.method.Examples) > 0 || len(members) == 0 {
		return ""
	}
	return "@example {" + strings.Join(members, ", ") + "}"
}

// samples are values of the kinds whose JSON form is no string.
var samples = map[ir.Kind]string{
	ir.Bool: "true", ir.Int2: "1", ir.Int4: "1", ir.Int8Number: "1", ir.Float4: "1.5", ir.Float8: "1.5", ir.Int8: `"1"`,
	ir.Numeric: `"1.50"`, ir.JSON: "{}", ir.JSONB: "{}", ir.ArrayOf: "[]", ir.Composite: "{}", ir.Multirange: "[]",
	ir.UUID: `"018f4d6e-0000-7000-8000-000000000000"`, ir.Date: `"2026-01-31"`, ir.TimestampTZ: `"2026-01-31T12:00:00Z"`,
}

func sample(t *ir.Type) string {
	for t.Kind == ir.Domain && t.Elem != nil {
		t = t.Elem
	}
	if s := samples[t.Kind]; s != "" {
		return s
	}
	if len(t.Labels) > 0 {
		if label, err := json.Marshal(t.Labels[0].Value); err == nil {
			return string(label)
		}
	}
	return `"…"`
}

// undocumented reports what r's comment lacks. Who has its file adds the lines
// there; who has not pastes the statement.
func (r *routine) undocumented(code string, severity diag.Severity, message, lines string) {
	f := Finding{
		Diagnostic: diag.Diagnostic{Code: code, Severity: severity, Pos: r.where.declared, Subject: r.Identity, Message: message},
		Key:        key(code, r.Identity, ""), Fix: r.commentWith(lines),
	}
	if f.Hint = f.Fix; r.Comment != "" && !r.where.declared.IsZero() {
		f.Hint = "add to its comment:\n" + lines
	}
	r.add(f)
}

// commentWith is the statement that adds lines to r's comment.
func (r *routine) commentWith(lines string) string {
	text := lines
	if old := strings.TrimRight(r.Comment, " \t\r\n"); old != "" && r.method.Doc.Text == "" {
		text = lines + "\n\n" + old
	} else if old != "" {
		text = old + "\n" + lines
	}
	tag := "$$"
	for n := 0; strings.Contains(text, tag); n++ {
		tag = fmt.Sprintf("$c%d$", n)
	}
	return "comment on " + r.sql() + " is " + tag + text + tag + ";"
}
