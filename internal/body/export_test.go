package body

import (
	"maps"
	"slices"
)

// Conditions are the names of all conditions.
func Conditions() []string { return slices.Sorted(maps.Keys(conditions)) }
