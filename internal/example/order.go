package example

import (
	"slices"

	"github.com/tidwall/gjson"
)

// reordered reports whether b has what a has in another order: as a whole, or in one
// member of each row.
func reordered(a, b []gjson.Result) bool {
	if len(a) != len(b) || len(a) < 2 {
		return false
	}
	if permuted(raws(a, ""), raws(b, "")) {
		return true
	}
	found := false
	a[0].ForEach(func(key, _ gjson.Result) bool {
		if a[0].IsObject() && key.Str != "" {
			found = permuted(raws(a, key.Str), raws(b, key.Str))
		}
		return !found
	})
	return found
}

// raws are the values of a member of each of list, or each of list where key is "".
func raws(list []gjson.Result, key string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		if key != "" {
			v = member(v, key)
		}
		out[i] = v.Raw
	}
	return out
}

// permuted reports whether a and b are the same values at other places.
func permuted(a, b []string) bool {
	if slices.Equal(a, b) {
		return false
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
