package pgjson

// textValue appends the text form of raw: that of a literal, or of a container
// that has one in it. Numbers, dates and so on inside are validated as in
// binary.
func (e *Encoder) textValue(dst []byte, t *Type, notNull bool, raw string) (out []byte, isNull bool) {
	domain, before := t, len(e.faults)
	for t.Kind == KindDomain {
		notNull = notNull || t.NotNull
		t = t.Elem
	}
	switch {
	case raw == "", raw == "null":
		return e.null(dst, notNull || t.Kind == KindLiteral && t.NotNull, raw)
	case t.Kind > KindDomain:
		return e.textContainer(dst, t, raw), false
	}
	bin, ok := e.leafValue(t, raw)
	if !ok {
		return dst, false
	}
	if domain != t {
		e.check(domain, t, raw, bin)
	}
	if len(e.faults) > before {
		return dst, false
	}
	if encode := textLeaves[t.Kind].encode; encode != nil {
		return encode(dst, raw, bin), false
	}
	canonical, _ := scalarDecoders[t.Kind](nil, bin)
	return append(dst, canonical[1:len(canonical)-1]...), false
}

// leafValue returns the binary form of raw; a literal has only its text. ok is
// false after a fault.
func (e *Encoder) leafValue(t *Type, raw string) (bin []byte, ok bool) {
	before := len(e.faults)
	if t.Kind >= KindEnum {
		e.leaf = e.structured(e.leaf[:0], t, raw)
		return e.leaf, len(e.faults) == before
	}
	bin, err := scalarEncoders[t.Kind](e.leaf[:0], raw, t.Kind)
	if err != nil {
		e.refuse(err)
	}
	e.leaf = bin
	return bin, err == nil
}

func (e *Encoder) textContainer(dst []byte, t *Type, raw string) []byte {
	switch t.Kind {
	case KindComposite:
		return e.textComposite(dst, t, raw)
	case KindRange:
		return e.textRange(dst, t, raw)
	case KindMultirange:
		return e.textMultirange(dst, t, raw)
	}
	return e.textArray(dst, t, raw)
}

func (e *Encoder) textComposite(dst []byte, t *Type, raw string) []byte {
	if raw[0] != '{' {
		e.fault(reasonWrongType, "want an object")
		return dst
	}
	m := e.readMembers(t, raw)
	dst = append(dst, '(')
	for i := range t.Fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		f := &t.Fields[i]
		e.push(segment{name: f.Name})
		dst = e.quotedValue(dst, f.Type, f.NotNull, m[i], "")
		e.pop()
	}
	e.dropMembers(len(m))
	return append(dst, ')')
}

func (e *Encoder) textArray(dst []byte, t *Type, raw string) []byte {
	shape, ok := e.shapeOf(t, raw)
	if !ok {
		return dst
	}
	start := len(dst)
	shape.delim = delimiter(t)
	dst = e.dimension(dst, &shape, 0, raw)
	if shape.isEmpty() {
		return append(dst[:start], "{}"...)
	}
	return dst
}

// separate appends what stands before the n-th element of a dimension.
func (s *arrayShape) separate(dst []byte, n int) []byte {
	if n == 0 {
		return append(dst, '{')
	}
	return append(dst, s.delim)
}

func (e *Encoder) textElement(dst []byte, s *arrayShape, raw string) []byte {
	return e.quotedValue(dst, s.elem, s.notNull, raw, "NULL")
}

func (e *Encoder) textRange(dst []byte, t *Type, raw string) []byte {
	r, ok := e.readRange(raw)
	switch {
	case !ok:
		return dst
	case r.flags&rangeEmpty != 0:
		return append(dst, "empty"...)
	}
	open, end := byte('('), byte(')')
	if r.flags&rangeLowerIncluded != 0 {
		open = '['
	}
	if r.flags&rangeUpperIncluded != 0 {
		end = ']'
	}
	dst = e.textBound(append(dst, open), t, "lower", r.lower)
	dst = e.textBound(append(dst, ','), t, "upper", r.upper)
	return append(dst, end)
}

func (e *Encoder) textBound(dst []byte, t *Type, name, raw string) []byte {
	if raw == "" {
		return dst
	}
	e.push(segment{name: name})
	dst = e.quotedValue(dst, t.Elem, true, raw, "")
	e.pop()
	return dst
}

func (e *Encoder) textMultirange(dst []byte, t *Type, raw string) []byte {
	if raw[0] != '[' {
		e.fault(reasonWrongType, "want an array of ranges")
		return dst
	}
	dst = append(dst, '{')
	c := Walk(raw)
	for n := 0; ; n++ {
		_, value, ok := c.Next()
		if !ok {
			return append(dst, '}')
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		e.push(segment{index: n})
		dst, _ = e.textValue(dst, t.Elem, true, value)
		e.pop()
	}
}

// quotedValue appends a part of a container, in quotes where it needs them.
// null stands for NULL.
func (e *Encoder) quotedValue(dst []byte, t *Type, notNull bool, raw, null string) []byte {
	start := len(dst)
	dst, isNull := e.textValue(dst, t, notNull, raw)
	if isNull {
		return append(dst, null...)
	}
	return quoteText(dst, start)
}
