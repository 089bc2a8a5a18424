package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Worst returns the highest level of changes; Safe for none.
func Worst(changes []Change) Level {
	worst := Safe
	for i := range changes {
		worst = max(worst, changes[i].Level)
	}
	return worst
}

// Summary counts changes by level: "2 wire breaks, 1 dangerous change, 3 safe
// changes".
func Summary(changes []Change) string {
	var counts [len(levelNames)]int
	for i := range changes {
		counts[min(changes[i].Level, Wire)]++
	}
	var parts []string
	for level, n := range slices.Backward(counts[:]) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, levelCounts[level][min(n, 2)-1]))
		}
	}
	if len(parts) == 0 {
		return "no changes"
	}
	return strings.Join(parts, ", ")
}

// group is the changes of one method, type or other subject.
type group struct {
	title, about string
	changes      []Change
}

// groups puts changes together by subject, the worst first in and among them;
// equals keep their order.
func groups(changes []Change) []group {
	var all []group
	at := map[string]int{}
	for _, c := range changes {
		title, about := c.heading()
		i, ok := at[title]
		if !ok {
			i = len(all)
			at[title] = i
			all = append(all, group{title: title, about: about})
		}
		all[i].changes = append(all[i].changes, c)
	}
	for _, g := range all {
		slices.SortStableFunc(g.changes, func(a, b Change) int { return cmp.Compare(b.Level, a.Level) })
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(Worst(b.changes), Worst(a.changes)) })
	return all
}

// heading is the title of the group that c is in, and what more to say there.
func (c *Change) heading() (title, about string) {
	switch {
	case c.Method != "":
		return fmt.Sprintf("%s (%d)", c.Method, c.ID), ""
	case c.Type != "" && len(c.Methods) > 0:
		return "type " + c.Type, "used by " + list(c.Methods)
	case c.Type != "":
		return "type " + c.Type, ""
	}
	return "the API", ""
}

// maxListed is how many methods are named before they are counted.
const maxListed = 5

func list(names []string) string {
	if len(names) <= maxListed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed], ", "), len(names)-maxListed)
}

// sides renders "old → new"; additions and removals have one side.
func (c *Change) sides() string {
	switch {
	case c.Old == "" && c.New == "":
		return ""
	case c.Old == "":
		return "+ " + short(c.New)
	case c.New == "":
		return "- " + short(c.Old)
	}
	return short(c.Old) + " → " + short(c.New)
}

// maxSide is how many characters of a side are shown.
const maxSide = 60

// short makes one line of s that fits.
func short(s string) string {
	runes := []rune(oneLine(s))
	if len(runes) <= maxSide {
		return string(runes)
	}
	return string(runes[:maxSide-1]) + "…"
}

// oneLine replaces line ends by blanks, and what a terminal could take for a
// command.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return utf8.RuneError
		}
		return r
	}, s)
}
