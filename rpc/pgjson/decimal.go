package pgjson

import "encoding/binary"

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

// appendScientific appends d in the shortest form that numeric_in reads with
// the same scale. It has not more digits than d was given with, which
// appendText has when the exponent is large.
func (d *decimal) appendScientific(dst []byte) []byte {
	if d.sign == numericNegative {
		dst = append(dst, '-')
	}
	rest, exponent := d.digits, d.point-d.count
	for range d.count {
		dst, rest = appendDigit(dst, rest)
	}
	if d.count == 0 {
		dst = append(dst, '0')
		exponent = -d.scale
	}
	for ; d.scale > 0 && exponent > -d.scale; exponent-- {
		dst = append(dst, '0')
	}
	return appendInt(append(dst, 'e'), int64(exponent))
}
