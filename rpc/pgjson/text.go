package pgjson

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

var (
	errString  = &FormError{reasonWrongType, "want a string"}
	errLiteral = &FormError{reasonWrongType, "want a string that holds the value as PostgreSQL writes it"}
	errEscape  = &FormError{reasonInvalid, "want a string without lone surrogates"}
	errNUL     = &FormError{reasonInvalid, "want a string without NUL characters, which PostgreSQL cannot store"}
	errBase64  = &FormError{reasonInvalid, "want standard base64 with padding (RFC 4648, section 4)"}
	errUUID    = &FormError{reasonInvalid, `want a UUID such as "6ba7b810-9dad-11d1-80b4-00c04fd430c8"`}
	errBool    = &FormError{reasonWrongType, "want true or false"}
)

// quotedText returns the text of a JSON string. It allocates only when the
// string holds escapes, which the kinds read through it have no need of.
func quotedText(raw string) (text string, ok bool) {
	if strings.IndexByte(raw, '\\') >= 0 {
		b, ok := AppendUnquoted(nil, raw)
		return string(b), ok
	}
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return "", false
	}
	return raw[1 : len(raw)-1], true
}

// ReadString returns the text of raw, a JSON string. A text that PostgreSQL
// cannot store is an error of type *[FormError], as is another JSON type. The
// result shares memory with raw where it can.
func ReadString(raw string) (string, error) {
	if raw == "" || raw[0] != '"' {
		return "", errString
	}
	text, ok := quotedText(raw)
	if !ok {
		return "", errEscape
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "", errNUL
	}
	return text, nil
}

// appendText appends the text of raw, a JSON string.
func appendText(dst []byte, raw string) ([]byte, error) {
	if raw[0] != '"' {
		return dst, errString
	}
	start := len(dst)
	dst, ok := AppendUnquoted(dst, raw)
	if !ok {
		return dst, errEscape
	}
	if bytes.IndexByte(dst[start:], 0) >= 0 {
		return dst, errNUL
	}
	return dst, nil
}

// AppendBytea appends the bytes of s, which is standard base64 with padding
// and without line breaks. Its errors are of type *[FormError].
func AppendBytea(dst []byte, s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return dst, errBase64
	}
	out, err := strictBase64.AppendDecode(dst, []byte(s))
	if err != nil {
		return dst, errBase64
	}
	return out, nil
}

var strictBase64 = base64.StdEncoding.Strict()

// AppendUUID appends the canonical form of u: lower case, with dashes.
func AppendUUID(dst []byte, u [16]byte) []byte {
	for i, part := range [...][]byte{u[:4], u[4:6], u[6:8], u[8:10], u[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// ParseUUID reads a UUID in canonical form, in either case, with all its
// dashes or none. Its errors are of type *[FormError].
func ParseUUID(s string) (u [16]byte, err error) {
	dashed := len(s) == 36
	if !dashed && len(s) != 32 {
		return u, errUUID
	}
	pos := 0
	for i := range u {
		if dashed && (i == 4 || i == 6 || i == 8 || i == 10) {
			if s[pos] != '-' {
				return u, errUUID
			}
			pos++
		}
		high, low := hexValue(s[pos]), hexValue(s[pos+1])
		if high < 0 || low < 0 {
			return u, errUUID
		}
		u[i] = byte(high<<4 | low)
		pos += 2
	}
	return u, nil
}

func decodeText(dst, src []byte) ([]byte, string) {
	dst, valid := appendQuoted(dst, src)
	if !valid {
		return dst, "the text is not UTF-8; set client_encoding to UTF8"
	}
	return dst, ""
}

func decodeBytea(dst, src []byte) ([]byte, string) {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), src), '"'), ""
}

func decodeUUID(dst, src []byte) ([]byte, string) {
	if len(src) != 16 {
		return dst, "want 16 bytes"
	}
	return append(AppendUUID(append(dst, '"'), [16]byte(src)), '"'), ""
}

func decodeJSON(dst, src []byte) ([]byte, string) {
	if !Valid(src) {
		return dst, "the document is not valid JSON in UTF-8, or nests too deep"
	}
	return append(dst, src...), ""
}

// jsonbVersion is the only version of jsonb's binary format.
const jsonbVersion = 1

func decodeJSONB(dst, src []byte) ([]byte, string) {
	if len(src) == 0 || src[0] != jsonbVersion {
		return dst, "unknown version of jsonb's binary format"
	}
	return decodeJSON(dst, src[1:])
}
