package pgjson

import (
	"math"
	"math/bits"
	"strconv"
)

var (
	errIntervalForm  = &FormError{reasonInvalid, `want an ISO 8601 duration such as "P1Y2M3DT4H5M6.5S", "-PT30M" or "P2W"`}
	errIntervalRange = &FormError{reasonOutOfRange, "want an interval whose months and days each fit 32 bits, and its microseconds 64"}
)

// ParseInterval reads an ISO 8601 duration: with designators, where every part
// may have a sign of its own, so may the whole, and the last a fraction, or in
// the form "P0001-02-03T04:05:06". "infinity" and "-infinity" are three
// greatest or least parts, which as finite numbers are out of range: see
// [AppendInterval]. Fractions are carried down as PostgreSQL does, a month for
// 30 days and a day for 24 hours. Its errors are of type *[FormError].
func ParseInterval(s string) (months, days int32, micros int64, err error) {
	switch s {
	case infinity:
		return math.MaxInt32, math.MaxInt32, math.MaxInt64, nil
	case negInfinity:
		return math.MinInt32, math.MinInt32, math.MinInt64, nil
	}
	var d duration
	if !d.parse(s) {
		return 0, 0, 0, errIntervalForm
	}
	if d.overflow || int64(int32(d.months)) != d.months || int64(int32(d.days)) != d.days || d.isExtreme() {
		return 0, 0, 0, errIntervalRange
	}
	return int32(d.months), int32(d.days), d.micros, nil
}

// duration sums up the parts of a duration.
type duration struct {
	scanner
	negative             bool
	months, days, micros int64
	overflow             bool // a part or a sum does not fit
	fractional           bool // the last part had a fraction, so none may follow
}

// unit is what a designator stands for: one of the factors is not zero. A
// fraction of it is carried down as so many months or microseconds.
type unit struct {
	letter               byte
	months, days, micros int64
	fraction             int64
}

var (
	dateUnits = []unit{
		{letter: 'Y', months: monthsPerYear, fraction: monthsPerYear},
		{letter: 'M', months: 1, fraction: 30 * microsPerDay},
		{letter: 'W', days: 7, fraction: 7 * microsPerDay},
		{letter: 'D', days: 1, fraction: microsPerDay},
	}
	timeUnits = []unit{
		{letter: 'H', micros: microsPerHour, fraction: microsPerHour},
		{letter: 'M', micros: microsPerMinute, fraction: microsPerMinute},
		{letter: 'S', micros: microsPerSecond, fraction: microsPerSecond},
	}
)

func (d *duration) parse(s string) bool {
	d.text = s
	d.negative = d.sign()
	d.expect('P')
	if n := digitsEnd(d.text, 0); n == 4 && len(d.text) > 4 && d.text[4] == '-' {
		d.alternative()
		return !d.failed && d.text == ""
	}
	parts := d.parts(dateUnits)
	if d.accept('T') {
		n := d.parts(timeUnits)
		d.failed = d.failed || n == 0
		parts += n
	}
	return !d.failed && parts > 0 && d.text == ""
}

// sign reads an optional sign.
func (d *duration) sign() (negative bool) {
	if d.accept('-') {
		return true
	}
	d.accept('+')
	return false
}

// parts reads parts in the order of units, each at most once.
func (d *duration) parts(units []unit) (count int) {
	for len(units) > 0 && d.text != "" && d.text[0] != 'T' && !d.failed {
		var rest []unit
		if rest = d.part(units); rest == nil {
			d.failed = true
		}
		units = rest
		count++
	}
	return count
}

// part reads one part, and returns the units that may follow: nil for none of
// the given units.
func (d *duration) part(units []unit) []unit {
	negative := d.sign() != d.negative
	whole := d.text[:digitsEnd(d.text, 0)]
	d.text = d.text[len(whole):]
	fraction := ""
	if !d.fractional && (d.accept('.') || d.accept(',')) {
		fraction = d.text[:digitsEnd(d.text, 0)]
		d.text = d.text[len(fraction):]
		d.fractional = true
		d.failed = d.failed || fraction == ""
	} else if d.fractional {
		return nil
	}
	for i := range units {
		if whole != "" && d.accept(units[i].letter) {
			d.add(&units[i], whole, fraction, negative)
			return units[i+1:]
		}
	}
	return nil
}

// add adds whole.fraction units.
func (d *duration) add(u *unit, whole, fraction string, negative bool) {
	n, err := strconv.ParseInt(whole, 10, 64)
	d.overflow = d.overflow || err != nil
	part := share(fraction, u.fraction)
	if negative {
		n, part = -n, -part
	}
	d.months = d.sum(d.months, n, u.months)
	d.days = d.sum(d.days, n, u.days)
	d.micros = d.sum(d.micros, n, u.micros)
	switch {
	case u.letter == 'Y':
		d.months = d.sum(d.months, part, 1)
	case u.days > 1 || u.months > 0: // whole days of a month or week become days
		d.days = d.sum(d.days, part/microsPerDay, 1)
		d.micros = d.sum(d.micros, part%microsPerDay, 1)
	default:
		d.micros = d.sum(d.micros, part, 1)
	}
}

// sum returns total + n*factor.
func (d *duration) sum(total, n, factor int64) int64 {
	if factor == 0 {
		return total
	}
	if limit := math.MaxInt64 / factor; n > limit || n < -limit {
		d.overflow = true
		return total
	}
	s := total + n*factor
	d.overflow = d.overflow || (n > 0) != (s > total) && n != 0
	return s
}

// fractionDigits are read of a fraction: as many as fit 64 bits.
const fractionDigits = 18

// share returns the fraction of whole, rounded half to even.
func share(fraction string, whole int64) int64 {
	var numerator, denominator uint64 = 0, 1
	for _, c := range []byte(fraction[:min(len(fraction), fractionDigits)]) {
		numerator = numerator*10 + uint64(c-'0')
		denominator *= 10
	}
	high, low := bits.Mul64(numerator, uint64(whole))
	quotient, rest := bits.Div64(high, low, denominator)
	if rest > denominator/2 || rest == denominator/2 && denominator > 1 && quotient&1 == 1 {
		quotient++
	}
	return int64(quotient)
}

// alternative reads "0001-02-03T04:05:06", where months, days and hours are at
// most 12, 31 and 24.
func (d *duration) alternative() {
	years := d.number(4, 4)
	d.expect('-')
	months := d.number(2, 2)
	d.expect('-')
	d.days = d.number(2, 2)
	if d.accept('T') {
		var ok bool
		d.micros, ok = d.clock()
		d.overflow = !ok
	}
	d.months = years*monthsPerYear + months
	d.overflow = d.overflow || months > monthsPerYear || d.days > 31
	if d.negative {
		d.months, d.days, d.micros = -d.months, -d.days, -d.micros
	}
}

// isExtreme reports whether the parts stand for an infinity.
func (d *duration) isExtreme() bool {
	return d.months == math.MaxInt32 && d.days == math.MaxInt32 && d.micros == math.MaxInt64 ||
		d.months == math.MinInt32 && d.days == math.MinInt32 && d.micros == math.MinInt64
}
