package pgjson

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// The infinities of dates (in days) and timestamps (in microseconds).
const (
	DateInfinity         = math.MaxInt32
	DateNegInfinity      = math.MinInt32
	TimestampInfinity    = math.MaxInt64
	TimestampNegInfinity = math.MinInt64
)

const (
	infinity    = "infinity"
	negInfinity = "-infinity"
	eraSuffix   = " BC"
)

var (
	errDateForm  = &FormError{reasonInvalid, `want a date such as "2024-01-31", "0044-03-15 BC" or "infinity"`}
	errNoSuchDay = &FormError{reasonOutOfRange, "there is no such day"}
	errDateRange = &FormError{reasonOutOfRange, "want a date from 4714-11-24 BC to 5874897-12-31"}

	errTimeForm  = &FormError{reasonInvalid, `want a time of day such as "09:05:00" or "09:05:00.25"`}
	errTimeRange = &FormError{reasonOutOfRange, "want a time from 00:00:00 to 24:00:00"}

	errTimestampForm   = &FormError{reasonInvalid, `want a date and time without offset such as "2024-01-31T09:05:00", or "infinity"`}
	errTimestampTZForm = &FormError{reasonInvalid, `want a date and time with offset such as "2024-01-31T09:05:00Z" or "2024-01-31T09:05:00.25+02:00", or "infinity"`}
	errTimestampRange  = &FormError{reasonOutOfRange, "want a time from 4714-11-24 BC to 294276-12-31"}
	errOffsetRange     = &FormError{reasonOutOfRange, "want an offset of less than 16 hours"}
)

// AppendDate appends the date that lies days after 2000-01-01, as PostgreSQL
// prints it under DateStyle ISO: "2024-01-31", "12024-01-31", "0044-03-15 BC",
// "infinity", "-infinity".
func AppendDate(dst []byte, days int32) []byte {
	switch days {
	case DateInfinity:
		return append(dst, infinity...)
	case DateNegInfinity:
		return append(dst, negInfinity...)
	}
	dst, bc := appendCivil(dst, int64(days))
	return appendEra(dst, bc)
}

// ParseDate reads what AppendDate writes, and only dates that PostgreSQL can
// hold. Its errors are of type *[FormError].
func ParseDate(s string) (days int32, err error) {
	switch s {
	case infinity:
		return DateInfinity, nil
	case negInfinity:
		return DateNegInfinity, nil
	}
	text, bc := strings.CutSuffix(s, eraSuffix)
	sc := scanner{text: text}
	d, ok := sc.civil(bc)
	switch {
	case sc.failed || sc.text != "":
		return 0, errDateForm
	case !ok:
		return 0, errNoSuchDay
	case d < MinDate || d > MaxDate:
		return 0, errDateRange
	}
	return int32(d), nil
}

// AppendTime appends a time of day, given in microseconds: "09:05:00.25".
func AppendTime(dst []byte, micros int64) []byte { return appendClock(dst, micros) }

// ParseTime reads a time of day from "00:00" to "24:00:00". Digits after the
// sixth of a fraction are rounded. Its errors are of type *[FormError].
func ParseTime(s string) (micros int64, err error) {
	sc := scanner{text: s}
	micros, ok := sc.clock()
	switch {
	case sc.failed || sc.text != "":
		return 0, errTimeForm
	case !ok:
		return 0, errTimeRange
	}
	return micros, nil
}

// AppendTimestamp appends the date and time that lies micros after 2000-01-01
// without a time zone: "2024-01-31T09:05:00.25", "0044-03-15T12:00:00 BC",
// "infinity", "-infinity".
func AppendTimestamp(dst []byte, micros int64) []byte { return appendMoment(dst, micros, "") }

