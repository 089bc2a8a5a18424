package docs

import (
	"math"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// schema is a JSON Schema 2020-12, its members in the order they are written.
type schema struct {
	Ref             string   `json:"$ref,omitempty"`
	Description     string   `json:"description,omitempty"`
	Type            any      `json:"type,omitempty"` // a string, or two
	Format          string   `json:"format,omitempty"`
	Pattern         string   `json:"pattern,omitempty"`
	ContentEncoding string   `json:"contentEncoding,omitempty"`
	Enum            []string `json:"enum,omitempty"`
	Minimum         *int64   `json:"minimum,omitempty"`
	Maximum         *int64   `json:"maximum,omitempty"`
	MinLength       *int64   `json:"minLength,omitempty"`
	MaxLength       *int64   `json:"maxLength,omitempty"`
	Items           *schema  `json:"items,omitempty"`
	Properties      object   `json:"properties,omitempty"`

	AdditionalProperties *schema `json:"additionalProperties,omitempty"`

	Required []string `json:"required,omitempty"`
	AnyOf    []schema `json:"anyOf,omitempty"`
}

// maxSafe is the greatest integer that every JSON reader keeps (RFC 7493).
const maxSafe = 1<<53 - 1

func integer(low, high int64) schema {
	return schema{Type: "integer", Minimum: &low, Maximum: &high}
}

// orInfinite is s or one of the names of PostgreSQL's values beyond all others.
func orInfinite(s schema, names ...string) schema {
	return schema{AnyOf: []schema{s, {Type: "string", Enum: names}}}
}

var (
	floating = orInfinite(schema{Type: "number"}, "NaN", "Infinity", "-Infinity")
	anyText  = schema{Type: "string"}
)

// scalars are the schemas of the kinds that have no parts.
var scalars = map[ir.Kind]schema{
	ir.Bool:        {Type: "boolean"},
	ir.Int2:        integer(math.MinInt16, math.MaxInt16),
	ir.Int4:        integer(math.MinInt32, math.MaxInt32),
	ir.Int8:        {Type: "string", Pattern: `^-?\d{1,19}$`},
	ir.Int8Number:  integer(-maxSafe, maxSafe),
	ir.Float4:      floating,
	ir.Float8:      floating,
	ir.Numeric:     {Type: "string", Format: "decimal"},
	ir.Text:        anyText,
	ir.Bytea:       {Type: "string", ContentEncoding: "base64"},
	ir.UUID:        {Type: "string", Format: "uuid"},
	ir.Date:        orInfinite(schema{Type: "string", Format: "date"}, "infinity", "-infinity"),
	ir.Time:        {Type: "string", Description: "A time of day: hh:mm:ss.ffffff."},
	ir.Timestamp:   {Type: "string", Description: "A date and time without a zone."},
	ir.TimestampTZ: orInfinite(schema{Type: "string", Format: "date-time"}, "infinity", "-infinity"),
	ir.JSON:        {},
	ir.JSONB:       {},
	ir.TextJSON:    {},
	ir.OID:         integer(0, math.MaxUint32),
	ir.TimeTZ:      {Type: "string", Description: "A time of day with an offset: hh:mm:ss+hh:mm."},
	ir.Interval:    {Type: "string", Format: "duration"},
	ir.Inet:        {Type: "string", Description: "An IP address, with /bits if it is a network's."},
	ir.CIDR:        {Type: "string", Description: "An IP network: address/bits."},
	ir.MACAddr:     anyText,
	ir.MACAddr8:    anyText,
	ir.Bit:         {Type: "string", Pattern: "^[01]*$"},
	ir.Vector:      {Type: "array", Items: &schema{Type: "number"}},
	ir.Hstore:      {Type: "object", AdditionalProperties: &schema{AnyOf: []schema{anyText, {Type: "null"}}}},
}

// schemas makes schemas that refer to the named types of a site.
type schemas struct{ s *site }

// of returns the schema of t, which admits null only where the type itself does.
func (x schemas) of(t *ir.Type) schema {
	if key, ok := x.s.component(t); ok {
		return schema{Ref: "#/components/schemas/" + pointer(key)}
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
	if s, ok := scalars[t.Kind]; ok {
		return s
	}
	return schema{Type: "string", Description: "PostgreSQL " + t.Name + " in its text form."}
}

// array is the schema of an array, one level for each dimension that is known.
func (x schemas) array(t *ir.Type) schema {
	s := nullable(x.of(t.Elem), !t.Elem.NotNull && !t.ElemNotNull)
	for range max(t.Dims, 1) {
		items := s
		s = schema{Type: "array", Items: &items}
	}
	return s
}

// rangeOf is the schema of a range: its bounds, or that it is empty.
func (x schemas) rangeOf(t *ir.Type) schema {
	bound := nullable(x.of(t.Elem), true)
	bounds := schema{Type: "string", Enum: []string{"[]", "[)", "(]", "()"}}
	return schema{AnyOf: []schema{
		{Type: "object", Properties: object{{"lower", bound}, {"upper", bound}, {"bounds", bounds}}, Required: []string{"lower", "upper"}},
		{Type: "object", Properties: object{{"empty", schema{Type: "boolean"}}}, Required: []string{"empty"}},
	}}
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
	s, l := x.of(t.Elem), plausible.LimitsOf(t)
	switch kind := baseOf(t).Kind; {
	case kind == ir.Text:
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

// row is the schema of an object with these members.
func (x schemas) row(columns []*ir.Column) schema {
	s := schema{Type: "object"}
	for _, c := range columns {
		v := nullable(x.of(c.Type), !notNull(c))
		v.Description = first(x.s.prose(c.Doc).Text(), v.Description)
		s.Properties = append(s.Properties, member{c.Name, v})
		s.Required = append(s.Required, c.Name)
	}
	return s
}

// nullable is s or null, if it may be.
func nullable(s schema, may bool) schema {
	switch kind, plain := s.Type.(string); {
	case !may || s.Ref == "" && s.Type == nil && s.AnyOf == nil:
		return s
	case plain && s.Ref == "" && s.Enum == nil:
		s.Type = []string{kind, "null"}
		return s
	case len(s.AnyOf) > 1 && s.Ref == "":
		s.AnyOf = append(append([]schema{}, s.AnyOf...), schema{Type: "null"})
		return s
	}
	return schema{AnyOf: []schema{s, {Type: "null"}}}
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
