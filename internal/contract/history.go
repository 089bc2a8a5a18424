package contract

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/spgen/spgen/internal/ir"
)

// History tells what changed from release to release, the newest first, and
// before all what changed since the last of them, if anything did. Releases are
// sorted; apply judges changes as [Apply] does, of several releases at a time.
func History(releases []Release, present *Contract, apply func([]Change) []Change) []ir.Release {
	if len(releases) == 0 {
		return nil
	}
	all := make([]ir.Release, len(releases)+1)
	var comparing sync.WaitGroup
	for i := range all {
		next := Release{Contract: present}
		if i < len(releases) {
			next = releases[i]
		}
		all[i] = ir.Release{Version: next.Version, Date: next.Date}
		if i == 0 {
			all[i].Changes = []ir.Change{beginning(next.Contract)}
			continue
		}
		comparing.Go(func() { all[i].Changes = told(apply(Compare(releases[i-1].Contract, next.Contract))) })
	}
	comparing.Wait()
	if len(all[len(releases)].Changes) == 0 {
		all = all[:len(releases)]
	}
	slices.Reverse(all)
	return all
}

func beginning(c *Contract) ir.Change {
	text := fmt.Sprintf("first release, %d methods", len(c.Methods))
	if len(c.Methods) == 1 {
		text = "first release, 1 method"
	}
	return ir.Change{Level: Safe.String(), Text: text}
}

// told returns changes as the documentation has them, the worst first.
func told(changes []Change) []ir.Change {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int { return cmp.Compare(b.Level, a.Level) })
	list := make([]ir.Change, len(sorted))
	for i := range sorted {
		c := &sorted[i]
		list[i] = ir.Change{Level: c.Level.String(), ID: c.ID, Method: c.Method, Text: c.Message}
		if c.Method == "" && c.Type != "" {
			list[i].Text = "type " + c.Type + ": " + c.Message
		}
	}
	return list
}
