package pgjson

import (
	"encoding/binary"
	"math"
	"strconv"
)

// maxExact is the largest integer up to which JSON numbers are exact in
// clients that hold them as float64 (RFC 8259, section 6).
const maxExact = 1 << 53

var (
	errInteger    = &FormError{reasonWrongType, "want an integer"}
	errBigInteger = &FormError{reasonWrongType, "want an integer, as a string or a number"}
	errIntString  = &FormError{reasonInvalid, "want only digits, after a minus sign if negative"}
	errInt2Range  = &FormError{reasonOutOfRange, "want an integer from -32768 to 32767"}
	errInt4Range  = &FormError{reasonOutOfRange, "want an integer from -2147483648 to 2147483647"}
	errInt8Range  = &FormError{reasonOutOfRange, "want an integer from -9223372036854775808 to 9223372036854775807"}
	errOIDRange   = &FormError{reasonOutOfRange, "want an integer from 0 to 4294967295"}
	errExactRange = &FormError{reasonOutOfRange, "want an integer from -2^53 to 2^53"}

	errFloat       = &FormError{reasonWrongType, `want a number, "NaN", "Infinity" or "-Infinity"`}
	errFloat4Range = &FormError{reasonOutOfRange, "want a number that single precision can hold"}
	errFloat8Range = &FormError{reasonOutOfRange, "want a number that double precision can hold"}
)

// AppendFloat appends f as encoding/json does: the shortest form that reads
// back as the same number of the given size (32 or 64). The values that JSON
// lacks are the strings "NaN", "Infinity" and "-Infinity".
func AppendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (below(abs, 1e-6, bits) || !below(abs, 1e21, bits)) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, bits)
	// e-09 becomes e-9, as in ECMAScript.
	if n := len(dst); format == 'e' && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

func below(f, limit float64, bits int) bool {
	if bits == 32 {
		return float32(f) < float32(limit)
	}
	return f < limit
}

// ParseFloat reads the JSON of a float of the given size (32 or 64): a number
// or one of the three strings. As in PostgreSQL a number is out of range when
// it is too large, or when it is not zero and would become zero.
func ParseFloat(raw string, bits int) (float64, error) {
	switch raw {
	case `"NaN"`:
		return math.NaN(), nil
	case `"Infinity"`:
		return math.Inf(1), nil
	case `"-Infinity"`:
		return math.Inf(-1), nil
	}
	if end := numberEnd(raw, 0); end == 0 || end != len(raw) {
		return 0, errFloat
	}
	f, err := strconv.ParseFloat(raw, bits)
	if err != nil || f == 0 && !isZeroNumber(raw) {
		if bits == 32 {
			return 0, errFloat4Range
		}
		return 0, errFloat8Range
	}
	return f, nil
}

// isZeroNumber reports whether the digits before the exponent are all zero.
func isZeroNumber(s string) bool {
	for _, c := range []byte(s) {
		if c|0x20 == 'e' {
			return true
		}
		if '1' <= c && c <= '9' {
			return false
		}
	}
	return true
}

// ParseInt reads the JSON of an integer that must be written as one: digits
// after an optional minus sign. Kinds other than the integers are an error.
func ParseInt(raw string, kind Kind) (int64, error) {
	quoted := raw != "" && raw[0] == '"'
	switch {
	case kind == KindInt8 && quoted:
		return parseQuotedInt(raw)
	case kind == KindInt8 && !isInteger(raw):
		return 0, errBigInteger
	case !isInteger(raw):
		return 0, errInteger
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	limit := &intLimits[min(kind, kinds)]
	switch {
	case limit.fault == nil:
		return 0, errInteger
	case err != nil || n < limit.min || n > limit.max:
		return 0, limit.fault
	}
	return n, nil
}

type intLimit struct {
	min, max int64
	fault    *FormError
}

var intLimits = [kinds + 1]intLimit{
	KindInt2:       {math.MinInt16, math.MaxInt16, errInt2Range},
	KindInt4:       {math.MinInt32, math.MaxInt32, errInt4Range},
	KindInt8:       {math.MinInt64, math.MaxInt64, errInt8Range},
	KindInt8Number: {-maxExact, maxExact, errExactRange},
	KindOID:        {0, math.MaxUint32, errOIDRange},
}

func parseQuotedInt(raw string) (int64, error) {
	text, ok := quotedText(raw)
	if !ok || !isSignedDigits(text) {
		return 0, errIntString
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errInt8Range
	}
	return n, nil
}

func isSignedDigits(s string) bool {
	i := 0
	if s != "" && s[0] == '-' {
		i = 1
	}
	return i < len(s) && digitsEnd(s, i) == len(s)
}

// isInteger reports whether raw is a JSON number without fraction and exponent.
func isInteger(raw string) bool {
	return isSignedDigits(raw) && numberEnd(raw, 0) == len(raw)
}

func decodeBool(dst, src []byte) ([]byte, string) {
	if len(src) != 1 || src[0] > 1 {
		return dst, "want one byte, 0 or 1"
	}
	if src[0] == 1 {
		return append(dst, "true"...), ""
	}
	return append(dst, "false"...), ""
}

func decodeInt2(dst, src []byte) ([]byte, string) {
	if len(src) != 2 {
		return dst, "want 2 bytes"
	}
	return strconv.AppendInt(dst, int64(int16(binary.BigEndian.Uint16(src))), 10), ""
}

func decodeInt4(dst, src []byte) ([]byte, string) {
	if len(src) != 4 {
		return dst, "want 4 bytes"
	}
	return strconv.AppendInt(dst, int64(int32(binary.BigEndian.Uint32(src))), 10), ""
}

func decodeOID(dst, src []byte) ([]byte, string) {
	if len(src) != 4 {
		return dst, "want 4 bytes"
	}
	return strconv.AppendUint(dst, uint64(binary.BigEndian.Uint32(src)), 10), ""
}

func decodeInt8(dst, src []byte) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	dst = append(dst, '"')
	dst = strconv.AppendInt(dst, int64(binary.BigEndian.Uint64(src)), 10)
	return append(dst, '"'), ""
}

// inexact is the reason for [ErrInexact].
const inexact = "the value is beyond 2^53"

func decodeInt8Number(dst, src []byte) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	n := int64(binary.BigEndian.Uint64(src))
	if n < -maxExact || n > maxExact {
		return dst, inexact
	}
	return strconv.AppendInt(dst, n, 10), ""
}

func decodeFloat4(dst, src []byte) ([]byte, string) {
	if len(src) != 4 {
		return dst, "want 4 bytes"
	}
	return AppendFloat(dst, float64(math.Float32frombits(binary.BigEndian.Uint32(src))), 32), ""
}

func decodeFloat8(dst, src []byte) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	return AppendFloat(dst, math.Float64frombits(binary.BigEndian.Uint64(src)), 64), ""
}
