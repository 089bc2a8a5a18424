package diag

import (
	"strings"
	"unicode/utf8"
)

// longestName bounds the work of Nearest; longer names have no near ones.
const longestName = 128

// Nearest returns the candidate that name most likely was meant to be, or ""
// when none is near: at most a third of the letters differ, case aside. Of
// equally near candidates the first wins.
func Nearest(name string, candidates []string) string {
	if name == "" || len(name) > longestName {
		return ""
	}
	folded := []rune(strings.ToLower(name))
	best, limit := "", max(1, len(folded)/3)
	for _, c := range candidates {
		if len(c) > longestName {
			continue
		}
		if diff := utf8.RuneCountInString(c) - len(folded); diff > limit || -diff > limit {
			continue
		}
		if d := distance(folded, []rune(strings.ToLower(c))); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// DidYouMean returns "did you mean `x`?" for the nearest candidate, or "".
func DidYouMean(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return "did you mean `" + near + "`?"
	}
	return ""
}

// distance counts insertions, deletions, substitutions and swaps of
// neighbours (optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
