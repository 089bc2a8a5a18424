package pgjson

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// composite appends what record_recv reads: the number of fields, then OID,
// length and bytes of each. Members that are missing are NULL.
func (e *Encoder) composite(dst []byte, t *Type, raw string) []byte {
	if raw[0] != '{' {
		e.fault(reasonWrongType, "want an object")
		return dst
	}
	m := e.readMembers(t, raw)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(t.Fields)))
	for i := range t.Fields {
		f := &t.Fields[i]
		dst = e.oid(dst, f.Type)
		e.push(segment{name: f.Name})
		dst, _ = e.sized(dst, f.Type, f.NotNull, m[i])
		e.pop()
	}
	e.dropMembers(len(m))
	return dst
}

// readMembers returns the values of raw's members, in the order of t's fields;
// "" for those that are missing. It is for use until dropMembers.
func (e *Encoder) readMembers(t *Type, raw string) []string {
	base := len(e.members)
	for range t.Fields {
		e.members = append(e.members, "")
	}
	e.sortMembers(t, raw, base)
	return e.members[base:]
}

func (e *Encoder) dropMembers(n int) { e.members = e.members[:len(e.members)-n] }

// sortMembers puts the values of raw's members at the places of their fields
// in e.members[base:].
func (e *Encoder) sortMembers(t *Type, raw string, base int) {
	next := 0
	for c := Walk(raw); ; next++ {
		quoted, value, ok := c.Next()
		if !ok {
			return
		}
		key := e.key(quoted)
		i := fieldIndex(t.Fields, key, next)
		switch {
		case i < 0:
			e.memberFault(clip(key), reasonUnknown, t.Name+" has no such field")
		case e.members[base+i] != "":
			e.memberFault(string(key), reasonDuplicate, "the key occurs twice")
		default:
			e.members[base+i] = value
		}
	}
}

// maxNameLen bounds how much of an unknown name a fault repeats.
const maxNameLen = 64

func clip(name []byte) string {
	if len(name) <= maxNameLen {
		return string(name)
	}
	return strings.ToValidUTF8(string(name[:maxNameLen]), "") + "…"
}

func (e *Encoder) memberFault(key, reason, message string) {
	e.push(memberSegment(key))
	e.fault(reason, message)
	e.pop()
}

// memberSegment is the step to a member that may have any name.
func memberSegment(key string) segment {
	if key == "" {
		key = `""` // an empty name would be an index
	}
	return segment{name: key}
}

// refuseMember adds the fault of a *FormError.
func (e *Encoder) refuseMember(key string, err error) {
	e.push(memberSegment(key))
	e.refuse(err)
	e.pop()
}

// key returns the text of a key in e.scratch.
func (e *Encoder) key(quoted string) []byte {
	e.scratch, _ = AppendUnquoted(e.scratch[:0], quoted)
	return e.scratch
}

// fieldIndex finds a field by name; it looks at guess first, because members
// mostly come in the order of the fields.
func fieldIndex(fields []Field, name []byte, guess int) int {
	if guess < len(fields) && fields[guess].Name == string(name) {
		return guess
	}
	for i := range fields {
		if fields[i].Name == string(name) {
			return i
		}
	}
	return -1
}

// arrayShape is what is known of an array while its elements are encoded.
type arrayShape struct {
	elem    *Type
	notNull bool // no element is null
	ndim    int
	dims    [maxDims]int // -1: not yet known
	hasNull bool
	delim   byte // 0: in binary
}

// shapeOf returns what the start of raw says about an array. ok is false after
// a fault.
func (e *Encoder) shapeOf(t *Type, raw string) (shape arrayShape, ok bool) {
	if raw[0] != '[' {
		e.fault(reasonWrongType, "want an array")
		return shape, false
	}
	shape = arrayShape{elem: t.Elem, notNull: t.ElemNotNull, ndim: 1, dims: [maxDims]int{-1, -1, -1, -1, -1, -1}}
	depth := depthOf(raw)
	switch {
	case t.Dims == 0 && isArrayJSON(t.Elem):
	case t.Dims == 0:
		shape.ndim = depth
	case depth == t.Dims || depth > t.Dims && isArrayJSON(t.Elem) || isEmptyArray(raw):
		shape.ndim = min(depth, t.Dims)
	default:
		e.fault(reasonInvalid, "want an array of "+dimensions(t.Dims))
		return shape, false
	}
	if shape.ndim > maxDims {
		e.fault(reasonInvalid, "want at most 6 dimensions")
		return shape, false
	}
	return shape, true
}

