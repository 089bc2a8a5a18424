package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// checker finds what is wrong between entries that are right by themselves.
type checker struct {
	*decoder
	m *Manifest
}

// section reports whether the file has a top-level key.
func (c *checker) section(key string) bool {
	_, ok := c.doc.root.find(key)
	return ok
}

// complete reports whether the section of key was read without syntax errors.
func (c *checker) complete(key string) bool { return !c.doc.partial[""] && !c.doc.partial[key] }

// services finds names that are used twice and ranges that overlap.
func (c *checker) services() {
	seen := map[string]Service{}
	for _, s := range c.m.Services {
		if first, again := seen[s.Name]; again && s.Name != "" {
			c.list.Errorf("MAN037", s.Pos, "the service `%s` is declared twice; first on line %d", s.Name, first.Pos.Line).
				Hintf("give each service one range")
			continue
		}
		seen[s.Name] = s
	}
	sorted := slices.Clone(c.m.Services)
	slices.SortStableFunc(sorted, func(a, b Service) int { return cmp.Compare(a.First, b.First) })
	var widest Service
	for _, s := range sorted {
		if s.First != 0 && s.First <= widest.Last {
			c.list.Errorf("MAN011", s.Pos, "the IDs %d-%d of `%s` overlap those of `%s` (%d-%d) on line %d",
				s.First, s.Last, s.Name, widest.Name, widest.First, widest.Last, widest.Pos.Line).
				Hintf("give each service a range of its own")
		}
		if s.Last > widest.Last {
			widest = s
		}
	}
}

// methods finds what is wrong with methods, each and among each other.
func (c *checker) methods() {
	retired := c.retired()
	ids, names, functions := map[uint32]*Method{}, map[string]*Method{}, map[string]*Method{}
	last := &Method{}
	for i := range c.m.Methods {
		m := &c.m.Methods[i]
		if first, again := claim(ids, m.ID, m); again {
			c.list.Errorf("MAN007", m.IDPos, "the ID %d is already that of %s on line %d",
				m.ID, label(first), first.IDPos.Line).Hint = c.freeID(m.ID)
		}
		if first, again := claim(names, m.Name, m); again {
			c.list.Errorf("MAN008", m.NamePos, "the method %s is already on line %d", m.Name, first.NamePos.Line).
				Hintf("rename one of them")
		}
		if first, again := claim(functions, strings.Join(strings.Fields(m.Function), ""), m); again {
			c.list.Errorf("MAN009", m.FunctionPos, "the function %s is already that of %s on line %d",
				m.Function, label(first), first.FunctionPos.Line).Hintf("remove one of the two methods")
		}
		c.order(last, m)
		c.alive(m, retired)
		c.inService(m)
		c.access(m)
		c.arguments(m)
		last = m
	}
	if len(c.m.Methods) > 0 && !c.section("services") && c.complete("services") {
		c.list.Errorf("MAN003", c.doc.root.pos, "the manifest lacks `services`").
			Hintf("add `services:` and `  - {name: api, ids: 10000-19999}`")
	}
}

// claim notes that m has the key k, or returns the entry that has it. The
// zero key stands for a fault that was reported.
func claim[K comparable, M any](seen map[K]M, k K, m M) (first M, again bool) {
	var zero K
	if k == zero {
		return first, false
	}
	if first, again = seen[k]; !again {
		seen[k] = m
	}
	return first, again
}

// label is how messages call m, whose name may be faulty.
func label(m *Method) string { return cmp.Or(m.Name, m.Function, "a method") }

// freeID is the hint for an entry that needs another ID than id.
func (c *checker) freeID(id uint32) string {
	if s, ok := c.m.Service(id); ok {
		if next, ok := c.m.NextID(s.Name); ok {
			return fmt.Sprintf("the next free ID of `%s` is %d", s.Name, next)
		}
		return "`" + s.Name + "` has no ID left: add a service with another range"
	}
	return "choose another ID"
}

// order warns of an entry whose ID is below its predecessor's.
func (c *checker) order(last, m *Method) {
	if m.ID != 0 && m.ID < last.ID {
		c.list.Warnf("MAN013", m.IDPos, "%s (%d) stands after %s (%d)", label(m), m.ID, label(last), last.ID).
			Hintf("sort the methods by ID, so that branches merge cleanly")
	}
}

// graves are the retired entries by what they keep from use.
type graves struct {
	ids   map[uint32]Retired
	names map[string]Retired
}

// retired finds IDs that were retired twice.
func (c *checker) retired() graves {
	g := graves{map[uint32]Retired{}, map[string]Retired{}}
	for _, r := range c.m.Retired {
		if first, again := claim(g.ids, r.ID, r); again {
			c.list.Errorf("MAN007", r.Pos, "the ID %d is already retired on line %d", r.ID, first.Pos.Line).
				Hintf("remove one of the two entries")
		}
		claim(g.names, r.Name, r)
	}
	return g
}

// alive finds methods that use a retired ID or name.
func (c *checker) alive(m *Method, g graves) {
	if r, ok := g.ids[m.ID]; ok && m.ID != 0 {
		c.list.Errorf("MAN012", m.IDPos, "the ID %d is retired: it was %s (line %d)", m.ID, cmp.Or(r.Name, "a method"), r.Pos.Line).
			Hint = c.freeID(m.ID)
	}
	if r, ok := g.names[m.Name]; ok && m.Name != "" {
		c.list.Errorf("MAN012", m.NamePos, "the name %s is retired: it was method %d (line %d)", m.Name, r.ID, r.Pos.Line).
			Hintf("choose another name, such as %sV2", m.Name)
	}
}

// inService finds IDs that no service has.
func (c *checker) inService(m *Method) {
	if m.ID == 0 || !c.section("services") || !c.complete("services") {
		return
	}
	if slices.ContainsFunc(c.m.Services, func(s Service) bool { return s.First == 0 }) {
		return // a faulty range may be the one
	}
	if _, ok := c.m.Service(m.ID); !ok {
		c.list.Errorf("MAN010", m.IDPos, "the ID %d of %s is in no service's range", m.ID, label(m)).
			Hint = "ranges are " + c.ranges()
	}
}

func (c *checker) ranges() string {
	out := make([]string, len(c.m.Services))
	for i, s := range c.m.Services {
		out[i] = fmt.Sprintf("%s %d-%d", s.Name, s.First, s.Last)
	}
	return cmp.Or(strings.Join(out, ", "), "not declared: add one to `services`")
}
