package plausible

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/ir"
)

// Value returns a plausible value of t for something called name: one that
// the schema of t admits, and the database too as far as its checks are
// recognised.
func Value(name string, t *ir.Type) any {
	return within(name, t, LimitsOf(t))
}

func within(name string, t *ir.Type, l Limits) any {
	switch t.Kind {
	case ir.Domain:
		if !telling(name) {
			name = BareName(t.Name)
		}
		return within(name, t.Elem, l)
	case ir.Composite:
		return Row(t.Fields)
	case ir.Range:
		return Object{{"lower", Value(name, t.Elem)}, {"upper", nil}, {"bounds", "[)"}}
	case ir.Multirange:
		return []any{Value(name, t.Elem)}
	case ir.ArrayOf:
		return array(strings.TrimSuffix(name, "s"), t)
	case ir.Enum:
		if len(t.Labels) == 0 {
			return ""
		}
		return t.Labels[0].Value
	case ir.Text:
		return text(name, l)
	case ir.Int2, ir.Int4, ir.Int8Number:
		return integer(name, l)
	case ir.Numeric:
		if l.Least != nil || l.Most != nil {
			return strconv.FormatInt(integer(name, l), 10)
		}
	case ir.Int8:
		return strconv.FormatInt(integer(name, l), 10)
	}
	if v, ok := constants[t.Kind]; ok {
		return v
	}
	return literal(t.Name)
}

func array(name string, t *ir.Type) any {
	v := Value(name, t.Elem)
	for range max(t.Dims, 1) {
		v = []any{v}
	}
	return v
}

// Row returns an object with a value for each of columns.
func Row(columns []*ir.Column) Object {
	row := Object{}
	for _, c := range columns {
		row = append(row, Member{c.Name, Value(c.Name, c.Type)})
	}
	return row
}

func literal(name string) string {
	if v, ok := literals[BareName(name)]; ok {
		return v
	}
	return "…"
}

// telling reports whether name says something about its values.
func telling(name string) bool {
	_, word := hints[lastWord(name)]
	_, number := numbers[lastWord(name)]
	return word || number
}

func lastWord(name string) string {
	name = strings.ToLower(name)
	return name[strings.LastIndexByte(name, '_')+1:]
}

func text(name string, l Limits) string {
	hint, ok := hints[lastWord(name)]
	if !ok {
		hint = "text"
	}
	for _, candidate := range append([]string{fit(hint, l)}, fallbacks...) {
		if candidate == fit(candidate, l) && matches(candidate, l.Patterns) {
			return candidate
		}
	}
	return fit(hint, l)
}

// fit makes s as long as l wants it.
func fit(s string, l Limits) string {
	if l.Longest != nil && int64(utf8.RuneCountInString(s)) > *l.Longest {
		s = string([]rune(s)[:max(0, *l.Longest)])
	}
	// No frame is longer than this, so no text of a frame is.
	const frame = 64 << 10
	if l.Shortest != nil {
		missing := min(*l.Shortest, frame) - int64(utf8.RuneCountInString(s))
		s += strings.Repeat("x", int(max(0, missing)))
	}
	return s
}

// matches reports whether s matches those patterns that Go can read.
func matches(s string, patterns []string) bool {
	for _, p := range patterns {
		if re, err := regexp.Compile(p); err == nil && !re.MatchString(s) {
			return false
		}
	}
	return true
}

func integer(name string, l Limits) int64 {
	n, ok := numbers[lastWord(name)]
	if !ok {
		n = 1
	}
	if l.Most != nil {
		n = min(n, *l.Most)
	}
	if l.Least != nil {
		n = max(n, *l.Least)
	}
	return n
}

// BareName is a type's name without its schema, modifiers and quotes.
func BareName(name string) string {
	name, _, _ = strings.Cut(name, "(")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.Trim(name, `"`)
}

// Result returns what m may answer.
func Result(m *ir.Method) any {
	switch m.Shape {
	case ir.Scalar, ir.OptScalar:
		return Value(m.Columns[0].Name, m.Columns[0].Type)
	case ir.Scalars:
		return []any{Value(m.Columns[0].Name, m.Columns[0].Type)}
	case ir.Object, ir.Optional:
		return Row(m.Columns)
	case ir.Array:
		return []any{Row(m.Columns)}
	}
	return nil
}

// Params returns the parameters that a client must send to m.
func Params(m *ir.Method) Object {
	params := Object{}
	for _, p := range m.Params {
		if p.Fill == "" && !p.Optional {
			params = append(params, Member{p.Name, Value(p.Name, p.Type)})
		}
	}
	return params
}
