package pgval

import "github.com/spgen/spgen/rpc/pgjson"

// UUID is a uuid.
type UUID [16]byte

// ParseUUID reads a UUID in canonical form, in either case, with all its
// dashes or none.
func ParseUUID(s string) (UUID, error) {
	u, err := pgjson.ParseUUID(s)
	return u, err
}

// String returns the canonical form: lower case, with dashes.
func (u UUID) String() string { return string(pgjson.AppendUUID(nil, u)) }

// IsZero reports whether u is the nil UUID.
func (u UUID) IsZero() bool { return u == UUID{} }

// AppendText implements encoding.TextAppender.
func (u UUID) AppendText(dst []byte) ([]byte, error) { return pgjson.AppendUUID(dst, u), nil }

// MarshalText implements encoding.TextMarshaler.
func (u UUID) MarshalText() ([]byte, error) { return u.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *UUID) UnmarshalText(text []byte) error { return u.parse(string(text)) }

func (u *UUID) parse(s string) (err error) {
	*u, err = ParseUUID(s)
	return err
}
