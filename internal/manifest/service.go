package manifest

import "slices"

// contains reports whether id is one of the service's.
func (s Service) contains(id uint32) bool { return s.First != 0 && s.First <= id && id <= s.Last }

// Service returns the service that id belongs to.
func (m *Manifest) Service(id uint32) (Service, bool) {
	i := slices.IndexFunc(m.Services, func(s Service) bool { return s.contains(id) })
	if i < 0 {
		return Service{}, false
	}
	return m.Services[i], true
}

// NextID returns the ID for a new method of the named service: one more than
// the largest that any method has or had, or that is taken. It never fills a
// gap, since a gap may be an ID of another branch. It reports false when there
// is no such service or no ID is left.
func (m *Manifest) NextID(service string, taken ...uint32) (uint32, bool) {
	i := slices.IndexFunc(m.Services, func(s Service) bool { return s.Name == service })
	if i < 0 || m.Services[i].First == 0 {
		return 0, false
	}
	s := m.Services[i]
	next := s.First
	if highest := m.highest(s, taken...); highest != 0 {
		next = highest + 1
	}
	if next > s.Last {
		return 0, false
	}
	return next, true
}

// highest returns the largest ID of s that any method has or had, or that is
// taken; 0 when there is none.
func (m *Manifest) highest(s Service, taken ...uint32) uint32 {
	highest := uint32(0)
	note := func(id uint32) {
		if s.contains(id) {
			highest = max(highest, id)
		}
	}
	for _, method := range m.Methods {
		note(method.ID)
	}
	for _, r := range m.Retired {
		note(r.ID)
	}
	for _, id := range taken {
		note(id)
	}
	return highest
}
