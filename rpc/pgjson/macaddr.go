package pgjson

var (
	errMACAddr  = &FormError{reasonInvalid, `want a MAC address of 6 bytes such as "08:00:2b:01:02:03"`}
	errMACAddr8 = &FormError{reasonInvalid, `want a MAC address of 8 bytes such as "08:00:2b:01:02:03:04:05"`}
)

// AppendMACAddr appends the bytes of a MAC address in hexadecimal, with colons
// between them.
func AppendMACAddr(dst, addr []byte) []byte {
	for i, b := range addr {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

// ParseMACAddr appends the bytes of a MAC address of size (6 or 8) bytes, in
// hexadecimal with colons, with dashes or with nothing between them. Its errors
// are of type *[FormError].
func ParseMACAddr(dst []byte, s string, size int) ([]byte, error) {
	form := errMACAddr
	if size == 8 {
		form = errMACAddr8
	}
	step := 3
	if len(s) == 2*size {
		step = 2
	} else if len(s) != 3*size-1 || s[2] != ':' && s[2] != '-' {
		return dst, form
	}
	for i := range size {
		pair := s[step*i:]
		high, low := hexValue(pair[0]), hexValue(pair[1])
		if high < 0 || low < 0 || step == 3 && i < size-1 && pair[2] != s[2] {
			return dst, form
		}
		dst = append(dst, byte(high<<4|low))
	}
	return dst, nil
}

func encodeMACAddr(dst []byte, raw string, kind Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	if kind == KindMACAddr8 {
		return ParseMACAddr(dst, text, 8)
	}
	return ParseMACAddr(dst, text, 6)
}

func decodeMACAddr(dst, src []byte) ([]byte, string) {
	if len(src) != 6 {
		return dst, "want 6 bytes"
	}
	return append(AppendMACAddr(append(dst, '"'), src), '"'), ""
}

func decodeMACAddr8(dst, src []byte) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	return append(AppendMACAddr(append(dst, '"'), src), '"'), ""
}
