package pgjson

import "bytes"

// Flags of PostgreSQL's binary ranges (src/include/utils/rangetypes.h).
const (
	rangeEmpty         = 0x01
	rangeLowerIncluded = 0x02
	rangeUpperIncluded = 0x04
	rangeLowerInfinite = 0x08
	rangeUpperInfinite = 0x10
	rangeFlags         = 0x1F
)

const emptyRange = `{"empty":true}`

// rangeMembers are the members of a range's object.
var rangeMembers = Type{Name: "a range", Fields: []Field{{Name: "lower"}, {Name: "upper"}, {Name: "bounds"}, {Name: "empty"}}}

// bounds gives the flags of "bounds".
var bounds = map[string]byte{
	"[)": rangeLowerIncluded, "[]": rangeLowerIncluded | rangeUpperIncluded, "(]": rangeUpperIncluded, "()": 0,
}

// rangeInput is the JSON of a range, taken apart. A bound is "" where its flag
// says that there is none.
type rangeInput struct {
	flags        byte
	lower, upper string
}

// readRange reads the object of a range. After faults it is of no use.
func (e *Encoder) readRange(raw string) (r rangeInput, ok bool) {
	if raw[0] != '{' {
		e.fault(reasonWrongType, `want an object with lower and upper, or {"empty": true}`)
		return r, false
	}
	before := len(e.faults)
	m := e.readMembers(&rangeMembers, raw)
	r.lower, r.upper = m[0], m[1]
	r.flags = e.readBounds(m[2])
	if empty := e.readEmpty(m[3]); empty {
		if m[0] != "" || m[1] != "" || m[2] != "" {
			e.memberFault("empty", reasonInvalid, "an empty range has no bounds: leave them out")
		}
		r = rangeInput{flags: rangeEmpty}
	} else if r.lower == "" && r.upper == "" {
		e.fault(reasonMissing, `want lower and upper, of which null is unbounded, or {"empty": true}`)
	} else {
		r.unbound()
	}
	e.dropMembers(len(m))
	return r, len(e.faults) == before
}

// unbound sets the flags of bounds that are not there. They are never included.
func (r *rangeInput) unbound() {
	if r.lower == "" || r.lower == "null" {
		r.lower = ""
		r.flags = r.flags&^rangeLowerIncluded | rangeLowerInfinite
	}
	if r.upper == "" || r.upper == "null" {
		r.upper = ""
		r.flags = r.flags&^rangeUpperIncluded | rangeUpperInfinite
	}
}

func (e *Encoder) readBounds(raw string) (flags byte) {
	if raw == "" {
		return rangeLowerIncluded
	}
	text, ok := quotedText(raw)
	if !ok {
		e.memberFault("bounds", reasonWrongType, "want a string")
		return 0
	}
	flags, ok = bounds[text]
	if !ok {
		e.memberFault("bounds", reasonInvalid, `want one of "[)", "[]", "(]" and "()"`)
	}
	return flags
}

func (e *Encoder) readEmpty(raw string) bool {
	if raw != "" && raw != "true" && raw != "false" {
		e.memberFault("empty", reasonWrongType, "want true or false")
	}
	return raw == "true"
}

// rangeValue appends what range_recv reads: the flags, then length and bytes of
// each bound that there is.
func (e *Encoder) rangeValue(dst []byte, t *Type, raw string) []byte {
	r, ok := e.readRange(raw)
	if !ok {
		return dst
	}
	before := len(e.faults)
	dst = append(dst, r.flags)
	start := len(dst)
	dst = e.bound(dst, t, "lower", r.lower)
	middle := len(dst)
	dst = e.bound(dst, t, "upper", r.upper)
	if len(e.faults) == before && ordered[baseOf(t.Elem).Kind] && above(dst[start:middle], dst[middle:]) {
		e.fault(reasonOutOfRange, "want a lower bound that is not above the upper")
	}
	return dst
}

func (e *Encoder) bound(dst []byte, t *Type, name, raw string) []byte {
	if raw == "" {
		return dst
	}
	e.push(segment{name: name})
	dst, _ = e.sized(dst, t.Elem, true, raw)
	e.pop()
	return dst
}

// ordered are the kinds whose binary values are signed integers in their order.
// Of the others the database says whether a range's bounds are in order.
var ordered = [kinds]bool{
	KindInt2: true, KindInt4: true, KindInt8: true, KindInt8Number: true,
	KindDate: true, KindTime: true, KindTimestamp: true, KindTimestampTZ: true,
}

// above compares bounds of ordered kinds, each after its length.
func above(lower, upper []byte) bool {
	if len(lower) < 5 || len(upper) != len(lower) {
		return false
	}
	l, u := lower[4:], upper[4:]
	if l[0] != u[0] {
		return int8(l[0]) > int8(u[0])
	}
	return bytes.Compare(l, u) > 0
}

// baseOf returns the type that t is under its domains.
func baseOf(t *Type) *Type {
	for t.Kind == KindDomain {
		t = t.Elem
	}
	return t
}

// multirange appends what multirange_recv reads: the number of ranges, then
// length and bytes of each.
func (e *Encoder) multirange(dst []byte, t *Type, raw string) []byte {
	if raw[0] != '[' {
		e.fault(reasonWrongType, "want an array of ranges")
		return dst
	}
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	n := 0
	for c := Walk(raw); ; n++ {
		_, value, ok := c.Next()
		if !ok {
			break
		}
		e.push(segment{index: n})
		dst, _ = e.sized(dst, t.Elem, true, value)
		e.pop()
	}
	putCount(dst[start:], n)
	return dst
}
