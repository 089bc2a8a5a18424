package replay_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// onType is a change of one of some types.
func onType[T any](of func(s *schema) []*T, f func(d dice, s *schema, t *T) string) change {
	return func(d dice, s *schema) string {
		all := of(s)
		if len(all) == 0 {
			return ""
		}
		return f(d, s, rapid.SampledFrom(all).Draw(d.T, "type"))
	}
}

func onEnum(f func(d dice, s *schema, e *enum) string) change {
	return onType(func(s *schema) []*enum { return s.Enums }, func(d dice, s *schema, e *enum) string {
		if said := f(d, s, e); said != "" {
			return e.Name + ": " + said
		}
		return ""
	})
}

func onDomain(f func(d dice, s *schema, t *domain) string) change {
	return onType(func(s *schema) []*domain { return s.Domains }, func(d dice, s *schema, t *domain) string {
		if said := f(d, s, t); said != "" {
			return t.Name + ": " + said
		}
		return ""
	})
}

func onComposite(f func(d dice, s *schema, c *composite) string) change {
	return onType(func(s *schema) []*composite { return s.Composites }, func(d dice, s *schema, c *composite) string {
		if said := f(d, s, c); said != "" {
			return c.Name + ": " + said
		}
		return ""
	})
}

var typeChanges = []change{
	func(d dice, s *schema) string {
		own := s.typeNames()
		if len(own) == 0 {
			return ""
		}
		old := d.of(own...)
		s.renameType(old, old+"_new")
		return "rename type " + old
	},
	onEnum(func(d dice, _ *schema, e *enum) string {
		e.Labels = slices.Insert(e.Labels, d.n(len(e.Labels)), "new")
		slices.Sort(e.Labels)
		e.Labels = slices.Compact(e.Labels)
		return "add label"
	}),
	onEnum(func(d dice, _ *schema, e *enum) string {
		if len(e.Labels) < 2 {
			return ""
		}
		i := d.n(len(e.Labels) - 1)
		e.Labels = slices.Delete(e.Labels, i, i+1)
		return "remove label"
	}),
	onEnum(func(d dice, _ *schema, e *enum) string {
		e.Labels[d.n(len(e.Labels)-1)] = "other"
		return "rename label"
	}),
	onEnum(func(_ dice, _ *schema, e *enum) string {
		if len(e.Labels) < 2 {
			return ""
		}
		slices.Reverse(e.Labels)
		return "reorder labels"
	}),
	onDomain(changeCheck), onDomain(changeCheck), onDomain(changeCheck), onDomain(changeCheck),
	onDomain(func(_ dice, _ *schema, t *domain) string {
		t.NotNull = !t.NotNull
		return fmt.Sprint("not null ", t.NotNull)
	}),
	onDomain(func(d dice, s *schema, t *domain) string {
		to := d.of(keysOf(families)...)
		if to == t.Base || t.Check != "" && s.family(to) != s.family(t.Base) || s.usedByDomain(t.Name) {
			return ""
		}
		was := t.Base
		t.Base = to
		return fmt.Sprintf("%s instead of %s", to, was)
	}),
	onComposite(func(d dice, s *schema, c *composite) string {
		f := field{fresh("n", c.has), d.leafOrEarlier(s, c)}
		c.Fields = slices.Insert(c.Fields, d.n(len(c.Fields)), f)
		return fmt.Sprintf("add field %s %s", f.Name, f.Type)
	}),
	onComposite(func(d dice, _ *schema, c *composite) string {
		if len(c.Fields) < 2 {
			return ""
		}
		i := d.n(len(c.Fields) - 1)
		name := c.Fields[i].Name
		c.Fields = slices.Delete(c.Fields, i, i+1)
		return "remove field " + name
	}),
	onComposite(func(d dice, _ *schema, c *composite) string {
		f := &c.Fields[d.n(len(c.Fields)-1)]
		was := f.Name
		f.Name = fresh("n", c.has)
		return "rename field " + was
	}),
	onComposite(retypeField), onComposite(retypeField),
	onComposite(func(d dice, _ *schema, c *composite) string {
		if len(c.Fields) < 2 {
			return ""
		}
		c.Fields = rapid.Permutation(c.Fields).Draw(d.T, "order")
		return "reorder fields"
	}),
}

func (c *composite) has(name string) bool {
	return slices.ContainsFunc(c.Fields, func(f field) bool { return f.Name == name })
}

func (s *schema) usedByDomain(name string) bool {
	return slices.ContainsFunc(s.Domains, func(d *domain) bool { return d.Base == name })
}

func changeCheck(d dice, s *schema, t *domain) string {
	was := t.Check
	t.Check = d.check(s, t.Base)
	if t.Check == was {
		return ""
	}
	return fmt.Sprintf("check %q instead of %q", t.Check, was)
}

func retypeField(d dice, s *schema, c *composite) string {
	f := &c.Fields[d.n(len(c.Fields)-1)]
	was := f.Type
	if f.Type = d.leafOrEarlier(s, c); d.n(1) == 1 {
		f.Type = d.of(near(was)...)
	}
	if f.Type == was {
		return ""
	}
	return fmt.Sprintf("field %s: %s instead of %s", f.Name, f.Type, was)
}

// leafOrEarlier draws a type that is made before c.
func (d dice) leafOrEarlier(s *schema, c *composite) string {
	earlier := *s
	earlier.Composites = s.Composites[:slices.Index(s.Composites, c)]
	return d.fieldType(&earlier)
}
