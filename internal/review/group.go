package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/contract"
)

// group is a method, a type, or what belongs to the API as a whole, with its
// changes and both its versions.
type group struct {
	Title, About string
	Level        string // the worst of its changes
	Changes      []contract.Change
	Was, Is      string // signatures, or ""
	Rows         []row
	worst        contract.Level
}

// row is one fact in both versions.
type row struct {
	Name    string
	Was, Is string // "" where there is none
}

// Changed reports whether the versions differ.
func (r row) Changed() bool { return r.Was != r.Is }

// groups returns what changed, the worst first.
func groups(v Versions) []*group {
	var all []*group
	known := map[string]*group{}
	for _, c := range v.Changes {
		key := "api"
		switch {
		case c.Method != "" || c.ID != 0:
			key = fmt.Sprint("method ", c.ID)
		case c.Type != "":
			key = "type " + c.Type
		}
		g := known[key]
		if g == nil {
			g = v.group(&c)
			known[key] = g
			all = append(all, g)
		}
		g.Changes = append(g.Changes, c)
		g.worst = max(g.worst, c.Level)
		g.Level = g.worst.String()
	}
	for _, g := range all {
		slices.SortStableFunc(g.Changes, func(a, b contract.Change) int { return cmp.Compare(b.Level, a.Level) })
	}
	slices.SortStableFunc(all, func(a, b *group) int { return cmp.Compare(b.worst, a.worst) })
	return all
}

// group begins that which c belongs to.
func (v *Versions) group(c *contract.Change) *group {
	switch {
	case c.Method != "" || c.ID != 0:
		same := func(m *contract.Method) bool { return m.ID == c.ID }
		old, now := find(v.Old.Methods, same), find(v.New.Methods, same)
		return &group{Title: cmp.Or(c.Method, "method"), About: fmt.Sprint(c.ID), Was: signature(old), Is: signature(now), Rows: pairs(methodFacts(old), methodFacts(now))}
	case c.Type != "":
		same := func(t *contract.Type) bool { return t.Name == c.Type }
		old, now := find(v.Old.Types, same), find(v.New.Types, same)
		g := &group{Title: "type " + c.Type, Rows: pairs(typeFacts(old), typeFacts(now))}
		if len(c.Methods) > 0 {
			g.About = "used by " + strings.Join(c.Methods, ", ")
		}
		return g
	}
	return &group{Title: "the API", Rows: pairs(apiFacts(v.Old), apiFacts(v.New))}
}

// find returns the first of all that fits, or nil.
func find[T any](all []T, fits func(*T) bool) *T {
	for i := range all {
		if fits(&all[i]) {
			return &all[i]
		}
	}
	return nil
}

// pairs brings the facts of two versions together by name, in the new order;
// what is gone comes after what it stood behind.
func pairs(old, now []fact) []row {
	rows := make([]row, 0, max(len(old), len(now)))
	for _, f := range now {
		rows = append(rows, row{Name: f.name, Is: f.text})
	}
	after := -1
	for _, f := range old {
		if i := slices.IndexFunc(rows, func(r row) bool { return r.Name == f.name }); i >= 0 {
			rows[i].Was, after = f.text, i
			continue
		}
		after++
		rows = slices.Insert(rows, after, row{Name: f.name, Was: f.text})
	}
	return rows
}
