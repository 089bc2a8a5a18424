package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// LocalDateTime is a timestamp without time zone: a date and time to the
// microsecond that says nothing of where, or one of the infinities. The zero
// value is 0001-01-01T00:00:00. Values may be compared with ==.
type LocalDateTime struct {
	moment moment // as if the clock stood in UTC
}

// LocalDateTimeOf returns what t's clock shows in t's location, without what is
// below microseconds.
func LocalDateTimeOf(t time.Time) LocalDateTime {
	_, offset := t.Zone()
	return LocalDateTime{momentOf(time.Unix(t.Unix()+int64(offset), int64(t.Nanosecond())))}
}

// InfiniteLocalDateTime returns -infinity for a negative sign, else infinity.
func InfiniteLocalDateTime(sign int) LocalDateTime { return LocalDateTime{infiniteMoment(sign)} }

// ParseLocalDateTime reads a date and time without offset,
// "2024-01-31T09:05:00", or an infinity.
func ParseLocalDateTime(s string) (LocalDateTime, error) {
	micros, err := pgjson.ParseTimestamp(s)
	if err != nil {
		return LocalDateTime{}, err
	}
	return LocalDateTime{momentAfter(micros)}, nil
}

// Infinity returns 1 for infinity, -1 for -infinity, 0 for a time.
func (t LocalDateTime) Infinity() int { return t.moment.Infinity() }

// IsZero reports whether t is 0001-01-01T00:00:00.
func (t LocalDateTime) IsZero() bool { return t == LocalDateTime{} }

// In returns the point in time at which clocks in loc show t, by the rules of
// time.Date. ok is false for the infinities.
func (t LocalDateTime) In(loc *time.Location) (at time.Time, ok bool) {
	u := t.moment.utc
	year, month, day := u.Date()
	hour, minute, second := u.Clock()
	return time.Date(year, month, day, hour, minute, second, u.Nanosecond(), loc), t.moment.infinity == 0
}

// String returns what ParseLocalDateTime reads, or "out of range".
func (t LocalDateTime) String() string { return textOf(t) }

// AppendText implements encoding.TextAppender. A time that PostgreSQL cannot
// hold is an error.
func (t LocalDateTime) AppendText(dst []byte) ([]byte, error) {
	micros, err := t.moment.micros()
	if err != nil {
		return dst, err
	}
	return pgjson.AppendTimestamp(dst, micros), nil
}

// MarshalText implements encoding.TextMarshaler.
func (t LocalDateTime) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *LocalDateTime) UnmarshalText(text []byte) error { return t.parse(string(text)) }

func (t *LocalDateTime) parse(s string) (err error) {
	*t, err = ParseLocalDateTime(s)
	return err
}
