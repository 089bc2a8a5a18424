package pgjson

// AppendJSON appends the JSON of src, a value of t in [Type.Format], to dst. A
// nil src is NULL and gives null; an empty one is an empty value. Errors are of
// type *[DecodeError]; one that wraps [ErrNull] says that a part of the value
// (or a domain) is NULL where the contract excludes it; see [ErrDims],
// [ErrInexact] and [ErrNotJSON] for the like. On an error the contents of out
// behind those of dst are undefined. src is not retained.
func AppendJSON(dst []byte, t *Type, src []byte) (out []byte, err error) {
	if t.Format() == TextFormat {
		return appendTextJSON(dst, t, src)
	}
	return appendBinaryJSON(dst, t, src)
}

// Decoder is AppendJSON for many values of one type, with what depends on the
// type alone done beforehand.
type Decoder struct {
	t      *Type
	format int16
	scalar func(dst, src []byte) (out []byte, reason string) // of a binary scalar; nil for other types
}

// NewDecoder returns a decoder of values of t.
func NewDecoder(t *Type) Decoder { return newDecoder(t, t.Format()) }

func newDecoder(t *Type, format int16) Decoder {
	d := Decoder{t: t, format: format}
	if format == BinaryFormat && t.Kind < KindDomain {
		d.scalar = scalarDecoders[t.Kind]
	}
	return d
}

// AppendJSON appends the JSON of src to dst, as the function AppendJSON does.
func (d *Decoder) AppendJSON(dst, src []byte) (out []byte, err error) {
	if src == nil || d.scalar == nil {
		return d.appendOther(dst, src)
	}
	dst, reason := d.scalar(dst, src)
	if reason != "" {
		return dst, malformed(d.t, reason)
	}
	return dst, nil
}

func (d *Decoder) appendOther(dst, src []byte) ([]byte, error) {
	if d.format == TextFormat {
		return appendTextJSON(dst, d.t, src)
	}
	return appendBinaryJSON(dst, d.t, src)
}

func appendBinaryJSON(dst []byte, t *Type, src []byte) ([]byte, error) {
	for t.Kind == KindDomain {
		if src == nil && t.NotNull {
			return dst, nullError(t)
		}
		t = t.Elem
	}
	switch {
	case src == nil:
		return append(dst, "null"...), nil
	case t.Kind > KindDomain:
		return appendContainer(dst, t, src)
	}
	dst, reason := scalarDecoders[t.Kind](dst, src)
	if reason != "" {
		return dst, malformed(t, reason)
	}
	return dst, nil
}

func appendContainer(dst []byte, t *Type, src []byte) ([]byte, error) {
	switch t.Kind {
	case KindComposite:
		return appendObject(dst, t, src)
	case KindRange:
		return appendRange(dst, t, src)
	case KindMultirange:
		return appendMultirange(dst, t, src)
	}
	return appendArray(dst, t, src)
}

// scalarDecoders append the JSON of a binary value. The reason says what is
// wrong with src, "" for nothing.
var scalarDecoders = [...]func(dst, src []byte) (out []byte, reason string){
	KindLiteral:     decodeText,
	KindBool:        decodeBool,
	KindInt2:        decodeInt2,
	KindInt4:        decodeInt4,
	KindInt8:        decodeInt8,
	KindInt8Number:  decodeInt8Number,
	KindOID:         decodeOID,
	KindFloat4:      decodeFloat4,
	KindFloat8:      decodeFloat8,
	KindNumeric:     decodeNumeric,
	KindText:        decodeText,
	KindBytea:       decodeBytea,
	KindUUID:        decodeUUID,
	KindDate:        decodeDate,
	KindTime:        decodeTime,
	KindTimeTZ:      decodeTimeTZ,
	KindTimestamp:   decodeTimestamp,
	KindTimestampTZ: decodeTimestampTZ,
	KindInterval:    decodeInterval,
	KindInet:        decodeInet,
	KindCIDR:        decodeCIDR,
	KindMACAddr:     decodeMACAddr,
	KindMACAddr8:    decodeMACAddr8,
	KindBit:         decodeBit,
	KindJSON:        decodeJSON,
	KindJSONB:       decodeJSONB,
	KindTextJSON:    decodeJSON,
	KindEnum:        decodeText,
	KindHstore:      decodeHstore,
	KindVector:      decodeVector,
}
