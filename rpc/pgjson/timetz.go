package pgjson

import "encoding/binary"

var errTimeTZForm = &FormError{reasonInvalid, `want a time of day with offset such as "09:05:00+02" or "09:05:00.25Z"`}

// maxZone is PostgreSQL's bound of offsets, in seconds.
const maxZone = 16 * 3600

// AppendTimeTZ appends a time of day, given in microseconds, with an offset that
// is given in seconds west of Greenwich, as PostgreSQL stores it and as it
// prints it: "09:05:00.25+02", "12:00:00-09:30".
func AppendTimeTZ(dst []byte, micros int64, west int32) []byte {
	dst = appendClock(dst, micros)
	sign, offset := byte('+'), uint32(-west)
	if west > 0 {
		sign, offset = '-', uint32(west)
	}
	dst = append2(append(dst, sign), offset/3600)
	if offset%3600 != 0 {
		dst = append2(append(dst, ':'), offset/60%60)
	}
	if offset%60 != 0 {
		dst = append2(append(dst, ':'), offset%60)
	}
	return dst
}

// ParseTimeTZ reads a time of day with an offset: Z, ±hh, ±hh:mm or ±hh:mm:ss.
// Its errors are of type *[FormError].
func ParseTimeTZ(s string) (micros int64, west int32, err error) {
	sc := scanner{text: s}
	micros, clockOK := sc.clock()
	offset, offsetOK := sc.offset()
	switch {
	case sc.failed || sc.text != "":
		return 0, 0, errTimeTZForm
	case !clockOK:
		return 0, 0, errTimeRange
	case !offsetOK:
		return 0, 0, errOffsetRange
	}
	return micros, int32(-offset / microsPerSecond), nil
}

func encodeTimeTZ(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	micros, west, err := ParseTimeTZ(text)
	dst = binary.BigEndian.AppendUint64(dst, uint64(micros))
	return binary.BigEndian.AppendUint32(dst, uint32(west)), err
}

func decodeTimeTZ(dst, src []byte) ([]byte, string) {
	if len(src) != 12 {
		return dst, "want 12 bytes"
	}
	micros := int64(binary.BigEndian.Uint64(src))
	west := int32(binary.BigEndian.Uint32(src[8:]))
	switch {
	case micros < 0 || micros > microsPerDay:
		return dst, "a time outside 00:00 to 24:00"
	case west <= -maxZone || west >= maxZone:
		return dst, "an offset of 16 hours or more"
	}
	return append(AppendTimeTZ(append(dst, '"'), micros, west), '"'), ""
}
