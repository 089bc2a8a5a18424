package contract

import (
	"cmp"
	"slices"
)

// params compares what clients send.
func (c *comparer) params(was, is *Method) {
	at := placeOf(is).at("params")
	strict := c.strict(placeOf(is).at("strict"), was, is)
	pairs := match(paramItems(was.Params), paramItems(is.Params), c.sameType)
	for _, p := range pairs {
		switch {
		case p.old < 0:
			c.newParam(at, &is.Params[p.new])
		case p.new < 0:
			c.oldParam(at, &was.Params[p.old])
		default:
			c.param(at, &was.Params[p.old], &is.Params[p.new], p.alias, strict)
		}
	}
	if reordered(pairs) {
		c.add("BRK028", at, facts{old: names(paramItems(was.Params)), new: names(paramItems(is.Params))})
	}
}

func paramItems(params []Param) []item {
	items := make([]item, len(params))
	for i, p := range params {
		items[i] = item{p.Name, p.Type, p.Aliases}
	}
	return items
}

func names(items []item) string {
	s := ""
	for i, it := range items {
		if i > 0 {
			s += ", "
		}
		s += it.name
	}
	return s
}

// strict compares STRICT, which makes every param refuse null, and reports
// whether it changed.
func (c *comparer) strict(at place, was, is *Method) bool {
	if was.Strict == is.Strict {
		return false
	}
	code, f := "BRK030", facts{name: "strict", new: "removed"}
	if is.Strict {
		f.new = "added"
		for i := range was.Params {
			old := &was.Params[i]
			kept := slices.ContainsFunc(is.Params, func(p Param) bool { return p.Name == old.Name && p.NotNull && p.onWire() })
			if old.onWire() && !old.NotNull && kept {
				code = "BRK029"
			}
		}
	}
	c.add(code, at, f)
	return true
}

func (c *comparer) newParam(at place, p *Param) {
	f := facts{name: p.Name, new: p.Type, argument: p.argument()}
	switch at := at.in(p.Name); {
	case !p.onWire():
		c.add("BRK040", at, f)
	case p.Default != "":
		f.new = p.Default
		c.add("BRK024", at, f)
	default:
		c.add("BRK023", at, f)
	}
}

func (c *comparer) oldParam(at place, p *Param) {
	code := "BRK020"
	if !p.onWire() {
		code = "BRK040"
	}
	c.add(code, at.in(p.Name), facts{name: p.Name, old: p.Type, argument: p.argument()})
}

func (c *comparer) param(at place, was, is *Param, alias, strict bool) {
	at = at.in(is.Name)
	f := facts{name: is.Name, argument: is.argument()}
	visible := was.onWire() && is.onWire()
	if was.Name != is.Name && visible {
		code := "BRK021"
		if alias {
			code = "BRK022"
		}
		c.add(code, at, f.with(was.Name, is.Name))
	}
	c.fill(at, f, was, is)
	c.hidden(at, f, was, is, visible)
	c.predecessor(at, is.Name, was.Added, is.Added)
	if !visible {
		return
	}
	c.aliases(at, f, was, is)
	c.value(at, input, is.Name, was.Type, is.Type)
	c.elements(at, input, is.Name, was.Elements, is.Elements)
	c.defaults(at, f, was, is)
	if !strict {
		c.nullable(at, input, is.Name, c.nullness(was.NotNull, is.NotNull, was.Type, is.Type))
	}
}

// with returns f with other sides.
func (f facts) with(old, new string) facts {
	f.old, f.new = old, new
	return f
}

func (c *comparer) fill(at place, f facts, was, is *Param) {
	f = f.with(was.Fill, is.Fill)
	switch {
	case was.Fill == is.Fill:
	case was.Fill == "":
		c.add("BRK036", at, f)
	case is.Fill == "" && is.Default == "":
		c.add("BRK037", at, f)
	case is.Fill == "":
		c.add("BRK038", at, f)
	default:
		c.add("BRK039", at, f)
	}
}

// hidden compares what clients never see: names in the database, VARIADIC, and
// everything about arguments that the server fills.
func (c *comparer) hidden(at place, f facts, was, is *Param, visible bool) {
	sides := []struct {
		old, new string
		seen     bool // by clients, and compared elsewhere
	}{
		{was.argument(), is.argument(), visible && was.Name != is.Name},
		{variadic(was), variadic(is), false},
		{was.Type, is.Type, visible},
		{was.Elements.String(), is.Elements.String(), visible},
		{was.Default, is.Default, visible},
		{null(was.NotNull), null(is.NotNull), visible},
	}
	for _, s := range sides {
		if s.old != s.new && !s.seen {
			c.add("BRK040", at, f.with(s.old, s.new))
		}
	}
}

func variadic(p *Param) string {
	if p.Variadic {
		return "variadic"
	}
	return ""
}

func null(notNull bool) string {
	if notNull {
		return "not null"
	}
	return "null"
}

func (c *comparer) aliases(at place, f facts, was, is *Param) {
	for _, a := range was.Aliases {
		if a != is.Name && !slices.Contains(is.Aliases, a) {
			c.add("BRK041", at, f.with(a, ""))
		}
	}
	for _, a := range is.Aliases {
		if a != was.Name && !slices.Contains(was.Aliases, a) {
			c.add("BRK042", at, f.with("", a))
		}
	}
}

func (c *comparer) defaults(at place, f facts, was, is *Param) {
	f = f.with(was.Default, is.Default)
	switch {
	case was.Default == is.Default:
	case is.Default == "":
		c.add("BRK025", at, f)
	case was.Default == "":
		c.add("BRK026", at, f)
	default:
		c.add("BRK027", at, f)
	}
}

// nullness is a change of what may be null.
type nullness int

const (
	nullSame nullness = iota
	nullLost          // null is excluded now
	nullGained
)

// nullness compares NOT NULL. What a domain of the same name brings about is a
// change of that domain.
func (c *comparer) nullness(was, is bool, oldType, newType string) nullness {
	byType := c.sameType(oldType, newType) && c.oldTypes.notNull(oldType) == was && c.newTypes.notNull(newType) == is
	switch {
	case was == is || byType:
		return nullSame
	case is:
		return nullLost
	}
	return nullGained
}

func (c *comparer) nullable(at place, dirs direction, name string, n nullness) {
	codes := [...][2]string{nullLost: {"BRK031", "BRK057"}, nullGained: {"BRK032", "BRK056"}}[n]
	if n != nullSame {
		c.judge(dirs, codes[0], codes[1], at, facts{name: cmp.Or(name, at.typ), old: null(n == nullGained), new: null(n == nullLost)})
	}
}
