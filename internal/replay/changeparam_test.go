package replay_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// onParam is a change of some param.
func onParam(f func(d dice, s *schema, m *method, p *param) string) change {
	return onMethod(func(d dice, s *schema, m *method) string {
		if len(m.Params) == 0 {
			return ""
		}
		p := &m.Params[d.n(len(m.Params)-1)]
		name := p.Name
		if said := f(d, s, m, p); said != "" {
			return "param " + name + ": " + said
		}
		return ""
	})
}

// newName is a name that m has not.
func (m *method) newName(prefix string) string {
	return fresh(prefix, func(name string) bool {
		return slices.ContainsFunc(m.Params, func(p param) bool { return p.Name == name }) ||
			slices.ContainsFunc(m.Columns, func(c column) bool { return c.Name == name })
	})
}

var paramChanges = []change{
	onMethod(func(d dice, s *schema, m *method) string {
		p := d.param(s, m, m.newName("n"))
		m.Params = slices.Insert(m.Params, d.n(len(m.Params)), p)
		return fmt.Sprintf("add param %s %s, optional %v", p.Name, p.Type, p.Optional)
	}),
	onParam(func(_ dice, _ *schema, m *method, p *param) string {
		name := p.Name
		m.Params = slices.DeleteFunc(m.Params, func(o param) bool { return o.Name == name })
		return "remove"
	}),
	onParam(func(_ dice, _ *schema, m *method, p *param) string {
		p.Name = m.newName("n")
		return "rename to " + p.Name
	}),
	onParam(retypeParam), onParam(retypeParam), onParam(retypeParam),
	onParam(func(_ dice, _ *schema, _ *method, p *param) string {
		if p.Filled {
			return ""
		}
		p.Optional = !p.Optional
		return fmt.Sprint("optional ", p.Optional)
	}),
	onParam(func(d dice, _ *schema, _ *method, p *param) string { p.Default = d.seed(); return "another default" }),
	onParam(func(_ dice, _ *schema, _ *method, p *param) string {
		p.NotNull = !p.NotNull
		return fmt.Sprint("not null ", p.NotNull)
	}),
	onParam(func(_ dice, _ *schema, m *method, p *param) string {
		if m.Access == "public" || p.Type != "integer" {
			return ""
		}
		p.Filled = !p.Filled
		return fmt.Sprint("filled ", p.Filled)
	}),
	onParam(func(d dice, _ *schema, _ *method, p *param) string {
		if !strings.HasSuffix(p.Type, arraySuffix) {
			return ""
		}
		was := p.Dims
		p.Dims = d.n(2)
		return fmt.Sprintf("dims %d instead of %d", p.Dims, was)
	}),
	onParam(func(_ dice, _ *schema, _ *method, p *param) string {
		if !strings.HasSuffix(p.Type, arraySuffix) {
			return ""
		}
		p.WholeElement = !p.WholeElement
		return fmt.Sprint("whole elements ", p.WholeElement)
	}),
	onMethod(func(d dice, _ *schema, m *method) string {
		if len(m.Params) < 2 {
			return ""
		}
		m.Params = rapid.Permutation(m.Params).Draw(d.T, "order")
		return "reorder params"
	}),
}

func retypeParam(d dice, s *schema, _ *method, p *param) string {
	to := d.otherType(s, p.Type)
	if p.Filled || to == p.Type {
		return ""
	}
	was := p.Type
	p.Type = to
	return fmt.Sprintf("%s instead of %s", to, was)
}

// otherType draws a type to change another one to: often one that is close.
func (d dice) otherType(s *schema, typ string) string {
	elem := strings.TrimSuffix(typ, arraySuffix)
	if dom := s.domain(elem); dom != nil && d.n(1) == 1 && !strings.HasSuffix(dom.Base, ")") {
		return dom.Base + strings.TrimPrefix(typ, elem)
	}
	switch d.n(5) {
	case 0:
		return typ + arraySuffix[:2*(1-strings.Count(typ, arraySuffix))]
	case 1:
		return elem
	case 2:
		return d.argumentType(s)
	}
	return d.of(near(elem)...) + strings.TrimPrefix(typ, elem)
}

// groups are types whose JSON is alike.
var groups = [][]string{
	{"smallint", "integer", "bigint", "oid", "real", "double precision", "numeric"},
	{"text", "character varying", "character", "name", "uuid", "bytea", "inet", "cidr", "macaddr", "bit varying", "point"},
	{"date", "timestamp without time zone", "timestamp with time zone", "text", "interval", "time without time zone", "time with time zone"},
	{"json", "jsonb", "text", "int4range", "boolean"},
	{"int4range", "int8range", "int4multirange"},
}

func near(typ string) []string {
	for _, g := range groups {
		if slices.Contains(g, typ) {
			return g
		}
	}
	return []string{"text", "jsonb"}
}

// onColumn is a change of some column that counts.
func onColumn(f func(d dice, s *schema, m *method, c *column) string) change {
	return onMethod(func(d dice, s *schema, m *method) string {
		n := min(len(m.columns()), len(m.Columns))
		if n == 0 {
			return ""
		}
		c := &m.Columns[d.n(n-1)]
		name := c.Name
		if said := f(d, s, m, c); said != "" {
			return "column " + name + ": " + said
		}
		return ""
	})
}

var columnChanges = []change{
	onMethod(func(d dice, s *schema, m *method) string {
		c := d.column(s, m.newName("n"))
		m.Columns = slices.Insert(m.Columns, d.n(len(m.Columns)), c)
		return fmt.Sprintf("add column %s %s", c.Name, c.Type)
	}),
	onColumn(func(_ dice, _ *schema, m *method, c *column) string {
		if len(m.Columns) == 1 {
			return ""
		}
		name := c.Name
		m.Columns = slices.DeleteFunc(m.Columns, func(o column) bool { return o.Name == name })
		return "remove"
	}),
	onColumn(func(_ dice, _ *schema, m *method, c *column) string {
		c.Name = m.newName("n")
		return "rename to " + c.Name
	}),
	onColumn(retypeColumn), onColumn(retypeColumn), onColumn(retypeColumn),
	onColumn(nullColumn), onColumn(nullColumn),
	onColumn(func(d dice, _ *schema, _ *method, c *column) string {
		if !strings.HasSuffix(c.Type, arraySuffix) {
			return ""
		}
		was := c.Dims
		c.Dims = d.n(2)
		return fmt.Sprintf("dims %d instead of %d", c.Dims, was)
	}),
	onColumn(func(_ dice, _ *schema, _ *method, c *column) string {
		if !strings.HasSuffix(c.Type, arraySuffix) {
			return ""
		}
		c.WholeElement = !c.WholeElement
		return fmt.Sprint("whole elements ", c.WholeElement)
	}),
	onMethod(func(d dice, _ *schema, m *method) string {
		if len(m.Columns) < 2 {
			return ""
		}
		m.Columns = rapid.Permutation(m.Columns).Draw(d.T, "order")
		return "reorder columns"
	}),
}

func retypeColumn(d dice, s *schema, _ *method, c *column) string {
	to := d.otherType(s, c.Type)
	if to == c.Type {
		return ""
	}
	was := c.Type
	c.Type = to
	return fmt.Sprintf("%s instead of %s", to, was)
}

func nullColumn(_ dice, _ *schema, _ *method, c *column) string {
	c.NotNull = !c.NotNull
	return fmt.Sprint("not null ", c.NotNull)
}
