package pgjson

import "encoding/binary"

func putCount(dst []byte, n int) { binary.BigEndian.PutUint32(dst, uint32(n)) }

const malformedRange = "the range is malformed"

// appendRange writes the object of a binary range.
func appendRange(dst []byte, t *Type, src []byte) ([]byte, error) {
	if len(src) == 0 || src[0]&^rangeFlags != 0 {
		return dst, malformed(t, malformedRange)
	}
	flags, m := src[0], image{src: src[1:]}
	if flags&rangeEmpty != 0 {
		if flags != rangeEmpty || len(m.src) > 0 {
			return dst, malformed(t, malformedRange)
		}
		return append(dst, emptyRange...), nil
	}
	dst, err := appendBound(append(dst, `{"lower":`...), t, "lower", &m, flags&rangeLowerInfinite != 0)
	if err == nil {
		dst, err = appendBound(append(dst, `,"upper":`...), t, "upper", &m, flags&rangeUpperInfinite != 0)
	}
	if err == nil && len(m.src) > 0 {
		err = malformed(t, "bytes after the range")
	}
	return appendBounds(dst, flags), err
}

func appendBound(dst []byte, t *Type, name string, m *image, infinite bool) ([]byte, error) {
	if infinite {
		return append(dst, "null"...), nil
	}
	v := m.value()
	if v == nil {
		return dst, malformed(t, malformedRange)
	}
	dst, err := appendBinaryJSON(dst, t.Elem, v)
	if err != nil {
		err = within("."+name, err)
	}
	return dst, err
}

// appendBounds ends the object of a range that is not empty. What is unbounded
// is not included, whatever the flags say.
func appendBounds(dst []byte, flags byte) []byte {
	open, end := byte('('), byte(')')
	if flags&(rangeLowerIncluded|rangeLowerInfinite) == rangeLowerIncluded {
		open = '['
	}
	if flags&(rangeUpperIncluded|rangeUpperInfinite) == rangeUpperIncluded {
		end = ']'
	}
	dst = append(dst, `,"bounds":"`...)
	return append(dst, open, end, '"', '}')
}

// appendMultirange writes the array of a binary multirange.
func appendMultirange(dst []byte, t *Type, src []byte) ([]byte, error) {
	m := image{src: src}
	count := m.int32()
	dst = append(dst, '[')
	for i := 0; i < int(count) && !m.failed; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		v := m.value()
		if v == nil {
			m.failed = true
			break
		}
		var err error
		if dst, err = appendRange(dst, t.Elem, v); err != nil {
			return dst, within(indexPart(i), err)
		}
	}
	if m.failed || count < 0 || len(m.src) > 0 {
		return dst, malformed(t, "the multirange is malformed")
	}
	return append(dst, ']'), nil
}
