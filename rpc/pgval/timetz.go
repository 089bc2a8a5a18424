package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

var errZoneRange = &pgjson.FormError{Reason: "out_of_range", Message: "want an offset of less than 16 hours, in whole seconds"}

// TimeTZ is a time with time zone: a time of day, and how far clocks that show
// it are ahead of UTC. The zero value is midnight UTC. Two values are equal
// under == when both parts are.
type TimeTZ struct {
	Time   TimeOfDay
	Offset time.Duration // east of Greenwich
}

// TimeTZOf returns the time that t's clock shows in t's location, with its
// offset there.
func TimeTZOf(t time.Time) TimeTZ {
	_, offset := t.Zone()
	return TimeTZ{Time: TimeOfDayOf(t), Offset: time.Duration(offset) * time.Second}
}

// ParseTimeTZ reads "09:05:00+02", "09:05:00.25-09:30" or "09:05Z".
func ParseTimeTZ(s string) (TimeTZ, error) {
	micros, west, err := pgjson.ParseTimeTZ(s)
	return TimeTZ{Time: TimeOfDay{micros: micros}, Offset: -time.Duration(west) * time.Second}, err
}

// String returns what ParseTimeTZ reads, or "out of range".
func (t TimeTZ) String() string { return textOf(t) }

// AppendText implements encoding.TextAppender. A time outside the day and an
// offset of 16 hours or with a fraction of a second are errors.
func (t TimeTZ) AppendText(dst []byte) ([]byte, error) {
	if d := t.Time.Duration(); d < 0 || d > 24*time.Hour {
		return dst, errTimeRange
	}
	if t.Offset.Abs() >= 16*time.Hour || t.Offset%time.Second != 0 {
		return dst, errZoneRange
	}
	return pgjson.AppendTimeTZ(dst, t.Time.micros, int32(-t.Offset/time.Second)), nil
}

// MarshalText implements encoding.TextMarshaler.
func (t TimeTZ) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *TimeTZ) UnmarshalText(text []byte) error { return t.parse(string(text)) }

func (t *TimeTZ) parse(s string) (err error) {
	*t, err = ParseTimeTZ(s)
	return err
}
