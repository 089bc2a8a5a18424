package diag

import (
	"cmp"
	"slices"
)

// Explanation says what a code means. Codes are API: one that was released
// never changes its meaning and is never given to another finding.
type Explanation struct {
	Code  string
	Title string // a few words, no final stop
	Text  string // a paragraph: what is wrong, why it matters, what to do
}

// families holds the explanations of each family in a file of its own,
// explain_<family>.go.
var families = [][]Explanation{
	manifestExplanations,
	signatureExplanations,
	typeExplanations,
	generatorExplanations,
	databaseExplanations,
	changeExplanations,
	lintExplanations,
	exampleExplanations,
}

// Explanations returns all of them, sorted by code.
func Explanations() []Explanation {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b Explanation) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// Explain returns the explanation of code.
func Explain(code string) (Explanation, bool) {
	for _, family := range families {
		i := slices.IndexFunc(family, func(e Explanation) bool { return e.Code == code })
		if i >= 0 {
			return family[i], true
		}
	}
	return Explanation{}, false
}
