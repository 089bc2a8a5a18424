package replay_test

import (
	"fmt"
	"strconv"
	"strings"
)

// frames draws calls of each method, for each of its variants: as those who may
// call it, with optional params and without.
func (s *schema) frames(d dice) []frame {
	seed := d.seed()
	opener := uint32(0)
	for _, m := range s.Methods {
		if m.Session == "open" {
			opener = uint32(m.ID)
		}
	}
	var all []frame
	for _, m := range s.Methods {
		for n := range 3 * variants {
			f := frame{method: uint32(m.ID), params: s.params(m, n%variants, mix(seed, m.ID, n)), role: pick(rolesOf[m.Access], n)}
			if m.Access == "session" && opener != 0 && n%2 == 1 {
				f.role, f.login = "", opener
			}
			if m.Session == "open" {
				f.params = "{}"
			}
			all = append(all, f)
		}
	}
	return all
}

// rolesOf are who calls methods of an access.
var rolesOf = map[string][]string{
	"public": {"", "", "user"}, "session": {"user", "admin", "guest"}, "[user]": {"user"}, "[admin]": {"admin"}, "[admin, user]": {"user", "admin"},
}

func (s *schema) params(m *method, turn, seed int) string {
	members := []string{`"turn": ` + strconv.Itoa(turn)}
	for i, p := range m.Params {
		own := mix(seed, i)
		if p.Filled || p.Optional && own%3 == 0 {
			continue
		}
		value := s.input(p.Type, mix(own, 1), arrays{p.Dims, p.WholeElement}, p.NotNull || m.Strict)
		members = append(members, fmt.Sprintf("%q: %s", p.Name, value))
	}
	return "{" + strings.Join(members, ", ") + "}"
}
