package ir

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// The most digits that a number of a CHECK may have to be looked at.
const maxBoundDigits = 400

// parseBound reads a decimal such as -1.5 or 1e3; ok is false for NaN and
// infinities, and for what is no decimal or too long a one.
func parseBound(text string) (*big.Rat, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	if exponent != "" {
		if e, err := strconv.Atoi(exponent); err != nil || e > maxBoundDigits || e < -maxBoundDigits {
			return nil, false
		}
	}
	if len(mantissa) > maxBoundDigits || strings.Trim(mantissa, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// formatBound writes r, which has no more decimals than a decimal fraction
// can have, exactly.
func formatBound(r *big.Rat) string {
	digits, exact := r.FloatPrec()
	if !exact {
		return "" // no decimal has a denominator with another factor than 2 and 5
	}
	return r.FloatString(digits)
}

// compareBounds compares two bounds; none is the sign of "no bound".
func compareBounds(a, b string, none int) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return none
	case b == "":
		return -none
	}
	x, okX := parseBound(a)
	y, okY := parseBound(b)
	if !okX || !okY {
		return none
	}
	return x.Cmp(y)
}

// integral makes the bounds of c closed integers: its values are integers.
func (c Check) integral() Check {
	if low, ok := parseBound(c.Min); ok {
		up := ceil(low)
		if c.MinOpen && low.IsInt() {
			up.Add(up, big.NewInt(1))
		}
		c.Min, c.MinOpen = up.String(), false
	}
	if high, ok := parseBound(c.Max); ok {
		down := floor(high)
		if c.MaxOpen && high.IsInt() {
			down.Sub(down, big.NewInt(1))
		}
		c.Max, c.MaxOpen = down.String(), false
	}
	return c
}

func floor(r *big.Rat) *big.Int {
	// Euclidean division rounds down for the positive denominator of a Rat.
	return new(big.Int).Div(r.Num(), r.Denom())
}

func ceil(r *big.Rat) *big.Int {
	down := floor(new(big.Rat).Neg(r))
	return down.Neg(down)
}

// onGrid adapts a range to values that are rounded to so many decimals. Where
// rounding leads is known from the values of the grid alone: a bound becomes
// the nearest of them that fails, and what lies there or beyond fails as well.
func (c Check) onGrid(scale int) []Check {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil))
	if scale > 0 {
		unit.Inv(unit)
	}
	steps := c
	steps.Min, steps.Max = inUnits(c.Min, unit), inUnits(c.Max, unit)
	steps = steps.integral()
	c.Min, c.MinOpen = stepFrom(steps.Min, -1, unit)
	c.Max, c.MaxOpen = stepFrom(steps.Max, 1, unit)
	if c.Min == "" && c.Max == "" {
		return nil
	}
	return []Check{c}
}

func inUnits(bound string, unit *big.Rat) string {
	r, ok := parseBound(bound)
	if !ok {
		return ""
	}
	return formatBound(r.Quo(r, unit))
}

// stepFrom returns the value so many units from the integer n, as an open bound.
func stepFrom(n string, step int64, unit *big.Rat) (bound string, open bool) {
	r, ok := parseBound(n)
	if !ok {
		return "", false
	}
	r.Add(r, new(big.Rat).SetInt64(step))
	return formatBound(r.Mul(r, unit)), true
}

// castNumber returns what becomes of a number when it is cast to a type; ok is
// false where that is not the number itself, or not a number.
func castNumber(text, target string) (string, bool) {
	r, ok := parseBound(text)
	if !ok {
		return "", false
	}
	switch target {
	case "smallint", "integer", "bigint":
		return text, r.IsInt()
	case "numeric":
		return text, true
	case "real":
		return castFloat(text, 32)
	case "double precision":
		return castFloat(text, 64)
	}
	return "", false
}

func castFloat(text string, bits int) (string, bool) {
	f, err := strconv.ParseFloat(text, bits)
	if err != nil || math.IsInf(f, 0) {
		return "", false
	}
	return strconv.FormatFloat(f, 'e', -1, 64), true
}
