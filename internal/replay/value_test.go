package replay_test

import (
	"slices"
	"strconv"
	"strings"
)

// mix makes a number from others that tells little of them.
func mix(parts ...int) int {
	h := uint64(1469598103934665603)
	for _, p := range parts {
		h = (h ^ uint64(p)) * 1099511628211
		h ^= h >> 29
	}
	return int(h >> 33)
}

func pick[T any](all []T, seed int) T { return all[seed%len(all)] }

const arraySuffix = "[]"

// nullable reports whether NULL is a value of the type.
func (s *schema) nullable(typ string) bool {
	d := s.domain(typ)
	return d == nil || !d.NotNull && s.nullable(d.Base)
}

// text returns the text of a scalar that all domains around it let pass.
func (s *schema) text(typ string, seed int) string {
	all := s.scalars(typ)
	return pick(all, seed)
}

// scalars are the texts of a leaf, enum or domain.
func (s *schema) scalars(typ string) []string {
	if e := s.enum(typ); e != nil {
		return e.Labels
	}
	if d := s.domain(typ); d != nil {
		all := slices.DeleteFunc(slices.Clone(s.scalars(d.Base)), func(text string) bool { return !d.holds(text) })
		if len(all) == 0 {
			panic("no value for " + typ)
		}
		return all
	}
	return leafOf[typ].out
}

func (d *domain) holds(text string) bool { return d.Check == "" || checks[d.Check].holds(text) }

// sample is an SQL expression of the type: one that a function may answer.
func (s *schema) sample(typ string, seed int, shape arrays, notNull bool) string {
	if !notNull && s.nullable(typ) && seed%4 == 3 {
		return "null::" + typ
	}
	seed /= 4
	if elem, ok := strings.CutSuffix(typ, arraySuffix); ok {
		return s.arraySample(elem, seed, shape)
	}
	c := s.composite(typ)
	if c == nil {
		return literal(s.text(typ, seed)) + "::" + typ
	}
	parts := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		parts[i] = s.sample(f.Type, mix(seed, i), arrays{}, false)
	}
	return "row(" + strings.Join(parts, ", ") + ")::" + typ
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// arrays is what tags say of an array.
type arrays struct {
	dims  int
	whole bool
}

func (s *schema) arraySample(elem string, seed int, shape arrays) string {
	var parts []string
	for i := range seed % 3 {
		parts = append(parts, s.sample(elem, mix(seed, i), arrays{}, shape.whole))
	}
	list := "array[" + strings.Join(parts, ", ") + "]"
	if twoDims(shape.dims, seed) && len(parts) > 0 {
		list = "array[" + list + "]"
	}
	return list + "::" + elem + arraySuffix
}

func twoDims(dims, seed int) bool { return dims == 2 || dims == 0 && seed%5 == 4 }

// nullIn is that one input of so many is null, if it may be.
const nullIn = 5

// input is the JSON of a value that a client may send.
func (s *schema) input(typ string, seed int, shape arrays, notNull bool) string {
	if !notNull && s.nullable(typ) && seed%nullIn == nullIn-1 {
		return "null"
	}
	seed /= nullIn
	if elem, ok := strings.CutSuffix(typ, arraySuffix); ok {
		return s.arrayInput(elem, seed, shape)
	}
	if e := s.enum(typ); e != nil {
		return strconv.Quote(pick(e.Labels, seed))
	}
	if d := s.domain(typ); d != nil {
		return s.domainInput(d, seed)
	}
	if c := s.composite(typ); c != nil {
		return s.objectInput(c, seed)
	}
	return pick(leafOf[typ].in, seed)
}

// domainInput tries to send what the domain lets pass.
func (s *schema) domainInput(d *domain, seed int) string {
	in := ""
	for try := range 20 {
		in = s.input(d.Base, (seed+try)*nullIn, arrays{}, d.NotNull)
		if in == "null" || d.holds(strings.Trim(in, `"`)) {
			break
		}
	}
	return in
}

func (s *schema) objectInput(c *composite, seed int) string {
	var members []string
	for i, f := range c.Fields {
		if mix(seed, i, 1)%3 == 0 && s.nullable(f.Type) {
			continue
		}
		members = append(members, strconv.Quote(f.Name)+": "+s.input(f.Type, mix(seed, i), arrays{}, false))
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func (s *schema) arrayInput(elem string, seed int, shape arrays) string {
	var parts []string
	for i := range seed % 3 {
		parts = append(parts, s.input(elem, mix(seed, i), arrays{}, shape.whole))
	}
	list := "[" + strings.Join(parts, ", ") + "]"
	if twoDims(shape.dims, seed) && len(parts) > 0 {
		list = "[" + list + "]"
	}
	return list
}
