package docs

import (
	"slices"

	"github.com/spgen/spgen/internal/ir"
)

// raised is an error in the table of a method.
type raised struct {
	*errorView
	Found  string   // "declared", "inferred" or ""
	Causes []string // what of the database it stands for, where clients cannot tell
	Why    []string
}

// raises returns the errors of a method that are its own: why each is there, or
// only their names where nothing is known of that.
func (s *site) raises(m *ir.Method) []*raised {
	var rows []*raised
	for i := range m.Raises {
		r := &m.Raises[i]
		view := s.viewOf(r)
		if view == nil {
			continue
		}
		at := slices.IndexFunc(rows, func(row *raised) bool { return row.errorView == view })
		if at < 0 {
			at = len(rows)
			rows = append(rows, &raised{errorView: view, Found: "inferred"})
		}
		rows[at].add(r)
	}
	for _, e := range m.Errors {
		view := s.errorNamed(s.Errors, e.Name)
		if view != nil && !slices.ContainsFunc(rows, func(row *raised) bool { return row.errorView == view }) {
			rows = append(rows, &raised{errorView: view})
		}
	}
	return rows
}

// add takes in one way to the error.
func (row *raised) add(r *ir.Raise) {
	if r.Declared {
		row.Found = "declared"
	}
	if cause := causeWords(r); cause != "" && !slices.Contains(row.Causes, cause) {
		row.Causes = append(row.Causes, cause)
	}
	for _, why := range r.Why {
		if !slices.Contains(row.Why, why) {
			row.Why = append(row.Why, why)
		}
	}
}

// causeWords says what of the database an error of the protocol stands for.
func causeWords(r *ir.Raise) string {
	switch {
	case r.Error != nil:
		return ""
	case r.Cause != "" && r.SQLState != "":
		return r.Cause + " (SQLSTATE " + r.SQLState + ")"
	case r.SQLState != "":
		return "SQLSTATE " + r.SQLState
	}
	return r.Cause
}

func (s *site) viewOf(r *ir.Raise) *errorView {
	if r.Error != nil {
		return s.errorNamed(s.Errors, r.Error.Name)
	}
	return s.errorNamed(s.Protocol, r.Protocol)
}

func (*site) errorNamed(list []*errorView, name string) *errorView {
	if i := slices.IndexFunc(list, func(e *errorView) bool { return e.Name == name }); i >= 0 {
		return list[i]
	}
	return nil
}

// fault is an error in the list of all.
type fault struct {
	*errorView
	Uses uses
}

// faults returns the errors of the API and those of the protocol, each with the
// methods that list it as their own.
func (s *site) faults(parts []*part) (own, protocol []fault) {
	users := map[*errorView][]use{}
	for _, p := range parts {
		for _, a := range p.Articles {
			for _, r := range a.Raises {
				users[r.errorView] = append(users[r.errorView], use{a.Name, a.Anchor})
			}
		}
	}
	for _, e := range s.Errors {
		own = append(own, fault{e, uses{"Answered by", users[e]}})
	}
	for _, e := range s.Protocol {
		protocol = append(protocol, fault{e, uses{"Known to be answered by", users[e]}})
	}
	return own, protocol
}
