package docs

import (
	"fmt"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// checkWords says what a CHECK wants of a value of kind: in words, and by
// patterns. Neither means that SQL says it best.
func checkWords(check string, kind ir.Kind) (words string, patterns []string) {
	var l plausible.Limits
	for _, c := range plausible.Conjuncts(check) {
		if !l.Add(c) {
			return "", nil
		}
	}
	if (l.Least != nil || l.Most != nil) && !wholes[kind] {
		return "", nil // bounds of fractions may exclude their ends
	}
	return first(rangeWords(l.Shortest, l.Longest, " characters"), rangeWords(l.Least, l.Most, "")), l.Patterns
}

var wholes = map[ir.Kind]bool{ir.Int2: true, ir.Int4: true, ir.Int8: true, ir.Int8Number: true}

func rangeWords(low, high *int64, unit string) string {
	switch {
	case low != nil && high != nil:
		return fmt.Sprintf("%d to %d%s", *low, *high, unit)
	case low != nil:
		return fmt.Sprintf("at least %d%s", *low, unit)
	case high != nil:
		return fmt.Sprintf("at most %d%s", *high, unit)
	}
	return ""
}
