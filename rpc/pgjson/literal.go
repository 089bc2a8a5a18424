package pgjson

// appendLiteralJSON writes the JSON string of a value in text format.
func appendLiteralJSON(dst []byte, t *Type, src []byte) ([]byte, error) {
	if src == nil && excludesNull(t) {
		return dst, nullError(t)
	}
	if src == nil {
		return append(dst, "null"...), nil
	}
	dst, reason := decodeText(dst, src)
	if reason != "" {
		return dst, malformed(t, reason)
	}
	return dst, nil
}

// excludesNull reports whether t or a type that it is made from is a domain
// that excludes NULL. A literal may stand for such a domain.
func excludesNull(t *Type) bool {
	for t.Kind == KindDomain && !t.NotNull {
		t = t.Elem
	}
	return (t.Kind == KindDomain || t.Kind == KindLiteral) && t.NotNull
}

// literal appends a value in text format.
func (e *Encoder) literal(dst []byte, t *Type, notNull bool, raw string) (out []byte, isNull bool) {
	if raw == "" || raw == "null" {
		return e.null(dst, notNull || excludesNull(t), raw)
	}
	out, err := encodeLiteral(dst, raw, KindLiteral)
	if err != nil {
		e.refuse(err)
		return dst, false
	}
	return out, false
}
