package pgjson

// appendTextJSON writes the JSON of a value in text format: the same as that of
// the same value in binary.
func appendTextJSON(dst []byte, t *Type, src []byte) ([]byte, error) {
	for t.Kind == KindDomain {
		if src == nil && t.NotNull {
			return dst, nullError(t)
		}
		t = t.Elem
	}
	switch {
	case src == nil && t.Kind == KindLiteral && t.NotNull: // it stands for a domain
		return dst, nullError(t)
	case src == nil:
		return append(dst, "null"...), nil
	case t.Kind > KindDomain:
		return appendTextContainer(dst, t, src)
	}
	dst, reason := decodeLeaf(dst, t.Kind, src)
	switch {
	case reason != "" && t.Kind == KindTextJSON:
		return dst, breach(t, ErrNotJSON)
	case reason != "":
		return dst, malformed(t, reason)
	}
	return dst, nil
}

func appendTextContainer(dst []byte, t *Type, src []byte) ([]byte, error) {
	r := textReader{src: src}
	var err error
	switch t.Kind {
	case KindComposite:
		dst, err = appendTextObject(dst, t, &r)
	case KindRange:
		dst, err = appendTextRange(dst, t, &r)
	case KindMultirange:
		dst, err = appendTextMultirange(dst, t, &r)
	default:
		r.skipBounds()
		dst, err = appendTextDims(dst, t, &r, 1)
	}
	if err == nil && r.pos < len(src) {
		err = malformed(t, "text after the value")
	}
	return dst, err
}

// appendTextObject reads "(1,,"a b")": a field without text is NULL.
func appendTextObject(dst []byte, t *Type, r *textReader) ([]byte, error) {
	if !r.accept('(') {
		return dst, malformed(t, "want an opening parenthesis")
	}
	dst = append(dst, '{')
	for i := range t.Fields {
		if i > 0 {
			if !r.accept(',') {
				return dst, malformed(t, "fewer fields than in the contract; run spgen again")
			}
			dst = append(dst, ',')
		}
		f := &t.Fields[i]
		dst = append(AppendString(dst, f.Name), ':')
		var err error
		if dst, err = appendTextField(dst, f, r.item(",)")); err != nil {
			return dst, within("."+f.Name, err)
		}
	}
	if !r.accept(')') {
		return dst, malformed(t, "more fields than in the contract; run spgen again")
	}
	return append(dst, '}'), nil
}

func appendTextField(dst []byte, f *Field, v item) ([]byte, error) {
	switch {
	case !v.closed:
		return dst, malformed(f.Type, truncated)
	case v.isAbsent() && f.NotNull:
		return dst, nullError(f.Type)
	case v.isAbsent():
		return appendTextJSON(dst, f.Type, nil)
	}
	return appendTextJSON(dst, f.Type, v.text)
}

// appendTextDims reads one dimension of "{{1,NULL},{3,4}}".
func appendTextDims(dst []byte, t *Type, r *textReader, depth int) ([]byte, error) {
	if depth > maxDims || !r.accept('{') {
		return dst, malformed(t, "the array is malformed")
	}
	dst = append(dst, '[')
	if r.accept('}') {
		if depth > 1 {
			return dst, malformed(t, "an empty array inside another")
		}
		return append(dst, ']'), nil
	}
	if nested := r.peek() == '{'; t.Dims > 0 && nested != (depth < t.Dims) || nested && isAmbiguous(t) {
		return dst, breach(t, ErrDims)
	}
	stops := string([]byte{delimiter(t), '}'})
	for i := 0; ; i++ {
		var err error
		if r.peek() == '{' {
			dst, err = appendTextDims(dst, t, r, depth+1)
		} else {
			dst, err = appendTextElement(dst, t, r.item(stops))
		}
		switch {
		case err != nil:
			return dst, within(indexPart(i), err)
		case r.accept('}'):
			return append(dst, ']'), nil
		case !r.accept(delimiter(t)):
			return dst, malformed(t, "the array is malformed")
		}
		dst = append(dst, ',')
	}
}

func appendTextElement(dst []byte, array *Type, v item) ([]byte, error) {
	t := array.Elem
	null := !v.quoted && string(v.text) == "NULL"
	switch {
	case !v.closed || v.isAbsent():
		return dst, malformed(t, truncated)
	case null && array.ElemNotNull:
		return dst, nullError(t)
	case null:
		return appendTextJSON(dst, t, nil)
	}
	return appendTextJSON(dst, t, v.text)
}

// delimiter returns what stands between the elements of an array of type t.
func delimiter(t *Type) byte {
	if t.Delim != 0 {
		return t.Delim
	}
	return ','
}

// appendTextRange reads "empty" or "[1,5)", where a bound without text is none.
func appendTextRange(dst []byte, t *Type, r *textReader) ([]byte, error) {
	if r.acceptWord("empty") {
		return append(dst, emptyRange...), nil
	}
	var flags byte
	if r.accept('[') {
		flags = rangeLowerIncluded
	} else if !r.accept('(') {
		return dst, malformed(t, malformedRange)
	}
	dst, err := appendTextBound(append(dst, `{"lower":`...), t, "lower", r.item(","))
	if err != nil || !r.accept(',') {
		return dst, orMalformed(t, err)
	}
	dst, err = appendTextBound(append(dst, `,"upper":`...), t, "upper", r.item(")]"))
	if r.accept(']') {
		flags |= rangeUpperIncluded
	} else if !r.accept(')') {
		return dst, orMalformed(t, err)
	}
	return appendBounds(dst, flags), err
}

func orMalformed(t *Type, err error) error {
	if err == nil {
		err = malformed(t, malformedRange)
	}
	return err
}

func appendTextBound(dst []byte, t *Type, name string, v item) ([]byte, error) {
	if v.isAbsent() {
		return append(dst, "null"...), nil
	}
	dst, err := appendTextJSON(dst, t.Elem, v.text)
	if err != nil {
		err = within("."+name, err)
	}
	return dst, err
}

// appendTextMultirange reads "{[1,5),[7,8)}".
func appendTextMultirange(dst []byte, t *Type, r *textReader) ([]byte, error) {
	if !r.accept('{') {
		return dst, malformed(t, "the multirange is malformed")
	}
	dst = append(dst, '[')
	if r.accept('}') {
		return append(dst, ']'), nil
	}
	for i := 0; ; i++ {
		var err error
		dst, err = appendTextRange(dst, t.Elem, r)
		switch {
		case err != nil:
			return dst, within(indexPart(i), err)
		case r.accept('}'):
			return append(dst, ']'), nil
		case !r.accept(','):
			return dst, malformed(t, "the multirange is malformed")
		}
		dst = append(dst, ',')
	}
}
