package docs

import "github.com/spgen/spgen/internal/ir"

// release is what changed for clients up to a release.
type release struct {
	Title, Date string
	Changes     []change
}

// change is one line of it.
type change struct {
	Level, Word    string // Word: the level for people
	Method, Anchor string // Anchor is "" where the page has no such method
	Text           string
}

var levelWords = map[string]string{"wire": "breaking", "source": "breaks source", "dangerous": "take care", "safe": "safe"}

func (s *site) history() []release {
	anchors := map[uint32]string{}
	for _, sv := range s.Services {
		for _, m := range sv.Methods {
			anchors[m.ID] = m.Anchor
		}
	}
	var all []release
	for _, r := range s.model.History {
		view := release{Title: first(oneLine(r.Version), "Not released yet"), Date: r.Date}
		for _, c := range r.Changes {
			view.Changes = append(view.Changes, newChange(c, anchors[c.ID]))
		}
		all = append(all, view)
	}
	return all
}

func newChange(c ir.Change, anchor string) change {
	level, word := c.Level, levelWords[c.Level]
	if word == "" {
		level, word = "other", first(c.Level, "changed")
	}
	return change{Level: level, Word: word, Method: c.Method, Anchor: anchor, Text: c.Text}
}
