package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Timestamp is a timestamp with time zone: a point in time to the microsecond,
// or one of the infinities. The zero value is that of time.Time. Timestamps may
// be compared with ==.
type Timestamp struct {
	moment moment
}

// TimestampOf returns t without what is below microseconds.
func TimestampOf(t time.Time) Timestamp { return Timestamp{momentOf(t)} }

// InfiniteTimestamp returns -infinity for a negative sign, else infinity.
func InfiniteTimestamp(sign int) Timestamp { return Timestamp{infiniteMoment(sign)} }

// ParseTimestamp reads a date and time with an offset, "2024-01-31T09:05:00Z",
// or an infinity.
func ParseTimestamp(s string) (Timestamp, error) {
	micros, err := pgjson.ParseTimestampTZ(s)
	if err != nil {
		return Timestamp{}, err
	}
	return Timestamp{momentAfter(micros)}, nil
}

// Infinity returns 1 for infinity, -1 for -infinity, 0 for a time.
func (t Timestamp) Infinity() int { return t.moment.Infinity() }

// IsZero reports whether t is 0001-01-01T00:00:00Z.
func (t Timestamp) IsZero() bool { return t == Timestamp{} }

// Time returns t in UTC. ok is false for the infinities.
func (t Timestamp) Time() (utc time.Time, ok bool) {
	return t.moment.utc, t.moment.infinity == 0
}

// String returns what ParseTimestamp reads, or "out of range".
func (t Timestamp) String() string { return textOf(t) }

// AppendText implements encoding.TextAppender. A time that PostgreSQL cannot
// hold is an error.
func (t Timestamp) AppendText(dst []byte) ([]byte, error) {
	micros, err := t.moment.micros()
	if err != nil {
		return dst, err
	}
	return pgjson.AppendTimestampTZ(dst, micros), nil
}

// MarshalText implements encoding.TextMarshaler.
func (t Timestamp) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Timestamp) UnmarshalText(text []byte) error { return t.parse(string(text)) }

func (t *Timestamp) parse(s string) (err error) {
	*t, err = ParseTimestamp(s)
	return err
}
