package pgjson

import (
	"encoding/binary"
	"math"
)

// scalarEncoders append the binary form of raw, which is not null. Their
// errors are of type *FormError.
var scalarEncoders = [...]func(dst []byte, raw string, kind Kind) ([]byte, error){
	KindLiteral:     encodeLiteral,
	KindBool:        encodeBool,
	KindInt2:        encodeInt,
	KindInt4:        encodeInt,
	KindInt8:        encodeInt,
	KindInt8Number:  encodeInt,
	KindOID:         encodeInt,
	KindFloat4:      encodeFloat4,
	KindFloat8:      encodeFloat8,
	KindNumeric:     encodeNumeric,
	KindText:        encodeText,
	KindBytea:       encodeBytea,
	KindUUID:        encodeUUID,
	KindDate:        encodeDate,
	KindTime:        encodeMicros,
	KindTimeTZ:      encodeTimeTZ,
	KindTimestamp:   encodeMicros,
	KindTimestampTZ: encodeMicros,
	KindInterval:    encodeInterval,
	KindInet:        encodeInet,
	KindCIDR:        encodeInet,
	KindMACAddr:     encodeMACAddr,
	KindMACAddr8:    encodeMACAddr,
	KindBit:         encodeBit,
	KindJSON:        encodeJSON,
	KindJSONB:       encodeJSON,
	KindTextJSON:    encodeJSON,
}

func encodeLiteral(dst []byte, raw string, _ Kind) ([]byte, error) {
	if raw[0] != '"' {
		return dst, errLiteral
	}
	return appendText(dst, raw)
}

func encodeText(dst []byte, raw string, _ Kind) ([]byte, error) { return appendText(dst, raw) }

func encodeBool(dst []byte, raw string, _ Kind) ([]byte, error) {
	switch raw {
	case "true":
		return append(dst, 1), nil
	case "false":
		return append(dst, 0), nil
	}
	return dst, errBool
}

func encodeInt(dst []byte, raw string, kind Kind) ([]byte, error) {
	n, err := ParseInt(raw, kind)
	if err != nil {
		return dst, err
	}
	switch kind {
	case KindInt2:
		return binary.BigEndian.AppendUint16(dst, uint16(n)), nil
	case KindInt4, KindOID:
		return binary.BigEndian.AppendUint32(dst, uint32(n)), nil
	}
	return binary.BigEndian.AppendUint64(dst, uint64(n)), nil
}

func encodeFloat4(dst []byte, raw string, _ Kind) ([]byte, error) {
	f, err := ParseFloat(raw, 32)
	return binary.BigEndian.AppendUint32(dst, math.Float32bits(float32(f))), err
}

func encodeFloat8(dst []byte, raw string, _ Kind) ([]byte, error) {
	f, err := ParseFloat(raw, 64)
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(f)), err
}

func encodeNumeric(dst []byte, raw string, _ Kind) ([]byte, error) {
	text := raw
	if raw[0] == '"' {
		var ok bool
		if text, ok = quotedText(raw); !ok {
			return dst, errNumericString
		}
	} else if numberEnd(raw, 0) != len(raw) {
		return dst, errNumeric
	}
	d, err := parseDecimal(text)
	if err != nil {
		return dst, err
	}
	return d.appendBinary(dst), nil
}

func encodeBytea(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	return AppendBytea(dst, text)
}

func encodeUUID(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	u, err := ParseUUID(text)
	return append(dst, u[:]...), err
}

func encodeDate(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	days, err := ParseDate(text)
	return binary.BigEndian.AppendUint32(dst, uint32(days)), err
}

var parseMicros = [...]func(s string) (int64, error){
	KindTime:        ParseTime,
	KindTimestamp:   ParseTimestamp,
	KindTimestampTZ: ParseTimestampTZ,
}

func encodeMicros(dst []byte, raw string, kind Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	micros, err := parseMicros[kind](text)
	return binary.BigEndian.AppendUint64(dst, uint64(micros)), err
}

func encodeJSON(dst []byte, raw string, kind Kind) ([]byte, error) {
	if kind == KindJSONB {
		dst = append(dst, jsonbVersion)
	}
	return append(dst, raw...), nil
}
