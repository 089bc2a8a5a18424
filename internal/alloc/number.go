package alloc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/manifest"
)

// Taken are the IDs that a manifest elsewhere has given.
type Taken struct {
	Where string // a git ref
	IDs   []uint32
}

// number gives entries, sorted by service, the next IDs of their services.
func (p *planner) number(entries []Entry) error {
	var taken []uint32
	for _, t := range p.request.Taken {
		taken = append(taken, t.IDs...)
	}
	for i := range entries {
		e := &entries[i]
		id, ok := p.manifest.NextID(e.Service, taken...)
		if !ok {
			return p.full(e.Service, len(entries)-i)
		}
		e.ID = id
		taken = append(taken, id)
		if here, _ := p.manifest.NextID(e.Service); i == 0 || entries[i-1].Service != e.Service {
			e.Why = append(e.Why, p.leap(here, id)...)
		}
	}
	return nil
}

// leap says why the first new ID of a service is not the one that its manifest
// would give.
func (p *planner) leap(here, id uint32) []string {
	var where []string
	for _, t := range p.request.Taken {
		if slices.ContainsFunc(t.IDs, func(other uint32) bool { return here <= other && other < id }) {
			where = append(where, t.Where)
		}
	}
	if len(where) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("ID %d: those from %d are taken in %s", id, here, strings.Join(where, ", "))}
}

// full refuses to allocate beyond the range of a service.
func (p *planner) full(service string, missing int) error {
	i := slices.IndexFunc(p.manifest.Services, func(s manifest.Service) bool { return s.Name == service })
	s := p.manifest.Services[i]
	return fmt.Errorf("the service `%s` has no ID left for %s: its range is %d-%d, IDs are given in order and never again\n"+
		"hint: widen `ids` of `%s` in %s, or add a service with a range of its own and name it with --service",
		service, counted(missing, "function"), s.First, s.Last, service, p.plan.Path)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
