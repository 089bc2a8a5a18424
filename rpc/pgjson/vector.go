package pgjson

import (
	"encoding/binary"
	"math"
)

// maxVector is the number of dimensions that a vector may have.
const maxVector = 16000

var (
	errVectorNumber = &FormError{reasonWrongType, "want a number"}
	errVectorNull   = &FormError{reasonNull, "null is not allowed here"}
)

// vector appends what vector_recv of pgvector reads: the number of dimensions
// and a zero, 16 bits each, then the numbers in single precision.
func (e *Encoder) vector(dst []byte, raw string) []byte {
	if raw[0] != '[' {
		e.fault(reasonWrongType, "want an array of numbers")
		return dst
	}
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	n := 0
	for c := Walk(raw); ; n++ {
		_, value, ok := c.Next()
		if !ok {
			break
		}
		f, err := parseVectorNumber(value)
		if err != nil {
			e.push(segment{index: n})
			e.refuse(err)
			e.pop()
		}
		dst = binary.BigEndian.AppendUint32(dst, math.Float32bits(f))
	}
	if n == 0 || n > maxVector {
		e.fault(reasonOutOfRange, "want 1 to 16000 numbers")
	}
	binary.BigEndian.PutUint16(dst[start:], uint16(n))
	return dst
}

// parseVectorNumber refuses what single precision has and vectors have not.
func parseVectorNumber(raw string) (float32, error) {
	switch {
	case raw[0] == '"':
		return 0, errVectorNumber
	case raw == "null":
		return 0, errVectorNull
	}
	f, err := ParseFloat(raw, 32)
	if err == errFloat {
		err = errVectorNumber
	}
	return float32(f), err
}

func decodeVector(dst, src []byte) ([]byte, string) {
	if len(src) < 4 {
		return dst, "want at least 4 bytes"
	}
	numbers := src[4:]
	if n := int(binary.BigEndian.Uint16(src)); len(numbers) != 4*n || src[2] != 0 || src[3] != 0 {
		return dst, "want as many numbers as announced"
	}
	dst = append(dst, '[')
	for i := 0; i < len(numbers); i += 4 {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendFloat(dst, float64(math.Float32frombits(binary.BigEndian.Uint32(numbers[i:]))), 32)
	}
	return append(dst, ']'), ""
}
