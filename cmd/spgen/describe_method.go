package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spgen/spgen/internal/ir"
)

// methodJSON is what `spgen describe METHOD --json` prints.
type methodJSON struct {
	ID         uint32          `json:"id"`
	Name       string          `json:"name"`
	Service    string          `json:"service"`
	Function   string          `json:"function"`
	Doc        string          `json:"doc,omitempty"`
	Access     any             `json:"access"`
	Effect     string          `json:"effect"`
	Session    string          `json:"session,omitempty"`
	TimeoutMS  int64           `json:"timeout_ms,omitempty"`
	Lane       string          `json:"lane,omitempty"` // "fast", "slow" or "cpu"
	Rate       string          `json:"rate,omitempty"` // "5/s", "100/min"
	Since      string          `json:"since,omitempty"`
	Deprecated string          `json:"deprecated,omitempty"`
	Params     []paramJSON     `json:"params"`
	Shape      string          `json:"shape"`
	Columns    []valueJSON     `json:"columns"`
	Errors     []errorJSON     `json:"errors"`
	Request    json.RawMessage `json:"request"` // an example
	Answer     json.RawMessage `json:"answer"`
}

type valueJSON struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	NotNull bool     `json:"not_null"`
	Values  []string `json:"values,omitempty"` // of an enum
	Doc     string   `json:"doc,omitempty"`
}

type paramJSON struct {
	valueJSON
	Required bool   `json:"required"`
	Default  string `json:"default,omitempty"` // SQL
	Fill     string `json:"fill,omitempty"`    // the server gives it
}

type errorJSON struct {
	Code    int32  `json:"code"`
	Name    string `json:"name"`
	Message string `json:"message"`
	Field   string `json:"field,omitempty"`
}

// shapes are what a result looks like, by ir.Shape.
var shapes = map[ir.Shape]string{
	ir.Void: "nothing", ir.Scalar: "value", ir.Object: "object", ir.Optional: "object or null",
	ir.Array: "array of objects", ir.Scalars: "array of values", ir.OptScalar: "value or null",
}

func (d *describe) method(model *ir.Model, m *ir.Method) error {
	out := describeMethod(m)
	var err error
	if out.Request, out.Answer, err = frames(m); err != nil {
		return err
	}
	if d.asJSON {
		return writeJSON(d.env.stdout, out)
	}
	return out.text(d.env.stdout)
}

func describeMethod(m *ir.Method) methodJSON {
	out := methodJSON{
		ID: m.ID, Name: m.Name, Service: m.Service, Function: m.Identity, Doc: m.Doc.Text,
		Access: accessJSON(m.Access.Public, m.Access.Roles), Effect: effect(m), Session: m.Session, TimeoutMS: m.TimeoutMS,
		Lane: m.Lane, Rate: m.Rate.String(),
		Since: m.Since, Deprecated: m.Deprecated, Shape: shapes[m.Shape],
		Params: []paramJSON{}, Columns: []valueJSON{}, Errors: []errorJSON{},
	}
	for _, p := range m.Params {
		out.Params = append(out.Params, paramJSON{
			valueJSON: value(p.Name, p.Type, p.NotNull, p.Doc), Required: !p.Optional && p.Fill == "", Default: p.Default, Fill: p.Fill,
		})
	}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, value(c.Name, c.Type, c.NotNull, c.Doc))
	}
	for _, e := range m.Errors {
		out.Errors = append(out.Errors, describeError(*e))
	}
	return out
}

func describeError(e ir.Error) errorJSON {
	return errorJSON{Code: e.Code, Name: e.Name, Message: e.Message, Field: e.Field}
}

func value(name string, t *ir.Type, notNull bool, doc string) valueJSON {
	v := valueJSON{Name: name, Type: t.Name, NotNull: notNull, Doc: doc}
	for t.Elem != nil && (t.Kind == ir.Domain || t.Kind == ir.ArrayOf) {
		t = t.Elem
	}
	for _, l := range t.Labels {
		v.Values = append(v.Values, l.Value)
	}
	return v
}

// text writes m for people.
func (m methodJSON) text(w io.Writer) error {
	fmt.Fprintf(w, "%s (%d), of %s\n%s\n", m.Name, m.ID, m.Service, m.Function) //nolint:errcheck // Flush says it
	if m.Deprecated != "" {
		fmt.Fprintf(w, "deprecated: %s\n", m.Deprecated) //nolint:errcheck // Flush says it
	}
	if m.Doc != "" {
		fmt.Fprintf(w, "\n%s\n", m.Doc) //nolint:errcheck // Flush says it
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(table, strings.TrimRight("  "+strings.Join(cells, "\t"), " \t")) } //nolint:errcheck // Flush says it
	section := func(title string, empty bool) {
		if empty {
			title += " none"
		}
		fmt.Fprintf(table, "\n%s\n", title) //nolint:errcheck // Flush says it
	}
	fmt.Fprintln(table) //nolint:errcheck // Flush says it
	for _, fact := range m.facts() {
		row(fact...)
	}
	section("parameters:", len(m.Params) == 0)
	for _, p := range m.Params {
		row(p.Name, p.Type, p.how(), p.about())
	}
	section("result: "+m.Shape, false)
	for _, c := range m.Columns {
		row(c.Name, c.Type, nullable(c.NotNull), c.about())
	}
	section("errors:", len(m.Errors) == 0)
	for _, e := range m.Errors {
		row(fmt.Sprint(e.Code), e.Name, e.Message)
	}
	section("example:", false)
	for _, frame := range []json.RawMessage{m.Request, m.Answer} {
		var text bytes.Buffer
		if err := json.Compact(&text, frame); err != nil {
			return err
		}
		row(text.String())
	}
	return table.Flush()
}

// facts are the lines before the parameters.
func (m methodJSON) facts() [][]string {
	access := fmt.Sprint(m.Access)
	if roles, ok := m.Access.([]string); ok {
		access = strings.Join(roles, ", ")
	}
	all := [][]string{{"access", access}, {"effect", m.Effect}}
	if m.Session != "" {
		all = append(all, []string{"session", m.Session + "s it"})
	}
	if m.TimeoutMS > 0 {
		all = append(all, []string{"timeout", fmt.Sprintf("%d ms", m.TimeoutMS)})
	}
	if m.Lane != "" {
		all = append(all, []string{"lane", m.Lane})
	}
	if m.Rate != "" {
		all = append(all, []string{"rate", m.Rate})
	}
	if m.Since != "" {
		all = append(all, []string{"since", m.Since})
	}
	return all
}

func (p paramJSON) how() string {
	switch {
	case p.Fill != "":
		return "from " + p.Fill
	case p.Required:
		return "required" + map[bool]string{false: ", or null"}[p.NotNull]
	}
	return "default " + p.Default
}

func nullable(notNull bool) string {
	if notNull {
		return "not null"
	}
	return "or null"
}

func (v valueJSON) about() string {
	if len(v.Values) == 0 {
		return v.Doc
	}
	return strings.TrimPrefix(v.Doc+"; ", "; ") + "one of " + strings.Join(v.Values, ", ")
}
