package docs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/ir"
)

// example returns a plausible value of t for something called name: one that
// the schema of t admits, and the database too as far as its checks are
// recognised.
func example(name string, t *ir.Type) any {
	return exampleWithin(name, t, limitsOf(t))
}

func exampleWithin(name string, t *ir.Type, l limits) any {
	switch t.Kind {
	case ir.Domain:
		if !telling(name) {
			name = bareName(t.Name)
		}
		return exampleWithin(name, t.Elem, l)
	case ir.Composite:
		return exampleRow(t.Fields)
	case ir.Range:
		return object{{"lower", example(name, t.Elem)}, {"upper", nil}, {"bounds", "[)"}}
	case ir.Multirange:
		return []any{example(name, t.Elem)}
	case ir.ArrayOf:
		return exampleArray(strings.TrimSuffix(name, "s"), t)
	case ir.Enum:
		if len(t.Labels) == 0 {
			return ""
		}
		return t.Labels[0].Value
	case ir.Text:
		return exampleText(name, l)
	case ir.Int2, ir.Int4, ir.Int8Number:
		return exampleInteger(name, l)
	case ir.Numeric:
		if l.least != nil || l.most != nil {
			return strconv.FormatInt(exampleInteger(name, l), 10)
		}
	case ir.Int8:
		return strconv.FormatInt(exampleInteger(name, l), 10)
	}
	if v, ok := constants[t.Kind]; ok {
		return v
	}
	return exampleLiteral(t.Name)
}

func exampleArray(name string, t *ir.Type) any {
	v := example(name, t.Elem)
	for range max(t.Dims, 1) {
		v = []any{v}
	}
	return v
}

// exampleRow returns an object with a value for each of columns.
func exampleRow(columns []*ir.Column) object {
	row := object{}
	for _, c := range columns {
		row = append(row, member{c.Name, example(c.Name, c.Type)})
	}
	return row
}

func exampleLiteral(name string) string {
	if v, ok := literals[bareName(name)]; ok {
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

func exampleText(name string, l limits) string {
	hint, ok := hints[lastWord(name)]
	if !ok {
		hint = "text"
	}
	for _, candidate := range append([]string{fit(hint, l)}, fallbacks...) {
		if candidate == fit(candidate, l) && matches(candidate, l.patterns) {
			return candidate
		}
	}
	return fit(hint, l)
}

// fit makes s as long as l wants it.
func fit(s string, l limits) string {
	if l.longest != nil && int64(utf8.RuneCountInString(s)) > *l.longest {
		s = string([]rune(s)[:max(0, *l.longest)])
	}
	// No frame is longer than this, so no text of a frame is.
	const frame = 64 << 10
	if l.shortest != nil {
		missing := min(*l.shortest, frame) - int64(utf8.RuneCountInString(s))
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

func exampleInteger(name string, l limits) int64 {
	n, ok := numbers[lastWord(name)]
	if !ok {
		n = 1
	}
	if l.most != nil {
		n = min(n, *l.most)
	}
	if l.least != nil {
		n = max(n, *l.least)
	}
	return n
}

// bareName is a type's name without its schema, modifiers and quotes.
func bareName(name string) string {
	name, _, _ = strings.Cut(name, "(")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.Trim(name, `"`)
}

// exampleResult returns what m may answer.
func exampleResult(m *ir.Method) any {
	switch m.Shape {
	case ir.Scalar, ir.OptScalar:
		return example(m.Columns[0].Name, m.Columns[0].Type)
	case ir.Scalars:
		return []any{example(m.Columns[0].Name, m.Columns[0].Type)}
	case ir.Object, ir.Optional:
		return exampleRow(m.Columns)
	case ir.Array:
		return []any{exampleRow(m.Columns)}
	}
	return nil
}

// exampleParams returns the parameters that a client must send to m.
func exampleParams(m *ir.Method) object {
	params := object{}
	for _, p := range m.Params {
		if p.Fill == "" && !p.Optional {
			params = append(params, member{p.Name, example(p.Name, p.Type)})
		}
	}
	return params
}

// exampleFrames returns a request to m and its answer.
func exampleFrames(m *ir.Method) (request, answer string, err error) {
	req, err := indented(object{{"method", m.ID}, {"seq", 1}, {"params", exampleParams(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	ans, err := indented(object{{"seq", 1}, {"method", m.ID}, {"result", exampleResult(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	return string(req), string(ans), nil
}
