package replay_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// change changes a schema in one way and says how; "" where it cannot.
type change func(d dice, s *schema) string

// changes are all ways by what they are about, as often as they are drawn.
var changes = [][]change{methodChanges, paramChanges, paramChanges, columnChanges, columnChanges, typeChanges, typeChanges, apiChanges}

// tries is how often a change that cannot be made is drawn again.
const tries = 40

// change makes one random change and says which.
func (d dice) change(s *schema) string {
	for range tries {
		next := s.clone()
		family := changes[d.n(len(changes)-1)]
		said := family[d.n(len(family)-1)](d, next)
		if said != "" && next.sound() {
			*s = *next
			return said
		}
	}
	return ""
}

// target draws a method that may be changed: any but the login.
func (d dice) target(s *schema) *method {
	var all []*method
	for _, m := range s.Methods {
		if m.Session == "" && m.Name != "Login" {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return rapid.SampledFrom(all).Draw(d.T, "method")
}

// onMethod is a change of some method.
func onMethod(f func(d dice, s *schema, m *method) string) change {
	return func(d dice, s *schema) string {
		m := d.target(s)
		if m == nil {
			return ""
		}
		if said := f(d, s, m); said != "" {
			return m.Name + ": " + said
		}
		return ""
	}
}

var volatilityAfter = map[string]string{"volatile": "stable", "stable": "volatile"}

var methodChanges = []change{
	onMethod(func(_ dice, _ *schema, m *method) string { m.Name += "New"; return "rename the method" }),
	onMethod(func(_ dice, _ *schema, m *method) string { m.Function += "_new"; return "rename the function" }),
	onMethod(func(d dice, s *schema, m *method) string {
		s.Methods = slices.DeleteFunc(s.Methods, func(o *method) bool { return o == m })
		if d.rarely(3) {
			return "remove the method"
		}
		s.Retired = append(s.Retired, *m)
		return "retire the method"
	}),
	func(d dice, s *schema) string {
		m := d.method(s, s.freeID()-firstID)
		s.Methods = append(s.Methods, m)
		return "add " + m.Name
	},
	func(d dice, s *schema) string {
		a, b := d.target(s), d.target(s)
		if a == nil || a == b {
			return ""
		}
		a.ID, b.ID = b.ID, a.ID
		slices.SortFunc(s.Methods, func(x, y *method) int { return x.ID - y.ID })
		return fmt.Sprintf("swap the IDs of %s and %s", a.Name, b.Name)
	},
	func(d dice, s *schema) string {
		a, b := d.target(s), d.target(s)
		if a == nil || a == b {
			return ""
		}
		a.Name, b.Name, a.ID, b.ID = b.Name, a.Name, b.ID, a.ID
		slices.SortFunc(s.Methods, func(x, y *method) int { return x.ID - y.ID })
		return fmt.Sprintf("swap the functions of %s and %s", a.Name, b.Name)
	},
	onMethod(func(_ dice, _ *schema, m *method) string {
		m.Volatility = volatilityAfter[m.Volatility]
		return m.Volatility
	}),
	onMethod(func(_ dice, _ *schema, m *method) string {
		m.Definer = !m.Definer
		return fmt.Sprint("definer ", m.Definer)
	}),
	onMethod(func(_ dice, _ *schema, m *method) string {
		m.Strict = !m.Strict
		return fmt.Sprint("strict ", m.Strict)
	}),
	onMethod(func(_ dice, _ *schema, m *method) string {
		m.Deprecated = !m.Deprecated
		return fmt.Sprint("deprecated ", m.Deprecated)
	}),
	onMethod(func(d dice, _ *schema, m *method) string {
		to := d.of("public", "session", "[user]", "[admin]", "[admin, user]")
		if to == m.Access || to == "public" && slices.ContainsFunc(m.Params, func(p param) bool { return p.Filled }) {
			return ""
		}
		m.Access = to
		return "access " + to
	}),
	onMethod(func(d dice, _ *schema, m *method) string {
		to := d.of(results...)
		if to == m.Result {
			return ""
		}
		m.Result = to
		return "answer " + to
	}),
	onMethod(func(d dice, _ *schema, m *method) string {
		to := d.of("", "one", "optional")
		if to == m.Rows || !m.isSet() {
			return ""
		}
		m.Rows = to
		return "rows " + to
	}),
	onMethod(func(_ dice, _ *schema, m *method) string {
		if m.Raises == "" {
			return "" // no contract shows that a body fails where it did not
		}
		m.Raises = map[string]string{"SP001": "SP002", "SP002": ""}[m.Raises]
		return "raise " + m.Raises
	}),
}

// freeID is an ID above all that are taken.
func (s *schema) freeID() int {
	id := firstID
	for _, m := range s.Methods {
		id = max(id, m.ID+1)
	}
	for _, m := range s.Retired {
		id = max(id, m.ID+1)
	}
	return id
}

// apiChanges are about all methods at once.
var apiChanges = []change{
	func(_ dice, s *schema) string {
		s.BigintNumber = !s.BigintNumber
		return fmt.Sprint("bigint number ", s.BigintNumber)
	},
	func(_ dice, s *schema) string {
		i := slices.IndexFunc(s.Methods, func(m *method) bool { return m.Session != "" })
		if i < 0 {
			return ""
		}
		s.Methods[i].Session = ""
		return "login opens no session"
	},
	func(d dice, s *schema) string {
		if len(s.Errors) == 0 {
			return ""
		}
		s.Errors = s.Errors[:len(s.Errors)-1]
		return "remove an error"
	},
	func(d dice, s *schema) string {
		if len(s.Errors) == 0 {
			return ""
		}
		s.Errors[0].Name += "_new"
		return "rename an error"
	},
	func(d dice, s *schema) string {
		if len(s.Errors) == 0 {
			return ""
		}
		s.Errors[0].Code += 10
		return "another code for an error"
	},
	func(d dice, s *schema) string {
		if len(s.Errors) == 0 {
			return ""
		}
		s.Errors[0].State = "SP003"
		return "another SQLSTATE for an error"
	},
}
