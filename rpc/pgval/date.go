package pgval

import (
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Days and seconds from the epochs of Go's zero time and of Unix to
// PostgreSQL's, 2000-01-01.
const (
	zeroToEpochDays   = 730119
	unixToEpochSecond = 946684800
	secondsPerDay     = 86400
)

var (
	errDateRange      = &pgjson.FormError{Reason: "out_of_range", Message: "want a date from 4714-11-24 BC to 5874897-12-31"}
	errTimeRange      = &pgjson.FormError{Reason: "out_of_range", Message: "want a time from 00:00:00 to 24:00:00"}
	errTimestampRange = &pgjson.FormError{Reason: "out_of_range", Message: "want a time from 4714-11-24 BC to 294276-12-31"}
)

// Date is a date, or one of the infinities. The zero value is 0001-01-01, as
// with time.Time. Dates may be compared with ==.
type Date struct {
	days     int64 // after 0001-01-01
	infinity int8  // -1, 0 or 1
}

// NewDate returns a date; months and days out of range are carried over, as
// time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date{days: daysAfterZero(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))}
}

// DateOf returns the date that t's clock shows in t's location.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// InfiniteDate returns -infinity for a negative sign, else infinity.
func InfiniteDate(sign int) Date { return Date{infinity: infinityOf(sign)} }

func infinityOf(sign int) int8 {
	if sign < 0 {
		return -1
	}
	return 1
}

func daysAfterZero(midnight time.Time) int64 {
	return (midnight.Unix()-unixToEpochSecond)/secondsPerDay + zeroToEpochDays
}

// ParseDate reads "2024-01-31", "0044-03-15 BC", "infinity" or "-infinity".
func ParseDate(s string) (Date, error) {
	days, err := pgjson.ParseDate(s)
	switch {
	case err != nil:
		return Date{}, err
	case days == pgjson.DateInfinity:
		return InfiniteDate(1), nil
	case days == pgjson.DateNegInfinity:
		return InfiniteDate(-1), nil
	}
	return Date{days: int64(days) + zeroToEpochDays}, nil
}

// Infinity returns 1 for infinity, -1 for -infinity, 0 for a date.
func (d Date) Infinity() int { return int(d.infinity) }

// IsZero reports whether d is 0001-01-01.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns midnight UTC of d. ok is false for the infinities.
func (d Date) Time() (t time.Time, ok bool) {
	if d.infinity != 0 {
		return time.Time{}, false
	}
	return time.Unix((d.days-zeroToEpochDays)*secondsPerDay+unixToEpochSecond, 0).UTC(), true
}

// String returns what ParseDate reads, or "out of range".
func (d Date) String() string { return textOf(d) }

// AppendText implements encoding.TextAppender. A date that PostgreSQL cannot
// hold is an error.
func (d Date) AppendText(dst []byte) ([]byte, error) {
	days := d.days - zeroToEpochDays
	switch {
	case d.infinity > 0:
		days = pgjson.DateInfinity
	case d.infinity < 0:
		days = pgjson.DateNegInfinity
	case days < pgjson.MinDate || days > pgjson.MaxDate:
		return dst, errDateRange
	}
	return pgjson.AppendDate(dst, int32(days)), nil
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) error { return d.parse(string(text)) }

func (d *Date) parse(s string) (err error) {
	*d, err = ParseDate(s)
	return err
}

// textOf is the String method of types that may be out of range.
func textOf(v interface{ AppendText([]byte) ([]byte, error) }) string {
	b, err := v.AppendText(nil)
	if err != nil {
		return "out of range"
	}
	return string(b)
}
