package contract

import (
	"maps"
	"slices"
	"strings"
)

// use is where a type occurs in the old contract, as far as clients see.
type use struct {
	dirs    direction
	methods []string
}

// uses returns for every type of the old contract who sends and reads it.
// Methods that are gone count: their removal is no reason to be silent.
func (c *comparer) uses() map[string]*use {
	all := map[string]*use{}
	for i := range c.old.Methods {
		m := &c.old.Methods[i]
		for j := range m.Params {
			if p := &m.Params[j]; p.onWire() {
				c.use(all, m.Name, p.Type, input)
			}
		}
		for _, column := range m.Columns {
			c.use(all, m.Name, column.Type, output)
		}
	}
	return all
}

func (c *comparer) use(all map[string]*use, method, typ string, dir direction) {
	reached := map[string]*Type{}
	c.oldTypes.reach(typ, reached)
	for name := range reached {
		u := all[name]
		if u == nil {
			u = &use{}
			all[name] = u
		}
		u.dirs |= dir
		if n := len(u.methods); n == 0 || u.methods[n-1] != method {
			u.methods = append(u.methods, method)
		}
	}
}

// types compares the types that both contracts have.
func (c *comparer) types() {
	uses := c.uses()
	for i := range c.old.Types {
		was := &c.old.Types[i]
		at := place{typ: was.Name, path: "types." + was.Name}
		u := uses[was.Name]
		if u == nil {
			u = &use{}
		}
		at.users = u.methods
		name, wasRenamed := c.renamed[was.Name]
		if wasRenamed {
			c.add("BRK062", at, facts{name: name, old: was.Name, new: name})
			continue
		}
		if is := c.newTypes[was.Name]; is != nil {
			c.definition(at, u.dirs, was, is)
		}
	}
}

// findRenamed finds types that are gone and live on under another name, with the
// same definition.
func (c *comparer) findRenamed() map[string]string {
	byShape := map[string][]string{}
	for name, t := range c.newTypes {
		if c.oldTypes[name] == nil && t.Kind.named() {
			key := definitionText(t)
			byShape[key] = append(byShape[key], name)
		}
	}
	renamed, taken := map[string]string{}, map[string]int{}
	for name, t := range c.oldTypes {
		if found := byShape[definitionText(t)]; c.newTypes[name] == nil && len(found) == 1 && t.Kind.named() {
			renamed[name] = found[0]
			taken[found[0]]++
		}
	}
	maps.DeleteFunc(renamed, func(_, to string) bool { return taken[to] > 1 })
	return renamed
}

// definitionText spells everything of t but its name.
func definitionText(t *Type) string {
	var b strings.Builder
	other := *t
	other.Name = ""
	other.sign(&b)
	b.WriteString(strings.Join(t.Checks, "\x00") + "\x00" + t.Declared)
	for _, f := range t.Fields {
		b.WriteString("\x00" + f.Declared)
	}
	return b.String()
}

// sameType reports whether two names, of arrays too, mean one type.
func (c *comparer) sameType(old, new string) bool {
	if old == new {
		return true
	}
	to, ok := c.renamed[element(old)]
	return ok && to+strings.TrimPrefix(old, element(old)) == new
}

// definition compares a type that kept its name.
func (c *comparer) definition(at place, dirs direction, was, is *Type) {
	before := len(c.changes)
	switch {
	case was.Kind != is.Kind:
		c.shape(at, dirs, was.Name, was.Name, is.Name)
	case is.Kind == kindDomain:
		c.limits(at, dirs, was.Name, []*Type{was}, []*Type{is})
		c.value(at.in("base"), dirs, was.Name, was.Base, is.Base)
		c.nullable(at, dirs, was.Name, c.nullness(was.NotNull, is.NotNull, "", ""))
	case is.Kind == kindRange || is.Kind == kindMultirange:
		c.value(at.in("base"), dirs, was.Name, was.Base, is.Base)
	default:
		c.parts(at, dirs, was, is)
	}
	if was.Kind != is.Kind && len(c.changes) == before {
		c.judge(dirs, "BRK061", "BRK061", at, facts{name: was.Name, old: string(was.Kind), new: string(is.Kind)})
	}
}

// parts compares labels and fields.
func (c *comparer) parts(at place, dirs direction, was, is *Type) {
	c.labels(at, dirs, was.Labels, is.Labels)
	c.fields(at, dirs, was.Fields, is.Fields)
}

func (c *comparer) labels(at place, dirs direction, old, new []string) {
	aligned := len(old) == len(new) // then what differs in one place was renamed
	were, are := setOf(old), setOf(new)
	for i, l := range old {
		if are[l] {
			continue
		}
		if aligned && !were[new[i]] {
			c.judge(dirs, "BRK064", "BRK064", at.in(l), facts{name: l, old: l, new: new[i]})
			continue
		}
		c.judge(dirs, "BRK063", "BRK063", at.in(l), facts{name: l, old: l})
	}
	for i, l := range new {
		if were[l] || aligned && !are[old[i]] {
			continue
		}
		c.judge(dirs, "BRK066", "BRK065", at.in(l), facts{name: l, new: l})
	}
	if a, b := common(old, new), common(new, old); !slices.Equal(a, b) {
		c.judge(dirs, "BRK067", "BRK067", at, facts{name: at.typ, old: strings.Join(a, ", "), new: strings.Join(b, ", ")})
	}
}

func setOf(all []string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, s := range all {
		set[s] = true
	}
	return set
}

// common returns those of all that other has too.
func common(all, other []string) []string {
	var out []string
	set := setOf(other)
	for _, s := range all {
		if set[s] {
			out = append(out, s)
		}
	}
	return out
}

func (c *comparer) fields(at place, dirs direction, old, new []Field) {
	pairs := match(fieldItems(old), fieldItems(new), c.sameType)
	for _, p := range pairs {
		switch {
		case p.old < 0:
			f, code := new[p.new], "BRK074"
			if f.NotNull {
				code = "BRK073"
			}
			c.judge(dirs, code, "BRK074", at.in(f.Name), facts{name: f.Name, new: f.Type})
		case p.new < 0:
			f := old[p.old]
			c.judge(dirs, "BRK071", "BRK071", at.in(f.Name), facts{name: f.Name, old: f.Type})
		default:
			c.field(at, dirs, old[p.old], new[p.new])
		}
	}
	if reordered(pairs) {
		c.judge(dirs, "BRK058", "BRK058", at, facts{old: names(fieldItems(old)), new: names(fieldItems(new))})
	}
}

func fieldItems(fields []Field) []item {
	items := make([]item, len(fields))
	for i, f := range fields {
		items[i] = item{name: f.Name, typ: f.Type}
	}
	return items
}

func (c *comparer) field(at place, dirs direction, was, is Field) {
	at = at.in(was.Name)
	if was.Name != is.Name {
		c.judge(dirs, "BRK072", "BRK072", at, facts{name: was.Name, old: was.Name, new: is.Name})
	}
	before := len(c.changes)
	c.value(at, dirs, is.Name, was.Type, is.Type)
	if Worst(c.changes[before:]) < Wire { // text that becomes varchar(3) is shorter, too
		c.modifier(at, dirs, is.Name, was.Declared, is.Declared)
	}
	c.nullable(at, dirs, is.Name, c.nullness(was.NotNull, is.NotNull, was.Type, is.Type))
}
