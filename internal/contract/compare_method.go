package contract

import "strings"

// methods compares what the IDs mean.
func (c *comparer) methods() {
	oldRetired := index(c.old.Retired, func(r *Retired) uint32 { return r.ID })
	newRetired := index(c.new.Retired, func(r *Retired) uint32 { return r.ID })
	for _, id := range either(c.oldMethods, c.newMethods) {
		was, is := c.oldMethods[id], c.newMethods[id]
		switch {
		case is == nil:
			c.removed(was, newRetired[id])
		case was == nil && oldRetired[id] != nil:
			c.add("BRK004", placeOf(is).at("id"), facts{old: oldRetired[id].Name, new: is.Name})
		case was == nil:
			c.add("BRK009", placeOf(is).at("method"), facts{name: is.Name, new: is.Function})
		case c.another(was, is):
			c.add("BRK005", placeOf(is).at("id"), facts{old: was.Name, new: is.Name})
			continue
		default:
			c.method(was, is)
		}
		c.takenName(was, is)
	}
	c.tombstones(oldRetired, newRetired)
}

func (c *comparer) removed(was *Method, tombstone *Retired) {
	code, after := "BRK001", ""
	switch {
	case tombstone != nil && was.Deprecated != "":
		code, after = "BRK003", "retired"
	case tombstone != nil:
		code, after = "BRK002", "retired"
	}
	c.add(code, placeOf(was).at("method"), facts{name: was.Name, old: was.Function, new: after})
}

// takenName finds clients by name that would call another method.
func (c *comparer) takenName(was, is *Method) {
	if is == nil || was != nil && was.Name == is.Name {
		return
	}
	if m := c.oldNames[is.Name]; m != nil && m.ID != is.ID {
		c.add("BRK010", placeOf(is).at("name"), facts{name: is.Name, old: decimal(m.ID), new: decimal(is.ID)})
	}
	for _, r := range c.old.Retired {
		if r.Name == is.Name && r.ID != is.ID {
			c.add("BRK010", placeOf(is).at("name"), facts{name: is.Name, old: decimal(r.ID), new: decimal(is.ID)})
		}
	}
}

// another reports whether an ID that both contracts have means another method
// now: its name and its function are others, and it takes or answers something
// else; or its name or function has gone to another ID.
func (c *comparer) another(was, is *Method) bool {
	if was.Name == is.Name {
		return false
	}
	for _, m := range []*Method{c.newNames[was.Name], c.newFunctions[was.Function]} {
		if m != nil && m.ID != is.ID {
			return true
		}
	}
	return routineName(was.Function) != routineName(is.Function) && c.breaks(was, is)
}

// breaks reports whether clients of was could not go on with is.
func (c *comparer) breaks(was, is *Method) bool {
	before := len(c.changes)
	c.params(was, is)
	c.result(was, is)
	found := false
	for _, change := range c.changes[before:] {
		found = found || change.Level == Wire
	}
	c.changes = c.changes[:before]
	return found
}

// method compares two methods that are the same one.
func (c *comparer) method(was, is *Method) {
	at := placeOf(is)
	if was.Name != is.Name {
		c.add("BRK007", at.at("name"), facts{old: was.Name, new: is.Name})
	}
	if was.Function != is.Function {
		c.add("BRK008", at.at("function"), facts{old: was.Function, new: is.Function})
	}
	c.params(was, is)
	c.result(was, is)
	c.access(at.at("access"), was.Access, is.Access)
	c.behaviour(at, was, is)
	c.words(at, was, is)
}

// words compares what only people read, and the errors of a method.
func (c *comparer) words(at place, was, is *Method) {
	if a, b := strings.Join(was.Errors, ", "), strings.Join(is.Errors, ", "); a != b {
		c.add("BRK095", at.at("errors"), facts{old: a, new: b})
	}
	if was.Doc != is.Doc {
		c.add("BRK096", at.at("doc"), facts{})
	}
	for _, note := range []struct{ name, old, new string }{
		{"deprecated", was.Deprecated, is.Deprecated}, {"since", was.Since, is.Since},
	} {
		if note.old != note.new {
			c.add("BRK097", at.at(note.name), facts{name: note.name, old: note.old, new: note.new})
		}
	}
}

func (c *comparer) tombstones(was, is map[uint32]*Retired) {
	for _, id := range either(was, is) {
		a, b := was[id], is[id]
		at := place{id: id, path: "retired." + decimal(id)}
		switch {
		case b == nil && c.newMethods[id] == nil:
			at.function = a.Function
			c.add("BRK006", at, facts{name: a.Name, old: a.Name})
		case a == nil && c.oldMethods[id] == nil:
			c.add("BRK011", at, facts{name: b.Name, new: b.Name})
		case a == nil || b == nil:
			// The method that was retired, or the ID that was used again, is a change already.
		case *a != *b:
			c.add("BRK011", at, facts{name: b.Name, old: a.Name + " " + a.Function, new: b.Name + " " + b.Function})
		}
	}
}