// AppendTimestampTZ appends the point in time that lies micros after
// 2000-01-01T00:00:00Z, in UTC as RFC 3339 writes it: "2024-01-31T09:05:00.25Z".
// RFC 3339 has no years beyond 9999 and before 1; those look like
// "12024-01-31T09:05:00Z" and "0044-03-15T12:00:00Z BC".
func AppendTimestampTZ(dst []byte, micros int64) []byte { return appendMoment(dst, micros, "Z") }

func appendMoment(dst []byte, micros int64, zone string) []byte {
	switch micros {
	case TimestampInfinity:
		return append(dst, infinity...)
	case TimestampNegInfinity:
		return append(dst, negInfinity...)
	}
	days := floorDiv(micros, microsPerDay)
	dst, bc := appendCivil(dst, days)
	dst = appendClock(append(dst, 'T'), micros-days*microsPerDay)
	return appendEra(append(dst, zone...), bc)
}

func appendEra(dst []byte, bc bool) []byte {
	if bc {
		return append(dst, eraSuffix...)
	}
	return dst
}

// ParseTimestamp reads a date and time without offset; a blank may stand for
// the T. Its errors are of type *[FormError].
func ParseTimestamp(s string) (micros int64, err error) {
	return parseMoment(s, false, errTimestampForm)
}

// ParseTimestampTZ reads a date and time with an offset: Z, ±hh or ±hh:mm. Its
// errors are of type *[FormError].
func ParseTimestampTZ(s string) (micros int64, err error) {
	return parseMoment(s, true, errTimestampTZForm)
}

func parseMoment(s string, zoned bool, form error) (int64, error) {
	switch s {
	case infinity:
		return TimestampInfinity, nil
	case negInfinity:
		return TimestampNegInfinity, nil
	}
	text, bc := strings.CutSuffix(s, eraSuffix)
	sc := scanner{text: text}
	days, dayOK := sc.civil(bc)
	if !sc.accept('T') && !sc.accept('t') {
		sc.expect(' ')
	}
	micros, clockOK := sc.clock()
	offset, offsetOK := int64(0), true
	if zoned {
		offset, offsetOK = sc.offset()
	}
	switch {
	case sc.failed || sc.text != "":
		return 0, form
	case !dayOK:
		return 0, errNoSuchDay
	case !clockOK:
		return 0, errTimeRange
	case !offsetOK:
		return 0, errOffsetRange
	case days < MinDate-1 || days > maxTimestampDay:
		return 0, errTimestampRange
	}
	micros += days*microsPerDay - offset
	if micros < MinTimestamp || micros > MaxTimestamp {
		return 0, errTimestampRange
	}
	return micros, nil
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

func decodeDate(dst, src []byte) ([]byte, string) {
	if len(src) != 4 {
		return dst, "want 4 bytes"
	}
	days := int32(binary.BigEndian.Uint32(src))
	if (days < MinDate || days > MaxDate) && days != DateInfinity && days != DateNegInfinity {
		return dst, "a date outside PostgreSQL's range"
	}
	return append(AppendDate(append(dst, '"'), days), '"'), ""
}

func decodeTime(dst, src []byte) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	micros := int64(binary.BigEndian.Uint64(src))
	if micros < 0 || micros > microsPerDay {
		return dst, "a time outside 00:00 to 24:00"
	}
	return append(AppendTime(append(dst, '"'), micros), '"'), ""
}

func decodeTimestamp(dst, src []byte) ([]byte, string) { return decodeMoment(dst, src, "") }

func decodeTimestampTZ(dst, src []byte) ([]byte, string) { return decodeMoment(dst, src, "Z") }

func decodeMoment(dst, src []byte, zone string) ([]byte, string) {
	if len(src) != 8 {
		return dst, "want 8 bytes"
	}
	micros := int64(binary.BigEndian.Uint64(src))
	if (micros < MinTimestamp || micros > MaxTimestamp) && micros != TimestampInfinity && micros != TimestampNegInfinity {
		return dst, "a time outside PostgreSQL's range"
	}
	return append(appendMoment(append(dst, '"'), micros, zone), '"'), ""
}
