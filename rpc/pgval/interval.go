package pgval

import (
	"math"
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Interval is an interval. Its parts are kept apart, because months and days
// differ in length; each may be negative. The zero value is no time at all.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// IntervalOf returns d, without what is below microseconds, as an interval of
// hours and smaller units.
func IntervalOf(d time.Duration) Interval { return Interval{Micros: d.Microseconds()} }

// InfiniteInterval returns -infinity for a negative sign, else infinity.
// PostgreSQL has them since version 17; older ones take them for intervals of
// some 178 million years.
func InfiniteInterval(sign int) Interval {
	if sign < 0 {
		return Interval{math.MinInt32, math.MinInt32, math.MinInt64}
	}
	return Interval{math.MaxInt32, math.MaxInt32, math.MaxInt64}
}

// ParseInterval reads an ISO 8601 duration, "P1Y2M3DT4H5M6.5S", or an infinity;
// see [pgjson.ParseInterval].
func ParseInterval(s string) (Interval, error) {
	months, days, micros, err := pgjson.ParseInterval(s)
	return Interval{months, days, micros}, err
}

// Infinity returns 1 for infinity, -1 for -infinity, 0 for an interval.
func (i Interval) Infinity() int {
	switch i {
	case InfiniteInterval(1):
		return 1
	case InfiniteInterval(-1):
		return -1
	}
	return 0
}

// IsZero reports whether i is no time at all.
func (i Interval) IsZero() bool { return i == Interval{} }

// Duration returns i as a fixed number of hours, days taken for 24 of them. ok
// is false when i has months, is infinite, or does not fit.
func (i Interval) Duration() (d time.Duration, ok bool) {
	const limit = math.MaxInt64 / int64(time.Microsecond)
	const perDay = int64(24 * time.Hour / time.Microsecond)
	days := int64(i.Days) * perDay // below 2^58
	if i.Months != 0 || i.Micros > limit || i.Micros < -limit {
		return 0, false
	}
	micros := days + i.Micros
	if micros > limit || micros < -limit {
		return 0, false
	}
	return time.Duration(micros) * time.Microsecond, true
}

// String returns what ParseInterval reads.
func (i Interval) String() string {
	return string(pgjson.AppendInterval(nil, i.Months, i.Days, i.Micros))
}

// AppendText implements encoding.TextAppender.
func (i Interval) AppendText(dst []byte) ([]byte, error) {
	return pgjson.AppendInterval(dst, i.Months, i.Days, i.Micros), nil
}

// MarshalText implements encoding.TextMarshaler.
func (i Interval) MarshalText() ([]byte, error) { return i.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Interval) UnmarshalText(text []byte) error { return i.parse(string(text)) }

func (i *Interval) parse(s string) (err error) {
	*i, err = ParseInterval(s)
	return err
}
