package replay_test

import (
	"fmt"

	"pgregory.net/rapid"
)

// dice draws schemas. They are small, and what is in them is used.
type dice struct{ *rapid.T }

func (d dice) n(most int) int            { return rapid.IntRange(0, most).Draw(d.T, "n") }
func (d dice) seed() int                 { return rapid.IntRange(0, 1<<20).Draw(d.T, "seed") }
func (d dice) of(words ...string) string { return rapid.SampledFrom(words).Draw(d.T, "word") }

// rarely is true once in n times, and false when a failure is made smaller.
func (d dice) rarely(n int) bool { return d.n(n-1) == n-1 }

// schema draws one side.
func (d dice) schema() *schema {
	s := &schema{BigintNumber: d.rarely(6)}
	for i := range d.n(2) {
		s.Enums = append(s.Enums, &enum{fmt.Sprint("app.e", i+1), []string{"red", "green", "deep blue"}[:1+d.n(2)]})
	}
	for i := range d.n(2) {
		s.Domains = append(s.Domains, d.domain(s, fmt.Sprint("app.d", i+1)))
	}
	for i := range d.n(2) {
		c := &composite{Name: fmt.Sprint("app.c", i+1)}
		for j := range 1 + d.n(2) {
			c.Fields = append(c.Fields, field{fmt.Sprint("f", j+1), d.fieldType(s)})
		}
		s.Composites = append(s.Composites, c)
	}
	if d.n(1) == 1 {
		s.Errors = []apiError{{2000, "bad", "SP001"}, {2001, "worse", "SP002"}}[:1+d.n(1)]
	}
	for i := range 1 + d.n(2) {
		s.Methods = append(s.Methods, d.method(s, i))
	}
	if d.rarely(4) {
		s.Methods = append(s.Methods, login(len(s.Methods)))
	}
	return s
}

const firstID = 1000

// login is a method that opens a session.
func login(n int) *method {
	return &method{
		ID: firstID + n, Name: "Login", Function: "login", Result: isRow, Volatility: "volatile", Access: "public", Session: "open",
		Columns: []column{{Name: "user_id", Type: "integer", NotNull: true}, {Name: "role", Type: "text", NotNull: true}},
	}
}

func (d dice) domain(s *schema, name string) *domain {
	out := &domain{Name: name, NotNull: d.rarely(4)}
	bases := keysOf(families)
	for _, other := range s.Domains {
		bases = append(bases, other.Name)
	}
	for _, e := range s.Enums {
		bases = append(bases, e.Name)
	}
	out.Base = d.of(bases...)
	out.Check = d.check(s, out.Base)
	return out
}

// check draws one that fits the base, or none.
func (d dice) check(s *schema, base string) string {
	fitting := []string{""}
	for _, name := range keysOf(checks) {
		if fits(s, name, base) {
			fitting = append(fitting, name)
		}
	}
	return d.of(fitting...)
}

func (d dice) method(s *schema, i int) *method {
	m := &method{
		ID: firstID + i, Name: fmt.Sprint("M", i), Function: fmt.Sprint("f", i),
		Result: d.of(results...), Rows: d.of("", "", "one", "optional"),
		Strict: d.rarely(5), Definer: d.rarely(5), Volatility: d.of("volatile", "stable"),
		Access: d.of("public", "public", "session", "[user]", "[admin, user]"), Deprecated: d.rarely(5), Seed: d.seed(),
	}
	if len(s.Errors) > 0 && d.n(1) == 1 {
		m.Raises = d.of("SP001", "SP002")
	}
	for j := range d.n(3) {
		m.Params = append(m.Params, d.param(s, m, string(rune('x'+j))))
	}
	for j := range 1 + d.n(2) {
		m.Columns = append(m.Columns, d.column(s, string(rune('u'+j))))
	}
	return m
}

func (d dice) param(s *schema, m *method, name string) param {
	p := param{Name: name, Type: d.argumentType(s), Optional: d.n(2) == 2, Default: d.seed(), NotNull: d.rarely(5), WholeElement: d.rarely(5)}
	if d.rarely(5) {
		p.Dims = 1 + d.n(1)
	}
	if m.Access != "public" && d.rarely(5) {
		p = param{Name: name, Type: "integer", Filled: true}
	}
	return p
}

func (d dice) column(s *schema, name string) column {
	c := column{Name: name, Type: d.argumentType(s), Seed: d.seed(), NotNull: d.rarely(3), WholeElement: d.rarely(5)}
	if d.rarely(5) {
		c.Dims = 1 + d.n(1)
	}
	return c
}

// argumentType draws a type for a param or a column.
func (d dice) argumentType(s *schema) string {
	t := d.elementType(s, plainLeaves)
	if d.rarely(5) {
		t += arraySuffix
	}
	return t
}

// fieldType draws one that may have a modifier.
func (d dice) fieldType(s *schema) string {
	all := make([]string, 0, len(leaves))
	for _, l := range leaves {
		all = append(all, l.name)
	}
	return d.elementType(s, all)
}

func (d dice) elementType(s *schema, leaves []string) string {
	own := s.typeNames()
	switch n := d.n(3); {
	case n >= 2 && len(own) > 0:
		return d.of(own...)
	case n == 1:
		return d.of(leaves...)
	}
	return d.of(commonLeaves...)
}
