package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// TimeOfDay is a time without time zone, from 00:00:00 to 24:00:00, in
// microseconds. The zero value is midnight. It may be compared with ==.
type TimeOfDay struct {
	micros int64
}

// TimeOfDayOf returns the time that t's clock shows in t's location, without
// its nanoseconds.
func TimeOfDayOf(t time.Time) TimeOfDay {
	hour, minute, second := t.Clock()
	d := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return TimeOfDayAfter(d + time.Duration(t.Nanosecond()))
}

// TimeOfDayAfter returns the time of day that lies d after midnight, at most 24
// hours.
func TimeOfDayAfter(d time.Duration) TimeOfDay {
	return TimeOfDay{micros: d.Microseconds()}
}

// ParseTimeOfDay reads "09:05", "09:05:00" or "09:05:00.25".
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	micros, err := pgjson.ParseTime(s)
	return TimeOfDay{micros: micros}, err
}

// Duration returns the time since midnight.
func (t TimeOfDay) Duration() time.Duration { return time.Duration(t.micros) * time.Microsecond }

// IsZero reports whether t is midnight.
func (t TimeOfDay) IsZero() bool { return t.micros == 0 }

// String returns what ParseTimeOfDay reads, or "out of range".
func (t TimeOfDay) String() string { return textOf(t) }

// AppendText implements encoding.TextAppender. A time outside the day is an
// error.
func (t TimeOfDay) AppendText(dst []byte) ([]byte, error) {
	if d := t.Duration(); d < 0 || d > 24*time.Hour {
		return dst, errTimeRange
	}
	return pgjson.AppendTime(dst, t.micros), nil
}

// MarshalText implements encoding.TextMarshaler.
func (t TimeOfDay) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *TimeOfDay) UnmarshalText(text []byte) error { return t.parse(string(text)) }

func (t *TimeOfDay) parse(s string) (err error) {
	*t, err = ParseTimeOfDay(s)
	return err
}
