package pgjson

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// hstore appends what hstore_recv reads: the number of pairs, then length and
// bytes of key and value of each, a NULL value with the length -1.
func (e *Encoder) hstore(dst []byte, raw string) []byte {
	if raw[0] != '{' {
		e.fault(reasonWrongType, "want an object of strings")
		return dst
	}
	start := len(dst)
	e.spans = e.spans[:0]
	dst = append(dst, 0, 0, 0, 0)
	for c := Walk(raw); ; {
		key, value, ok := c.Next()
		if !ok {
			break
		}
		dst = e.pair(dst, key, value)
	}
	putCount(dst[start:], len(e.spans))
	e.duplicates(dst)
	return dst
}

func (e *Encoder) pair(dst []byte, key, value string) []byte {
	start := len(dst) + 4
	dst, err := appendSized(dst, key)
	name := span{start, len(dst)}
	e.spans = append(e.spans, name)
	if err != nil {
		e.refuseMember("", err) // a key that is no text has no place in a path
		return dst
	}
	if value == "null" {
		return binary.BigEndian.AppendUint32(dst, 0xFFFFFFFF)
	}
	if dst, err = appendSized(dst, value); err != nil {
		e.refuseMember(clip(dst[name.start:name.end]), err)
	}
	return dst
}

// appendSized appends length and text of raw, a JSON string.
func appendSized(dst []byte, raw string) ([]byte, error) {
	start := len(dst)
	dst, err := appendText(append(dst, 0, 0, 0, 0), raw)
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst, err
}

// span is where a text lies in a buffer.
type span struct{ start, end int }

// duplicates finds keys that occur twice. The spans are sorted, because there
// may be many of them.
func (e *Encoder) duplicates(dst []byte) {
	slices.SortFunc(e.spans, func(a, b span) int {
		return bytes.Compare(dst[a.start:a.end], dst[b.start:b.end])
	})
	for i := range e.spans {
		if i == 0 {
			continue
		}
		a, b := e.spans[i-1], e.spans[i]
		if bytes.Equal(dst[a.start:a.end], dst[b.start:b.end]) {
			e.memberFault(clip(dst[a.start:a.end]), reasonDuplicate, "the key occurs twice")
		}
	}
}

func decodeHstore(dst, src []byte) ([]byte, string) {
	m := image{src: src}
	count := m.int32()
	dst = append(dst, '{')
	for i := 0; i < int(count) && !m.failed; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		var reason string
		if dst, reason = appendPair(dst, &m); reason != "" {
			return dst, reason
		}
	}
	if m.failed || count < 0 || len(m.src) > 0 {
		return dst, "want as many pairs as announced"
	}
	return append(dst, '}'), ""
}

func appendPair(dst []byte, m *image) ([]byte, string) {
	key := m.value()
	value := m.value()
	if key == nil || m.failed {
		m.failed = true
		return dst, ""
	}
	dst, reason := decodeText(dst, key)
	dst = append(dst, ':')
	if value == nil || reason != "" {
		return append(dst, "null"...), reason
	}
	return decodeText(dst, value)
}
