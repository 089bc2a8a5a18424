package contract

import (
	"math/big"
	"slices"

	"github.com/spgen/spgen/internal/ir"
)

// excludesMore reports whether rules a exclude something that rules b let pass.
// It may say yes where that is not sure, never no.
func excludesMore(a, b []ir.Check) bool {
	return slices.ContainsFunc(a, func(rule ir.Check) bool {
		return !slices.ContainsFunc(b, func(other ir.Check) bool { return implies(other, rule) })
	})
}

// implies reports whether all that a lets pass, b lets pass.
func implies(a, b ir.Check) bool {
	if a.Kind != b.Kind || a.Not != b.Not {
		return false
	}
	switch a.Kind {
	case ir.CheckPattern:
		return a.Pattern == b.Pattern
	case ir.CheckList:
		few, many := a.List, b.List
		if a.Not {
			few, many = many, few
		}
		return len(minus(few, many)) == 0
	}
	return boundImplies(a.Min, a.MinOpen, b.Min, b.MinOpen, 1) && boundImplies(a.Max, a.MaxOpen, b.Max, b.MaxOpen, -1)
}

// maxBound is how long a bound may be to be compared.
const maxBound = 400

// boundImplies reports whether bound a excludes all that bound b excludes. sign
// is 1 for lower bounds and -1 for upper ones.
func boundImplies(a string, aOpen bool, b string, bOpen bool, sign int) bool {
	switch {
	case b == "":
		return true
	case a == "" || len(a) > maxBound || len(b) > maxBound:
		return false
	}
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if !okX || !okY {
		return a == b && aOpen == bOpen
	}
	order := sign * x.Cmp(y)
	return order > 0 || order == 0 && (aOpen || !bOpen)
}
