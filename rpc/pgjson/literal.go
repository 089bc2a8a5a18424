package pgjson

// appendLiteralJSON writes the JSON string of a value in text format.
func appendLiteralJSON(dst []byte, t *Type, src []byte) ([]byte, error) {
	if src == nil {
		return append(dst, "null"...), nil
	}
	dst, reason := decodeText(dst, src)
	if reason != "" {
		return dst, malformed(t, reason)
	}
	return dst, nil
}

// literal appends a value in text format.
func (e *Encoder) literal(dst []byte, t *Type, notNull bool, raw string) (out []byte, isNull bool) {
	for t.Kind == KindDomain {
		notNull = notNull || t.NotNull
		t = t.Elem
	}
	if raw == "" || raw == "null" {
		return e.null(dst, notNull, raw)
	}
	out, err := encodeLiteral(dst, raw, KindLiteral)
	if err != nil {
		e.refuse(err)
		return dst, false
	}
	return out, false
}
