package example

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// stable returns the answer that does not change from call to call, made of two
// that may differ, and the names of what was in another order.
func stable(m *ir.Method, first, second outcome) (answer []byte, unordered []string) {
	s := stabiliser{}
	a, b := gjson.ParseBytes(first.answer), gjson.ParseBytes(second.answer)
	member, value := "result", ""
	if first.err != nil {
		member, value = "error", s.free("error", a.Get("error"), b.Get("error"))
	} else {
		value = s.result(m, a.Get("result"), b.Get("result"))
	}
	whole := `{"seq":` + a.Get("seq").Raw + `,"method":` + a.Get("method").Raw + `,"` + member + `":` + value + "}"
	var out bytes.Buffer
	if json.Compact(&out, []byte(whole)) != nil {
		return first.answer, nil // never: both were JSON
	}
	return out.Bytes(), s.unordered
}

// stabiliser replaces what differs between two answers.
type stabiliser struct {
	unordered []string
	row       int // of the innermost list
}

func (s *stabiliser) result(m *ir.Method, a, b gjson.Result) string {
	if a.Raw == b.Raw {
		return a.Raw
	}
	row := func(a, b gjson.Result) string { return s.object(m.Columns, a, b) }
	switch m.Shape {
	case ir.Object, ir.Optional:
		return row(a, b)
	case ir.Array:
		return s.list("the rows", a, b, row, func() any { return plausible.Row(m.Columns) })
	case ir.Scalars:
		c := m.Columns[0]
		return s.list("the rows", a, b, func(a, b gjson.Result) string { return s.value(c.Name, c.Type, a, b) },
			func() any { return plausible.Value(c.Name, c.Type) })
	case ir.Scalar, ir.OptScalar:
		return s.value(m.Columns[0].Name, m.Columns[0].Type, a, b)
	}
	return a.Raw
}

// object is a row.
func (s *stabiliser) object(columns []*ir.Column, a, b gjson.Result) string {
	if !a.IsObject() || !b.IsObject() {
		return text(plausible.Row(columns))
	}
	out := "{"
	for i, c := range columns {
		if i > 0 {
			out += ","
		}
		out += text(c.Name) + ":" + s.value(c.Name, c.Type, member(a, c.Name), member(b, c.Name))
	}
	return out + "}"
}

// member returns a's member of that name, which is no path.
func member(a gjson.Result, name string) (found gjson.Result) {
	a.ForEach(func(key, value gjson.Result) bool {
		if key.Str == name {
			found = value
		}
		return key.Str != name
	})
	return found
}

func (s *stabiliser) value(name string, t *ir.Type, a, b gjson.Result) string {
	if a.Raw == b.Raw {
		return a.Raw
	}
	switch {
	case t.Kind == ir.Domain:
		return s.value(name, t.Elem, a, b)
	case t.Kind == ir.Composite && a.IsObject() && b.IsObject():
		return s.object(t.Fields, a, b)
	case t.Kind == ir.ArrayOf && a.IsArray() && b.IsArray():
		return s.array(name, t, a, b)
	case t.Kind == ir.JSON || t.Kind == ir.JSONB || t.Kind == ir.TextJSON || t.Kind == ir.Hstore:
		return s.free(name, a, b)
	}
	return s.numbered(t, plausible.Value(name, t))
}

// array is one dimension of an array.
func (s *stabiliser) array(name string, t *ir.Type, a, b gjson.Result) string {
	each := func(a, b gjson.Result) string {
		if a.IsArray() && b.IsArray() {
			return s.array(name, t, a, b)
		}
		return s.value(name, t.Elem, a, b)
	}
	if t.Elem.Kind == ir.JSON || t.Elem.Kind == ir.JSONB || t.Elem.Kind == ir.TextJSON || t.Elem.Kind == ir.Vector {
		each = func(a, b gjson.Result) string { return s.value(name, t.Elem, a, b) }
	}
	whole := plausible.Value(name, t)
	one := func() any {
		if list, ok := whole.([]any); ok && len(list) > 0 {
			return list[0]
		}
		return whole
	}
	return s.list(name, a, b, each, one)
}

// list keeps the elements that both have, and makes up one where their number or
// their order differs.
func (s *stabiliser) list(name string, a, b gjson.Result, each func(a, b gjson.Result) string, one func() any) string {
	as, bs := a.Array(), b.Array()
	if reordered(as, bs) {
		if !slices.Contains(s.unordered, name) {
			s.unordered = append(s.unordered, name)
		}
		return text([]any{one()})
	}
	if len(as) != len(bs) || !a.IsArray() || !b.IsArray() {
		return text([]any{one()})
	}
	out, outer := "[", s.row
	for i := range as {
		if i > 0 {
			out += ","
		}
		s.row = i
		if as[i].Raw == bs[i].Raw {
			out += as[i].Raw
		} else {
			out += each(as[i], bs[i])
		}
	}
	s.row = outer
	return out + "]"
}

// numbered makes integers of different rows differ, as IDs do.
func (s *stabiliser) numbered(t *ir.Type, v any) string {
	switch v := v.(type) {
	case int64:
		return text(v + int64(s.row))
	case string:
		if n := json.Number(v); t.Kind == ir.Int8 {
			if i, err := n.Int64(); err == nil {
				return text(strconv.FormatInt(i+int64(s.row), 10))
			}
		}
	}
	return text(v)
}

// text returns the JSON of v.
func text(v any) string {
	data, err := plausible.Marshal(v)
	if err != nil {
		return "null" // never: plausible values have JSON
	}
	return string(data)
}
