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

// decimal is the text of a numeric, taken apart. The value is digits, read as
// if the decimal point stood after the first point of them.
type decimal struct {
	sign   uint16 // one of the sign words
	digits string // from the first to the last digit that is not zero; may hold a '.'
	count  int    // digits in digits
	point  int    // may be negative, or beyond count
	scale  int    // digits after the decimal point to be shown
}

// parseDecimal reads the syntax that numeric's input function accepts since
// PostgreSQL 9: sign, digits with a point among, before or behind them, exponent.
func parseDecimal(s string) (decimal, error) {
	if sign, ok := specialNumerics[s]; ok {
		return decimal{sign: sign}, nil
	}
	var d decimal
	i := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if i++; s[0] == '-' {
			d.sign = numericNegative
		}
	}
	start := i
	i = digitsEnd(s, i)
	whole, fraction := i-start, 0
	end := i
	if i < len(s) && s[i] == '.' {
		end = digitsEnd(s, i+1)
		fraction = end - i - 1
	}
	exponent, ok := parseExponent(s[end:])
	if !ok || whole+fraction == 0 {
		return d, errNumericString
	}
	d.point = whole + exponent
	d.scale = max(0, fraction-exponent)
	d.trim(s[start:end])
	if d.scale > maxNumericScale || d.point > maxNumericPoint {
		return d, errNumericRange
	}
	return d, nil
}

// trim sets digits and count from s without its outer zeros, and gives zero
// its only form: no digits, no sign.
func (d *decimal) trim(s string) {
	for s != "" && (s[0] == '0' || s[0] == '.') {
		if s[0] == '0' {
			d.point--
		}
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == '0' || s[len(s)-1] == '.') {
		s = s[:len(s)-1]
	}
	d.digits = s
	for _, c := range []byte(s) {
		if c != '.' {
			d.count++
		}
	}
	if d.count == 0 {
		d.sign, d.point = 0, 0
	}
}

// parseExponent reads "", "e5", "E-12". Exponents are cut off where they are
// far beyond every limit.
func parseExponent(s string) (n int, ok bool) {
	if s == "" {
		return 0, true
	}
	i := 1
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	if s[0]|0x20 != 'e' || i == len(s) || digitsEnd(s, i) != len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i:]) {
		n = min(n*10+int(c-'0'), maxExponent)
	}
	if s[1] == '-' {
		n = -n
	}
	return n, true
}

// appendBinary appends d as numeric_recv reads it.
func (d *decimal) appendBinary(dst []byte) []byte {
	start := len(dst)
	weight := floorDiv4(d.point - 1)
	if d.count == 0 {
		weight = 0
	}
	dst = binary.BigEndian.AppendUint16(dst, 0)
	dst = binary.BigEndian.AppendUint16(dst, uint16(int16(weight)))
	dst = binary.BigEndian.AppendUint16(dst, d.sign)
	dst = binary.BigEndian.AppendUint16(dst, uint16(d.scale))
	dst = d.appendWords(dst)
	binary.BigEndian.PutUint16(dst[start:], uint16((len(dst)-start-8)/2))
	return dst
}

// appendWords appends the base-10000 digits: a word ends where the power of
// ten of its last decimal digit is a multiple of four.
func (d *decimal) appendWords(dst []byte) []byte {
	power := d.point
	word := uint16(0)
	for _, c := range []byte(d.digits) {
		if c == '.' {
			continue
		}
		power--
		if word = word*10 + uint16(c-'0'); power&3 == 0 {
			dst = binary.BigEndian.AppendUint16(dst, word)
			word = 0
		}
	}
	if d.count == 0 || power&3 == 0 {
		return dst
	}
	for ; power&3 != 0; power-- {
		word *= 10
	}
	return binary.BigEndian.AppendUint16(dst, word)
}

func floorDiv4(n int) int { return n >> 2 }

// AppendNumeric appends the decimal s the way PostgreSQL prints the numeric
// that it reads from s: no exponent, no plus sign, no superfluous zeros before
// the point, and as many digits after it as s has.
func AppendNumeric(dst []byte, s string) ([]byte, error) {
	d, err := parseDecimal(s)
	if err != nil {
		return dst, err
	}
	if d.sign > numericNegative {
		return append(dst, s...), nil
	}
	if d.sign == numericNegative {
		dst = append(dst, '-')
	}
	return d.appendText(dst), nil
}

func (d *decimal) appendText(dst []byte) []byte {
	rest := d.digits
	if d.point <= 0 {
		dst = append(dst, '0')
	}
	for range d.point {
		dst, rest = appendDigit(dst, rest)
	}
	if d.scale == 0 {
		return dst
	}
	dst = append(dst, '.')
	zeros := min(max(-d.point, 0), d.scale)
	for range zeros {
		dst = append(dst, '0')
	}
	for range d.scale - zeros {
		dst, rest = appendDigit(dst, rest)
	}
	return dst
}

// appendDigit moves the next digit of s to dst: a zero when there is none.
func appendDigit(dst []byte, s string) (out []byte, rest string) {
	if s != "" && s[0] == '.' {
		s = s[1:]
	}
	if s == "" {
		return append(dst, '0'), ""
	}
	return append(dst, s[0]), s[1:]
}

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
func wordAt(words []byte, i int) uint16 {
	if i < 0 || 2*i >= len(words) {
		return 0
	}
	return binary.BigEndian.Uint16(words[2*i:])
}

func append4(dst []byte, n uint16) []byte {
	return append(dst, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
}
