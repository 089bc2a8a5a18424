package pgjson

import "cmp"

// rank orders what is not finite as PostgreSQL does: NaN is the greatest.
func (d *decimal) rank() int {
	switch d.sign {
	case numericNaN:
		return 2
	case numericInf:
		return 1
	case numericNegInf:
		return -1
	}
	return 0
}

// compare returns -1, 0 or 1 as d is less than, equal to or greater than other.
func (d *decimal) compare(other decimal) int {
	if r := cmp.Compare(d.rank(), other.rank()); r != 0 || d.rank() != 0 {
		return r
	}
	if r := cmp.Compare(d.signum(), other.signum()); r != 0 || d.count == 0 {
		return r
	}
	r := cmp.Compare(d.point, other.point)
	if r == 0 {
		r = compareDigits(d.digits, other.digits)
	}
	return r * d.signum()
}

func (d *decimal) signum() int {
	switch {
	case d.count == 0:
		return 0
	case d.sign == numericNegative:
		return -1
	}
	return 1
}

// compareDigits compares digits behind the same point.
func compareDigits(a, b string) int {
	var x, y [1]byte
	for a != "" || b != "" {
		_, a = appendDigit(x[:0], a)
		_, b = appendDigit(y[:0], b)
		if x != y {
			return cmp.Compare(x[0], y[0])
		}
	}
	return 0
}
