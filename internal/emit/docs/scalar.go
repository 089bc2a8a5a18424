package docs

import (
	"math"

	"github.com/spgen/spgen/internal/ir"
)

// maxExact is the greatest integer that bigints as JSON numbers may be.
const maxExact = 1 << 53

func integer(low, high int64) schema {
	return schema{Type: "integer", Minimum: &low, Maximum: &high}
}

func pattern(p string) schema { return schema{Type: "string", Pattern: p} }

// either is a schema for the values of some others.
func either(all ...schema) schema { return schema{AnyOf: all} }

// Parts of patterns. They are of the regular expressions that ECMA-262, Go and
// Python have in common.
const (
	clockOut   = `\d{2}:\d{2}:\d{2}(\.\d{1,6})?`
	clockIn    = `\d{2}:\d{2}(:\d{2}(\.\d+)?)?`
	day        = `-\d{2}-\d{2}`
	offset     = `[-+]\d{2}(:\d{2}){0,2}`
	orInfinite = `-?infinity`
)

var (
	anyText  = schema{Type: "string"}
	floating = either(schema{Type: "number"}, schema{Type: "string", Enum: []any{"NaN", "Infinity", "-Infinity"}})
)

// scalars are the schemas of the kinds that have no parts: as results, and as
// parameters too, unless taken has another.
var scalars = map[ir.Kind]schema{
	ir.Bool:        {Type: "boolean"},
	ir.Int2:        integer(math.MinInt16, math.MaxInt16),
	ir.Int4:        integer(math.MinInt32, math.MaxInt32),
	ir.Int8:        pattern(`^-?\d{1,19}$`),
	ir.Int8Number:  integer(-maxExact, maxExact),
	ir.Float4:      floating,
	ir.Float8:      floating,
	ir.Numeric:     pattern(`^(-?\d+(\.\d+)?|NaN|-?Infinity)$`),
	ir.Text:        anyText,
	ir.Bytea:       {Type: "string", ContentEncoding: "base64"},
	ir.UUID:        {Type: "string", Format: "uuid"},
	ir.Date:        either(schema{Type: "string", Format: "date"}, pattern(`^(\d{5,7}`+day+`|\d{4,7}`+day+` BC|`+orInfinite+`)$`)),
	ir.Time:        pattern(`^` + clockOut + `$`),
	ir.Timestamp:   pattern(`^(\d{4,6}` + day + `T` + clockOut + `( BC)?|` + orInfinite + `)$`),
	ir.TimestampTZ: either(schema{Type: "string", Format: "date-time"}, pattern(`^(\d{5,6}`+day+`T`+clockOut+`Z|\d{4,6}`+day+`T`+clockOut+`Z BC|`+orInfinite+`)$`)),
	ir.JSON:        {},
	ir.JSONB:       {},
	ir.TextJSON:    {},
	ir.OID:         integer(0, math.MaxUint32),
	ir.TimeTZ:      pattern(`^` + clockOut + offset + `$`),
	ir.Interval:    pattern(`^(P(-?\d+Y)?(-?\d+M)?(-?\d+D)?(T(-?\d+H)?(-?\d+M)?(-?\d+(\.\d{1,6})?S)?)?|` + orInfinite + `)$`),
	ir.Inet:        {Type: "string", Description: "An IP address, with /bits if it is a network's."},
	ir.CIDR:        {Type: "string", Description: "An IP network: address/bits."},
	ir.MACAddr:     pattern(`^[0-9a-f]{2}(:[0-9a-f]{2}){5}$`),
	ir.MACAddr8:    pattern(`^[0-9a-f]{2}(:[0-9a-f]{2}){7}$`),
	ir.Bit:         pattern("^[01]*$"),
	ir.Vector:      {Type: "array", Items: &schema{Type: "number"}},
	ir.Hstore:      {Type: "object", AdditionalProperties: &schema{AnyOf: []schema{anyText, {Type: "null"}}}},
}

// takenScalars are the schemas of parameters that have more forms than results:
// the column "also" of docs/protocol.md, "Values".
var takenScalars = map[ir.Kind]schema{
	ir.Int8:        either(pattern(`^-?\d+$`), integer(math.MinInt64, math.MaxInt64)),
	ir.Numeric:     either(pattern(`^([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|NaN|-?Infinity)$`), schema{Type: "number"}),
	ir.UUID:        either(schema{Type: "string", Format: "uuid"}, pattern(`^[0-9A-Fa-f]{32}$`)),
	ir.Time:        pattern(`^` + clockIn + `$`),
	ir.Timestamp:   pattern(`^(\d{4,7}` + day + `[Tt ]` + clockIn + `( BC)?|` + orInfinite + `)$`),
	ir.TimestampTZ: either(schema{Type: "string", Format: "date-time"}, pattern(`^(\d{4,7}`+day+`[Tt ]`+clockIn+`([Zz]|`+offset+`)( BC)?|`+orInfinite+`)$`)),
	ir.TimeTZ:      pattern(`^` + clockIn + `([Zz]|` + offset + `)$`),
	ir.Interval:    pattern(`^([-+]?P[-+0-9.,:YMWDTHS]+|` + orInfinite + `)$`),
	ir.MACAddr:     anyText,
	ir.MACAddr8:    anyText,
}

// notNull are the types of JSON values but null, which in parameters is SQL NULL.
var notNullTypes = []string{"object", "array", "string", "number", "boolean"}
