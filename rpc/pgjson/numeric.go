package pgjson

import (
	"encoding/binary"
	"strconv"
)

// PostgreSQL's binary numeric (src/backend/utils/adt/numeric.c): four 16-bit
// words (number of digits, weight of the first, sign, digits after the decimal
// point), then the digits in base 10000. The value is the sum of
// digit[i] * 10000^(weight-i).
const (
	numericNegative = 0x4000
	numericNaN      = 0xC000
	numericInf      = 0xD000
	numericNegInf   = 0xF000

	maxNumericPoint = 131072 // digits before the decimal point
	maxNumericScale = 16383  // digits after it
	maxExponent     = 1 << 20
)

var (
	errNumeric       = &FormError{reasonWrongType, "want a decimal, as a string or a number"}
	errNumericString = &FormError{reasonInvalid, `want a decimal such as "-12.50", "NaN", "Infinity" or "-Infinity"`}
	errNumericRange  = &FormError{reasonOutOfRange, "want at most 131072 digits before and 16383 after the decimal point"}
)

var specialNumerics = map[string]uint16{"NaN": numericNaN, "Infinity": numericInf, "-Infinity": numericNegInf}

// decodeNumeric writes the JSON string of a binary numeric.
func decodeNumeric(dst, src []byte) ([]byte, string) {
	if len(src) < 8 {
		return dst, "want at least 8 bytes"
	}
	words := src[8:]
	weight := int(int16(binary.BigEndian.Uint16(src[2:])))
	scale := int(binary.BigEndian.Uint16(src[6:]))
	if len(words) != 2*int(binary.BigEndian.Uint16(src)) {
		return dst, "want as many digits as announced"
	}
	if scale > maxNumericScale {
		return dst, "too many digits after the decimal point"
	}
	switch binary.BigEndian.Uint16(src[4:]) {
	case numericNaN:
		return append(dst, `"NaN"`...), ""
	case numericInf:
		return append(dst, `"Infinity"`...), ""
	case numericNegInf:
		return append(dst, `"-Infinity"`...), ""
	case numericNegative, 0:
	default:
		return dst, "unknown sign"
	}
	dst = append(dst, '"')
	if src[4] != 0 && hasDigits(words, 0) {
		dst = append(dst, '-')
	}
	dst, reason := appendWhole(dst, words, weight)
	if reason == "" && scale > 0 {
		dst, reason = appendFraction(append(dst, '.'), words, weight, scale)
	} else if reason == "" && hasDigits(words, weight+1) {
		reason = "digits beyond the scale"
	}
	return append(dst, '"'), reason
}

// appendWhole appends the digits before the decimal point.
func appendWhole(dst, words []byte, weight int) ([]byte, string) {
	start := len(dst)
	for i := 0; i <= weight; i++ {
		w := wordAt(words, i)
		if w > 9999 {
			return dst, "a digit is over 9999"
		}
		if len(dst) > start {
			dst = append4(dst, w)
		} else if w > 0 {
			dst = strconv.AppendUint(dst, uint64(w), 10)
		}
	}
	if len(dst) == start {
		dst = append(dst, '0')
	}
	return dst, ""
}

// appendFraction appends scale digits after the decimal point.
func appendFraction(dst, words []byte, weight, scale int) ([]byte, string) {
	end := len(dst) + scale
	i := weight + 1
	for ; len(dst) < end; i++ {
		w := wordAt(words, i)
		if w > 9999 {
			return dst, "a digit is over 9999"
		}
		dst = append4(dst, w)
	}
	for _, c := range dst[end:] {
		if c != '0' {
			return dst, "digits beyond the scale"
		}
	}
	if hasDigits(words, i) {
		return dst, "digits beyond the scale"
	}
	return dst[:end], ""
}

// hasDigits reports whether a word from the i-th on is not zero.
func hasDigits(words []byte, i int) bool {
	for _, b := range words[min(max(2*i, 0), len(words)):] {
		if b != 0 {
			return true
		}
	}
	return false
}

// wordAt returns the i-th base-10000 digit; those not stored are zero.
func wordAt(words []byte, i int) uint32 {
	if i < 0 || 2*i >= len(words) {
		return 0
	}
	return uint32(binary.BigEndian.Uint16(words[2*i:]))
}
