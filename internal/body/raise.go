package body

import (
	"strings"

	"github.com/spgen/spgen/internal/sqltoken"
)

func (r *reader) raise(b region, i int, x Raise) {
	x.Place = r.place(b, i)
	r.Raises = append(r.Raises, x)
}

// quiet are the levels of RAISE that are no errors.
var quiet = []string{"debug", "log", "info", "notice", "warning"}

// raises reads RAISE.
func (r *reader) raises(b region, i int) int {
	end := b.find(i, ";")
	s := region{b.source, i + 1, end}
	r.expression(s, nil)
	switch {
	case s.empty(): // again what was caught
		return end + 1
	case s.isOne(s.lo, quiet...) && !s.is(s.lo+1, "="):
		return end + 1
	case s.is(s.lo, "exception"):
		s.lo++
	}
	x := Raise{What: ByRaise, State: "P0001"}
	switch t := s.at(s.lo); {
	case t.Kind == sqltoken.String:
		x.Message = strings.ReplaceAll(t.Text, "%%", "%")
	case s.is(s.lo, "sqlstate"):
		x.State = s.at(s.lo + 1).Text
		s.lo += 2
	case !s.is(s.lo, "using") && t.IsName():
		if states := conditions[t.Text]; len(states) > 0 {
			x.State, x.Message = states[0], t.Text
		}
		s.lo++
	}
	if using := s.find(s.lo, "using"); using < s.hi {
		r.options(s.from(using+1), &x)
	}
	r.raise(b, i, x)
	return end + 1
}

// options reads what follows USING for x.
func (r *reader) options(s region, x *Raise) {
	for _, option := range s.split(",") {
		value := option.from(option.lo + 2)
		t := value.at(value.lo)
		plain := value.hi-value.lo == 1 && t.Kind == sqltoken.String
		switch name := option.at(option.lo).Plain(); {
		case name == "errcode" && plain:
			x.State = t.Text
			if states := conditions[t.Text]; len(states) > 0 {
				x.State = states[0]
			}
		case name == "errcode":
			x.State = ""
			if !option.is(value.lo, "sqlstate") {
				r.note(option, option.lo, "raises an error whose SQLSTATE is computed")
			}
		case name == "message" && plain:
			x.Message = t.Text
		case name == "message":
			x.Message = ""
		case name == "constraint" && plain:
			x.Constraint = t.Text
		}
	}
}

// assert reads ASSERT.
func (r *reader) assert(b region, i int) int {
	r.raise(b, i, Raise{What: "assert", State: "P0004", Message: "assertion failed"})
	return r.rest(b, i)
}
