package pgjson

import (
	"encoding/binary"
	"math"
)

const monthsPerYear = 12

// AppendInterval appends an interval as an ISO 8601 duration, the way
// PostgreSQL prints it under IntervalStyle iso_8601: "P1Y2M-3DT-4H5M6.5S", and
// "PT0S" for nothing. Since PostgreSQL 17 three greatest and three least parts
// stand for "infinity" and "-infinity".
func AppendInterval(dst []byte, months, days int32, micros int64) []byte {
	switch {
	case months == math.MaxInt32 && days == math.MaxInt32 && micros == math.MaxInt64:
		return append(dst, infinity...)
	case months == math.MinInt32 && days == math.MinInt32 && micros == math.MinInt64:
		return append(dst, negInfinity...)
	case months == 0 && days == 0 && micros == 0:
		return append(dst, "PT0S"...)
	}
	dst = append(dst, 'P')
	dst = appendPart(dst, int64(months/monthsPerYear), 'Y')
	dst = appendPart(dst, int64(months%monthsPerYear), 'M')
	dst = appendPart(dst, int64(days), 'D')
	if micros == 0 {
		return dst
	}
	dst = append(dst, 'T')
	dst = appendPart(dst, micros/microsPerHour, 'H')
	dst = appendPart(dst, micros/microsPerMinute%60, 'M')
	return appendSeconds(dst, micros%microsPerMinute)
}

func appendPart(dst []byte, n int64, unit byte) []byte {
	if n == 0 {
		return dst
	}
	return append(appendInt(dst, n), unit)
}

func appendSeconds(dst []byte, micros int64) []byte {
	if micros == 0 {
		return dst
	}
	if micros < 0 {
		dst, micros = append(dst, '-'), -micros
	}
	dst = appendInt(dst, micros/microsPerSecond)
	return append(appendFractionOf(dst, uint32(micros%microsPerSecond)), 'S')
}

func encodeInterval(dst []byte, raw string, _ Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	months, days, micros, err := ParseInterval(text)
	dst = binary.BigEndian.AppendUint64(dst, uint64(micros))
	dst = binary.BigEndian.AppendUint32(dst, uint32(days))
	return binary.BigEndian.AppendUint32(dst, uint32(months)), err
}

func decodeInterval(dst, src []byte) ([]byte, string) {
	if len(src) != 16 {
		return dst, "want 16 bytes"
	}
	micros := int64(binary.BigEndian.Uint64(src))
	days := int32(binary.BigEndian.Uint32(src[8:]))
	months := int32(binary.BigEndian.Uint32(src[12:]))
	return append(AppendInterval(append(dst, '"'), months, days, micros), '"'), ""
}