func dimensions(n int) string {
	if n == 1 {
		return "1 dimension"
	}
	return strconv.Itoa(n) + " dimensions, an array of arrays"
}

// isEmptyArray reports whether raw, an array, has no elements.
func isEmptyArray(raw string) bool {
	return strings.TrimLeft(raw[1:], " \t\r\n") == "]"
}

// array appends what array_recv reads. Nested JSON arrays are dimensions. An
// array without elements has no dimensions in PostgreSQL.
func (e *Encoder) array(dst []byte, t *Type, raw string) []byte {
	shape, ok := e.shapeOf(t, raw)
	if !ok {
		return dst
	}
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0)
	dst = e.oid(dst, t.Elem)
	dims := len(dst)
	dst = append(dst, make([]byte, 8*shape.ndim)...)
	dst = e.dimension(dst, &shape, 0, raw)
	if shape.isEmpty() {
		return dst[:dims]
	}
	shape.put(dst[start:], dst[dims:])
	return dst
}

func (s *arrayShape) isEmpty() bool {
	for _, n := range s.dims[:s.ndim] {
		if n == 0 {
			return true
		}
	}
	return false
}

// put fills the parts of an array's header that are known last.
func (s *arrayShape) put(header, dims []byte) {
	binary.BigEndian.PutUint32(header, uint32(s.ndim))
	if s.hasNull {
		header[7] = 1
	}
	for i, n := range s.dims[:s.ndim] {
		binary.BigEndian.PutUint32(dims[8*i:], uint32(n))
		binary.BigEndian.PutUint32(dims[8*i+4:], 1) // the lower bound
	}
}

// dimension appends the elements of raw, an array that is level deep.
func (e *Encoder) dimension(dst []byte, s *arrayShape, level int, raw string) []byte {
	n := 0
	for c := Walk(raw); ; n++ {
		_, value, ok := c.Next()
		if !ok {
			break
		}
		if s.delim != 0 {
			dst = s.separate(dst, n)
		}
		e.push(segment{index: n})
		dst = e.element(dst, s, level, value)
		e.pop()
	}
	if s.dims[level] == -1 {
		s.dims[level] = n
	} else if s.dims[level] != n {
		e.fault(reasonInvalid, "want as many elements as in the arrays beside it")
	}
	if s.delim != 0 {
		dst = append(dst, '}')
	}
	return dst
}

func (e *Encoder) element(dst []byte, s *arrayShape, level int, raw string) []byte {
	if level == s.ndim-1 {
		if s.delim != 0 {
			return e.textElement(dst, s, raw)
		}
		var isNull bool
		dst, isNull = e.sized(dst, s.elem, s.notNull, raw)
		s.hasNull = s.hasNull || isNull
		return dst
	}
	if raw[0] != '[' {
		e.fault(reasonInvalid, "want an array, like the ones beside it")
		return dst
	}
	return e.dimension(dst, s, level+1, raw)
}

// arrayJSON are the kinds whose JSON may itself be an array.
var arrayJSON = [kinds]bool{KindArray: true, KindJSON: true, KindJSONB: true, KindTextJSON: true, KindMultirange: true, KindVector: true}

// isArrayJSON reports whether the JSON of a value of t may itself be an array.
func isArrayJSON(t *Type) bool { return arrayJSON[baseOf(t).Kind] }

// isAmbiguous reports whether arrays of type t may have one dimension only:
// their elements are JSON documents, which in nested arrays could not be told
// from dimensions.
func isAmbiguous(t *Type) bool {
	kind := baseOf(t.Elem).Kind
	return t.Dims == 0 && (kind == KindJSON || kind == KindJSONB || kind == KindTextJSON)
}

// depthOf counts the arrays that begin with raw's first elements, to at most
// one more than PostgreSQL's arrays can have.
func depthOf(raw string) int {
	depth := 0
	for i := 0; i < len(raw) && depth <= maxDims; i++ {
		switch raw[i] {
		case '[':
			depth++
		case ' ', '\t', '\n', '\r':
		default:
			return depth
		}
	}
	return depth
}
