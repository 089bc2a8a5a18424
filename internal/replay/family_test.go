package replay_test

import (
	"maps"
	"slices"
	"strings"
)

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// family is what the base of a domain may be compared with.
func (s *schema) family(typ string) string {
	if d := s.domain(typ); d != nil {
		return s.family(d.Base)
	}
	return families[typ]
}

// fits reports whether a check can be one of a domain over base, and leaves some
// value to all that use it.
func fits(s *schema, check, base string) bool {
	family, _, _ := strings.Cut(check, ":")
	return s.family(base) == family && s.holdsSome(&domain{Base: base, Check: check})
}

func (s *schema) holdsSome(d *domain) bool {
	if s.family(d.Base) == "" {
		return true
	}
	for base := s.domain(d.Base); base != nil; base = s.domain(base.Base) {
		if !s.holdsSome(base) {
			return false
		}
	}
	return slices.ContainsFunc(s.scalars(d.Base), d.holds)
}

// sound reports whether every domain has a value.
func (s *schema) sound() bool {
	return !slices.ContainsFunc(s.Domains, func(d *domain) bool { return !s.holdsSome(d) })
}
