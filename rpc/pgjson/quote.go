package pgjson

import "bytes"

// safe are the bytes that no container gives a meaning to.
var safe = func() (t [256]bool) {
	for c := range t {
		t[c] = isDigit(byte(c)) || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
	}
	t['.'], t['-'], t['+'], t['_'] = true, true, true, true
	return t
}()

// quoteText puts dst[start:] in quotes, with backslashes before what needs
// them, when some container would not read it as it is.
func quoteText(dst []byte, start int) []byte {
	text := dst[start:]
	escapes, plain := 0, len(text) > 0 && !bytes.EqualFold(text, []byte("null"))
	for _, c := range text {
		plain = plain && safe[c]
		if c == '"' || c == '\\' {
			escapes++
		}
	}
	if plain {
		return dst
	}
	end := len(dst)
	for range escapes + 2 {
		dst = append(dst, '"')
	}
	to := len(dst) - 1
	for from := end - 1; from >= start; from-- {
		c := dst[from]
		to--
		dst[to] = c
		if c == '"' || c == '\\' {
			to--
			dst[to] = '\\'
		}
	}
	dst[start] = '"'
	return dst
}

// appendQuotedText appends s in quotes, whatever it is.
func appendQuotedText(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, c := range s {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}
