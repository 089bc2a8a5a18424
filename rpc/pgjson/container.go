package pgjson

import "encoding/binary"

// image reads a binary value of PostgreSQL field by field. After a failure all
// further reads fail.
type image struct {
	src    []byte
	failed bool
}

func (m *image) int32() int32 {
	if len(m.src) < 4 {
		m.failed = true
		return 0
	}
	v := int32(binary.BigEndian.Uint32(m.src))
	m.src = m.src[4:]
	return v
}

// value reads a length and as many bytes; nil is NULL.
func (m *image) value() []byte {
	size := m.int32()
	if size == -1 || m.failed {
		return nil
	}
	if size < 0 || int(size) > len(m.src) {
		m.failed = true
		return nil
	}
	v := m.src[:size:size]
	m.src = m.src[size:]
	return v
}

// drifted reports whether a part of type t arrived with another OID.
func drifted(t *Type, oid int32) bool { return t.OID != 0 && t.OID != uint32(oid) }

const truncated = "the value is truncated"

// appendObject writes the object of a composite (record_send): the number of
// fields, then OID, length and bytes of each.
func appendObject(dst []byte, t *Type, src []byte) ([]byte, error) {
	m := image{src: src}
	if int(m.int32()) != len(t.Fields) || m.failed {
		return dst, malformed(t, "another number of fields than in the contract; run spgen again")
	}
	var err error
	dst = append(dst, '{')
	for i := range t.Fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		f := &t.Fields[i]
		dst = append(AppendString(dst, f.Name), ':')
		if dst, err = appendField(dst, f, &m); err != nil {
			return dst, within("."+f.Name, err)
		}
	}
	if len(m.src) > 0 {
		return dst, malformed(t, "bytes after the last field")
	}
	return append(dst, '}'), nil
}

func appendField(dst []byte, f *Field, m *image) ([]byte, error) {
	oid := m.int32()
	v := m.value()
	switch {
	case m.failed:
		return dst, malformed(f.Type, truncated)
	case drifted(f.Type, oid):
		return dst, malformed(f.Type, "another type than in the contract; run spgen again")
	case v == nil && f.NotNull:
		return dst, nullError(f.Type)
	}
	return appendBinaryJSON(dst, f.Type, v)
}

// maxDims is PostgreSQL's MAXDIM.
const maxDims = 6

// appendArray writes the nested arrays of a PostgreSQL array (array_send):
// number of dimensions, a flag for NULLs, the element's OID, length and lower
// bound of each dimension, then length and bytes of each element.
func appendArray(dst []byte, t *Type, src []byte) ([]byte, error) {
	m := image{src: src}
	ndim, flags, oid := m.int32(), m.int32(), m.int32()
	switch {
	case m.failed, ndim < 0, ndim > maxDims, flags != 0 && flags != 1:
		return dst, malformed(t, "the array's header is malformed")
	case drifted(t.Elem, oid):
		return dst, malformed(t, "another element type than in the contract; run spgen again")
	}
	var space [maxDims]int
	dims := space[:ndim]
	for i := range dims {
		dims[i] = int(m.int32())
		m.int32() // the lower bound, which JSON has no place for
	}
	switch {
	case m.failed || !fits(dims, len(m.src)):
		return dst, malformed(t, "the array's dimensions are malformed")
	case ndim > 0 && dims[0] > 0 && (t.Dims > 0 && int(ndim) != t.Dims || ndim > 1 && isAmbiguous(t)):
		return dst, breach(t, ErrDims)
	}
	if ndim == 0 || dims[ndim-1] == 0 {
		dst = append(dst, "[]"...)
	} else {
		var err error
		if dst, err = appendDims(dst, t, dims, &m); err != nil {
			return dst, err
		}
	}
	if len(m.src) > 0 {
		return dst, malformed(t, "bytes after the last element")
	}
	return dst, nil
}

// fits reports whether size bytes can hold as many elements as dims announce;
// each has at least its length. PostgreSQL sends an empty array without
// dimensions, but some clients with one of length 0.
func fits(dims []int, size int) bool {
	if len(dims) == 1 && dims[0] == 0 {
		return true
	}
	count := 1
	for _, n := range dims {
		if n <= 0 || n > size/4/count {
			return false
		}
		count *= n
	}
	return true
}

func appendDims(dst []byte, t *Type, dims []int, m *image) ([]byte, error) {
	var err error
	elem := newDecoder(t.Elem, BinaryFormat)
	dst = append(dst, '[')
	for i := range dims[0] { // #nosec G602 -- callers pass at least one dimension
		if i > 0 {
			dst = append(dst, ',')
		}
		if len(dims) > 1 {
			dst, err = appendDims(dst, t, dims[1:], m)
		} else if v := m.value(); m.failed {
			err = malformed(t.Elem, truncated)
		} else if v == nil && t.ElemNotNull {
			err = nullError(t.Elem)
		} else {
			dst, err = elem.AppendJSON(dst, v)
		}
		if err != nil {
			return dst, within(indexPart(i), err)
		}
	}
	return append(dst, ']'), nil
}
