package docs

import (
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// schema is a JSON Schema, its members in the order they are written. It has
// what draft 7, which OpenRPC and AsyncAPI speak, and 2020-12 have in common.
type schema struct {
	Ref             string  `json:"$ref,omitempty"`
	Title           string  `json:"title,omitempty"`
	Description     string  `json:"description,omitempty"`
	Deprecated      bool    `json:"deprecated,omitempty"`
	AliasOf         string  `json:"x-alias-of,omitempty"`
	MethodID        uint32  `json:"x-method-id,omitempty"`
	Type            any     `json:"type,omitempty"` // a string, or several
	Const           any     `json:"const,omitempty"`
	Format          string  `json:"format,omitempty"`
	Pattern         string  `json:"pattern,omitempty"`
	ContentEncoding string  `json:"contentEncoding,omitempty"`
	Enum            []any   `json:"enum,omitempty"`
	Minimum         *int64  `json:"minimum,omitempty"`
	Maximum         *int64  `json:"maximum,omitempty"`
	MinLength       *int64  `json:"minLength,omitempty"`
	MaxLength       *int64  `json:"maxLength,omitempty"`
	Items           *schema `json:"items,omitempty"`
	Properties      object  `json:"properties,omitempty"`

	AdditionalProperties any `json:"additionalProperties,omitempty"` // *schema, or false

	Required []string `json:"required,omitempty"`
	AnyOf    []schema `json:"anyOf,omitempty"`
	OneOf    []schema `json:"oneOf,omitempty"`
	AllOf    []schema `json:"allOf,omitempty"`
	Not      *schema  `json:"not,omitempty"`
	If       *schema  `json:"if,omitempty"`
	Then     *schema  `json:"then,omitempty"`
}

// schemas makes schemas that refer to the definitions of a document.
type schemas struct {
	s    *site
	root string // of the definitions in the document: "#/$defs/"
	sent bool   // of parameters, which may have more forms than results
}

// ref refers to a definition.
func (x schemas) ref(key string) schema { return schema{Ref: x.root + pointer(key)} }

// of returns the schema of t, which admits null only where the type itself does.
func (x schemas) of(t *ir.Type) schema {
	if v, ok := x.s.named[t.Name]; ok {
		return x.ref(v.definition(x.sent))
	}
	return x.inline(t)
}

// inline returns the schema of t without a reference to t itself.
func (x schemas) inline(t *ir.Type) schema {
	switch t.Kind {
	case ir.Enum:
		return enumSchema(t)
	case ir.Domain:
		return x.domain(t)
	case ir.Composite:
		return x.row(t.Fields)
	case ir.ArrayOf:
		return x.array(t)
	case ir.Multirange:
		items := x.of(t.Elem)
		return schema{Type: "array", Items: &items}
	case ir.Range:
		return x.rangeOf(t)
	}
	if s, ok := takenScalars[t.Kind]; ok && x.sent {
		return s
	}
	if s, ok := scalars[t.Kind]; ok {
		return s
	}
	return schema{Type: "string", Description: "PostgreSQL " + t.Name + " in its text form."}
}

// array is the schema of an array, one level for each dimension that is known.
// Where that is not known, elements may be arrays themselves; in a parameter those
// of arrays are read as elements, and of documents there is one dimension.
func (x schemas) array(t *ir.Type) schema {
	s := nullable(x.of(t.Elem), !t.Elem.NotNull && !t.ElemNotNull)
	if x.sent && t.ElemNotNull {
		s = withoutNull(s)
	}
	if kind := baseOf(t.Elem).Kind; t.Dims == 0 && !documents[kind] && !(x.sent && arrays[kind]) {
		s = either(s, schema{Type: "array", Description: "Of the next dimension."})
	}
	for range max(t.Dims, 1) {
		items := s
		s = schema{Type: "array", Items: &items}
	}
	return s
}

// documents are the kinds whose own JSON may be anything. Arrays of them have one
// dimension, unless they say how many.
var documents = map[ir.Kind]bool{ir.JSON: true, ir.JSONB: true, ir.TextJSON: true}

// arrays are the other kinds whose own JSON is an array. Arrays of them have one
// dimension in parameters, unless they say how many.
var arrays = map[ir.Kind]bool{ir.ArrayOf: true, ir.Multirange: true, ir.Vector: true}

// rangeOf is the schema of a range: its bounds, or that it is empty.
func (x schemas) rangeOf(t *ir.Type) schema {
	bound := nullable(x.of(t.Elem), true)
	bounded := schema{
		Type:       "object",
		Properties: object{{"lower", bound}, {"upper", bound}, {"bounds", schema{Enum: []any{"[]", "[)", "(]", "()"}}}},
		Required:   []string{"lower", "upper", "bounds"},
	}
	empty := schema{Type: "object", Properties: object{{"empty", schema{Const: true}}}, Required: []string{"empty"}}
	if x.sent {
		bounded.Properties = append(bounded.Properties, member{"empty", schema{Const: false}})
		bounded.AdditionalProperties, bounded.Required = false, nil
		bounded.AnyOf = []schema{{Required: []string{"lower"}}, {Required: []string{"upper"}}}
		empty.AdditionalProperties = false
	}
	return either(bounded, empty)
}

func enumSchema(t *ir.Type) schema {
	s := anyText
	for _, l := range t.Labels {
		s.Enum = append(s.Enum, l.Value)
	}
	return s
}

// domain is the schema of the base type, narrowed by what the checks say.
func (x schemas) domain(t *ir.Type) schema {
	base := baseOf(t)
	s, l := x.of(base), plausible.LimitsOf(t)
	switch kind := base.Kind; {
	case kind == ir.Text && base.Name != "character": // whose trailing blanks do not count
		s.MinLength, s.MaxLength = l.Shortest, l.Longest
	case integers[kind]:
		s.Minimum, s.Maximum = tighter(s.Minimum, l.Least, 1), tighter(s.Maximum, l.Most, -1)
	}
	return s
}

var integers = map[ir.Kind]bool{ir.Int2: true, ir.Int4: true, ir.Int8Number: true}

// baseOf returns what a domain is made of.
func baseOf(t *ir.Type) *ir.Type {
	for t.Kind == ir.Domain {
		t = t.Elem
	}
	return t
}

// tighter returns the greater bound, or the lesser one where sign is -1.
func tighter(a, b *int64, sign int64) *int64 {
	if a == nil || b != nil && sign**b > sign**a {
		return b
	}
	return a
}

// notNull reports whether a column is never null.
func notNull(c *ir.Column) bool { return c.NotNull || c.Type.NotNull }

// row is the schema of an object with these members. In a parameter it has no
// others, and may lack those that may be null.
func (x schemas) row(columns []*ir.Column) schema {
	s := schema{Type: "object"}
	if x.sent {
		s.AdditionalProperties = false
	}
	for _, c := range columns {
		v := x.value(c.Type, notNull(c))
		v.Description = first(x.s.prose(c.Doc).Text(), v.Description)
		s.Properties = append(s.Properties, member{c.Name, v})
		if !x.sent || notNull(c) {
			s.Required = append(s.Required, c.Name)
		}
	}
	return s
}

// value is the schema of a value of t where null is excluded or not.
func (x schemas) value(t *ir.Type, notNull bool) schema {
	if notNull && x.sent {
		return withoutNull(x.of(t))
	}
	return nullable(x.of(t), !notNull)
}

// withoutNull excludes null from what would be any JSON.
func withoutNull(s schema) schema {
	if s.isAny() {
		s.Type = notNullTypes
	}
	return s
}

// isAny reports whether s admits everything.
func (s *schema) isAny() bool { return s.Ref == "" && s.Type == nil && s.AnyOf == nil }

// nullable is s or null, if it may be.
func nullable(s schema, may bool) schema {
	switch kind, plain := s.Type.(string); {
	case !may || s.isAny():
		return s
	case plain && s.Enum == nil:
		s.Type = []string{kind, "null"}
		return s
	case len(s.AnyOf) > 1 && s.Type == nil:
		s.AnyOf = append(append([]schema{}, s.AnyOf...), schema{Type: "null"})
		return s
	}
	return either(s, schema{Type: "null"})
}

// result is the schema of what m answers.
func (x schemas) result(m *ir.Method) schema {
	single := func() schema { return nullable(x.of(m.Columns[0].Type), !notNull(m.Columns[0])) }
	row := func() schema { return x.row(m.Columns) }
	array := func(of schema) schema { return schema{Type: "array", Items: &of} }
	switch m.Shape {
	case ir.Scalar:
		return single()
	case ir.Object:
		return row()
	case ir.Optional:
		return nullable(row(), true)
	case ir.Array:
		return array(row())
	case ir.Scalars:
		return array(single())
	case ir.OptScalar:
		return nullable(x.of(m.Columns[0].Type), true)
	}
	return schema{Type: "null"}
}
