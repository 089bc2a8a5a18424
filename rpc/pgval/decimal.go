package pgval

import (
	"math/big"
	"strconv"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Decimal is a numeric: exact, of any size that PostgreSQL holds, with the
// digits after the point that it was written with (1.10 is not 1.1 under ==).
// The zero value is 0.
type Decimal struct {
	text string // as PostgreSQL prints it; "" for 0
}

// DecimalOf returns n as a Decimal.
func DecimalOf(n int64) Decimal {
	if n == 0 {
		return Decimal{}
	}
	return Decimal{text: strconv.FormatInt(n, 10)}
}

// ParseDecimal reads a decimal ("-12.50", "1e6"), "NaN", "Infinity" or
// "-Infinity".
func ParseDecimal(s string) (Decimal, error) {
	b, err := pgjson.AppendNumeric(nil, s)
	if err != nil || string(b) == "0" {
		return Decimal{}, err
	}
	return Decimal{text: string(b)}, nil
}

// String returns d as PostgreSQL prints it, without exponent.
func (d Decimal) String() string {
	if d.text == "" {
		return "0"
	}
	return d.text
}

// IsFinite reports whether d is neither NaN nor infinite.
func (d Decimal) IsFinite() bool {
	switch d.text {
	case "NaN", "Infinity", "-Infinity":
		return false
	}
	return true
}

// IsZero reports whether the value of d is 0, with any number of digits.
func (d Decimal) IsZero() bool {
	for _, c := range []byte(d.text) {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}

// Rat returns the exact value. ok is false for NaN and the infinities.
func (d Decimal) Rat() (r *big.Rat, ok bool) {
	if !d.IsFinite() {
		return nil, false
	}
	return new(big.Rat).SetString(d.String())
}

// Int64 returns d as an integer. ok is false when it is none, or too large.
func (d Decimal) Int64() (n int64, ok bool) {
	r, ok := d.Rat()
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// Float64 returns the nearest float64. Beyond its range that is an infinity.
func (d Decimal) Float64() float64 {
	f, _ := strconv.ParseFloat(d.String(), 64) // the error is that of the range
	return f
}

// AppendText implements encoding.TextAppender.
func (d Decimal) AppendText(dst []byte) ([]byte, error) { return append(dst, d.String()...), nil }

// MarshalText implements encoding.TextMarshaler.
func (d Decimal) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Decimal) UnmarshalText(text []byte) error { return d.parse(string(text)) }

func (d *Decimal) parse(s string) (err error) {
	*d, err = ParseDecimal(s)
	return err
}
