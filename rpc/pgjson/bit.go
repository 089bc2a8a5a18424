package pgjson

import (
	"encoding/binary"
	"strings"
)

var errBits = &FormError{reasonInvalid, `want a string of the digits 0 and 1, such as "101"`}

// encodeBit appends what bit_recv and varbit_recv read: the number of bits, then
// the bits from the highest of the first byte on, with zeros behind the last.
func encodeBit(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	if !IsBits(text) {
		return dst, errBits
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(text)))
	for ; len(text) > 8; text = text[8:] {
		dst = append(dst, packBits(text[:8]))
	}
	if text == "" {
		return dst, nil
	}
	return append(dst, packBits(text)), nil
}

// IsBits reports whether s is the text of a bit string: digits 0 and 1.
func IsBits(s string) bool { return strings.Trim(s, "01") == "" }

// packBits packs at most 8 digits.
func packBits(digits string) byte {
	var b byte
	for i := range len(digits) {
		b |= digits[i] & 1 << (7 - i)
	}
	return b
}

func decodeBit(dst, src []byte) ([]byte, string) {
	if len(src) < 4 {
		return dst, "want at least 4 bytes"
	}
	count, packed := int64(int32(binary.BigEndian.Uint32(src))), src[4:]
	if count < 0 || int64(len(packed)) != (count+7)/8 {
		return dst, "want as many bits as announced"
	}
	if tail := count % 8; tail > 0 && packed[len(packed)-1]<<tail != 0 {
		return dst, "bits behind the last"
	}
	dst = append(dst, '"')
	for i := range count {
		dst = append(dst, '0'+packed[i/8]>>(7-i%8)&1)
	}
	return append(dst, '"'), ""
}
