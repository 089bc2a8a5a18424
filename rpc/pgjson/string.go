package pgjson

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// shortEscapes gives the letter of the two-byte escapes of RFC 8259, section 7.
var shortEscapes = [utf8.RuneSelf]byte{
	'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't',
}

// unescapes is the reverse of shortEscapes, plus the slash.
var unescapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// AppendString appends s as a JSON string. Quotes, backslashes, control
// characters, U+2028 and U+2029 are escaped, DEL is not; bytes that are not
// UTF-8 become U+FFFD, as with encoding/json.
func AppendString(dst []byte, s string) []byte {
	dst, _ = appendQuoted(dst, []byte(s)) // s is not copied: appendQuoted only reads
	return dst
}

// appendQuoted is AppendString that also reports whether s was UTF-8.
func appendQuoted(dst, s []byte) (out []byte, valid bool) {
	valid = true
	dst = append(dst, '"')
	for {
		n := plainPrefix(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"'), valid
		}
		var size int
		dst, size = appendEscape(dst, s[n:])
		valid = valid && (s[n] < utf8.RuneSelf || size > 1)
		s = s[n+size:]
	}
}

// plainWords returns the length of a prefix of s that is ASCII which a JSON
// string holds as it is. It looks at whole words; the last one may overlap the
// one before.
func plainWords(s []byte) int {
	n := len(s)
	if n < 8 {
		return plainHalfWords(s)
	}
	for i := 0; i < n-8; i += 8 {
		if specials(binary.LittleEndian.Uint64(s[i:])) != 0 {
			return i
		}
	}
	if specials(binary.LittleEndian.Uint64(s[n-8:])) != 0 {
		return (n - 1) &^ 7
	}
	return n
}

func plainHalfWords(s []byte) int {
	n := len(s)
	if n < 4 {
		return 0
	}
	low, high := binary.LittleEndian.Uint32(s), binary.LittleEndian.Uint32(s[n-4:])
	if specials(uint64(low)|uint64(high)<<32) != 0 {
		return 0
	}
	return n
}

// plainPrefix returns the length of the longest prefix of s that a JSON string
// holds as it is.
func plainPrefix(s []byte) int {
	i := plainWords(s)
	for i < len(s) {
		if i+8 <= len(s) {
			m := specials(binary.LittleEndian.Uint64(s[i:]))
			if m == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(m) >> 3
		}
		size := plainSize(s[i:])
		if size == 0 {
			return i
		}
		i += size
	}
	return i
}

// specials sets the top bit of the lowest byte of w that is a control
// character, a quote, a backslash or not ASCII. Bytes above it may be set
// wrongly, because borrows run upwards.
func specials(w uint64) uint64 {
	const (
		ones  = 0x0101010101010101
		tops  = 0x80 * ones
		quote = '"' * ones
		slash = '\\' * ones
	)
	return (w | (w - ' '*ones) | ((w ^ quote) - ones) | ((w ^ slash) - ones)) & tops
}

// plainSize returns the length of the character that s begins with, or 0 when
// it must be escaped.
func plainSize(s []byte) int {
	if c := s[0]; c < utf8.RuneSelf {
		if c < ' ' || c == '"' || c == '\\' {
			return 0
		}
		return 1
	}
	r, size := utf8.DecodeRune(s)
	if size == 1 || r == '\u2028' || r == '\u2029' {
		return 0
	}
	return size
}

// appendEscape appends the escape of the character that s begins with, and
// returns how many bytes of s that was.
func appendEscape(dst, s []byte) (out []byte, size int) {
	if c := s[0]; c < utf8.RuneSelf {
		if e := shortEscapes[c]; e != 0 {
			return append(dst, '\\', e), 1
		}
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15]), 1
	}
	r, size := utf8.DecodeRune(s)
	if r == utf8.RuneError {
		return append(dst, `\ufffd`...), size
	}
	return append(dst, '\\', 'u', '2', '0', '2', hexDigits[r&15]), size
}

// AppendUnquoted appends the text of raw, a JSON string with its quotes. ok is
// false when raw is none, or holds an escape that stands for no character,
// such as a lone surrogate.
func AppendUnquoted(dst []byte, raw string) (out []byte, ok bool) {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return dst, false
	}
	s := raw[1 : len(raw)-1]
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...), true
		}
		dst = append(dst, s[:i]...)
		var size int
		dst, size = appendUnescaped(dst, s[i:])
		if size == 0 {
			return dst, false
		}
		s = s[i+size:]
	}
}

// appendUnescaped appends the character of the escape that s begins with, and
// returns the length of the escape, 0 for a malformed one.
func appendUnescaped(dst []byte, s string) (out []byte, size int) {
	if len(s) < 2 {
		return dst, 0
	}
	if s[1] != 'u' {
		c := unescapes[s[1]]
		if c == 0 {
			return dst, 0
		}
		return append(dst, c), 2
	}
	r := hexRune(s)
	size = 6
	if utf16.IsSurrogate(r) {
		r = utf16.DecodeRune(r, hexRune(s[size:]))
		size = 12
		if r == utf8.RuneError {
			return dst, 0
		}
	}
	if r < 0 {
		return dst, 0
	}
	return utf8.AppendRune(dst, r), size
}

// hexRune reads `\u` and the four digits after it at the start of s; it is
// negative where they are not.
func hexRune(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		d := hexValue(c)
		if d < 0 {
			return -1
		}
		r = r<<4 | rune(d)
	}
	return r
}

// hexValue returns the value of a hexadecimal digit, or -1.
func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func isDigit(c byte) bool { return c-'0' <= 9 }
