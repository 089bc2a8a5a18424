package contract

import (
	"maps"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// Kind is how a type travels: ir.Kind in lower case. It is part of the lock, so
// that a new version of spgen which gives a type another form shows as a change.
type Kind string

// The kinds that have parts. An array is never a Type of its own.
const (
	kindEnum       Kind = "enum"
	kindDomain     Kind = "domain"
	kindComposite  Kind = "composite"
	kindRange      Kind = "range"
	kindMultirange Kind = "multirange"
	kindArray      Kind = "array"
)

// leaves are the kinds without parts.
var leaves = kindSet(ir.Literal, ir.TextJSON, ir.Bool, ir.Int2, ir.Int4, ir.Int8, ir.Int8Number, ir.Float4, ir.Float8, ir.Numeric,
	ir.Text, ir.Bytea, ir.UUID, ir.Date, ir.Time, ir.Timestamp, ir.TimestampTZ, ir.JSON, ir.JSONB, ir.OID, ir.TimeTZ,
	ir.Interval, ir.Inet, ir.CIDR, ir.MACAddr, ir.MACAddr8, ir.Bit, ir.Hstore, ir.Vector)

// parted are the kinds that have parts.
var parted = map[Kind]bool{kindEnum: true, kindDomain: true, kindComposite: true, kindRange: true, kindMultirange: true}

func kindSet(kinds ...ir.Kind) map[Kind]bool {
	set := map[Kind]bool{}
	for _, k := range kinds {
		set[kindOf(k)] = true
	}
	return set
}

func kindOf(k ir.Kind) Kind { return Kind(strings.ToLower(string(k))) }

// named reports whether types of kind k have a Go type of their own.
func (k Kind) named() bool { return k == kindEnum || k == kindDomain || k == kindComposite }

// hasBase reports whether types of kind k are made of one other type.
func (k Kind) hasBase() bool { return k == kindDomain || k == kindRange || k == kindMultirange }

// kindNames lists all of them, for messages.
func kindNames() string {
	var names []string
	for _, k := range slices.Sorted(maps.Keys(leaves)) {
		names = append(names, string(k))
	}
	for _, k := range slices.Sorted(maps.Keys(parted)) {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// Shape is the form of a result.
type Shape string

// The shapes: see docs/protocol.md, "Answer".
const (
	Void      Shape = "void"            // null
	Scalar    Shape = "value"           // one value
	Object    Shape = "object"          // one row
	Optional  Shape = "optional object" // one row, or null
	Array     Shape = "objects"         // an array of rows
	Scalars   Shape = "values"          // an array of values
	OptScalar Shape = "optional value"  // one value, or null for no row
)

var shapes = map[ir.Shape]Shape{
	ir.Void: Void, ir.Scalar: Scalar, ir.Object: Object, ir.Optional: Optional, ir.Array: Array, ir.Scalars: Scalars,
	ir.OptScalar: OptScalar,
}

// form is what a shape means.
type form struct {
	void bool // always null
	list bool // an array
	row  bool // objects, not values
	null bool // may be null though its column is not
}

var forms = map[Shape]form{
	Void: {void: true}, Scalar: {}, Object: {row: true}, Optional: {row: true, null: true}, Array: {list: true, row: true},
	Scalars: {list: true}, OptScalar: {null: true},
}

var volatilities = map[byte]string{'i': "immutable", 's': "stable", 'v': volatile}

const volatile = "volatile"

const arraySuffix = "[]"
