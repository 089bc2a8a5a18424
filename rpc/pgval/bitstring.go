package pgval

import "github.com/spgen/spgen/rpc/pgjson"

var errBits = &pgjson.FormError{Reason: "invalid", Message: `want a string of the digits 0 and 1, such as "101"`}

// BitString is a bit or bit varying: its bits as the digits 0 and 1, the first
// bit first.
type BitString string

// ParseBitString returns s when it holds nothing but digits 0 and 1.
func ParseBitString(s string) (BitString, error) {
	if !pgjson.IsBits(s) {
		return "", errBits
	}
	return BitString(s), nil
}

// Len returns the number of bits.
func (b BitString) Len() int { return len(b) }

// Bit reports whether the i-th bit is 1; the first is 0, and those beyond the
// last are not.
func (b BitString) Bit(i int) bool { return i >= 0 && i < len(b) && b[i] == '1' }

// AppendText implements encoding.TextAppender. A text with other than the
// digits 0 and 1 is an error.
func (b BitString) AppendText(dst []byte) ([]byte, error) {
	if !pgjson.IsBits(string(b)) {
		return dst, errBits
	}
	return append(dst, b...), nil
}

// MarshalText implements encoding.TextMarshaler.
func (b BitString) MarshalText() ([]byte, error) { return b.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *BitString) UnmarshalText(text []byte) error { return b.parse(string(text)) }

func (b *BitString) parse(s string) (err error) {
	*b, err = ParseBitString(s)
	return err
}
