package docs

import (
	"fmt"
	"time"

	"github.com/spgen/spgen/internal/ir"
)

// fill makes the view of m, whose name and anchors v has already.
func (s *site) fill(v *method, m *ir.Method) (err error) {
	v.Identity, v.Deprecated, v.Since, v.ReadOnly = m.Identity, m.Deprecated, m.Since, m.ReadOnly
	v.Access, v.Shape = m.Access.String(), shapeWords[m.Shape]
	v.Badges, v.Facts = pieceOf(s, "badges", badges(m)), pieceOf(s, "facts", facts(m, s.model.Session))
	v.FactList, v.model = facts(m, s.model.Session), m
	v.Summary = s.prose(first(m.Doc.Summary, m.Doc.Text)).Text()
	if v.Doc, err = s.doc(first(m.Doc.Text, m.Doc.Summary)); err != nil {
		return err
	}
	if v.Params, v.Filled, err = s.params(m.Params, m.Strict); err != nil {
		return err
	}
	if v.Columns, err = s.columns(m.Columns); err != nil {
		return err
	}
	if v.Request, v.Answer, err = exampleFrames(m); err != nil {
		return err
	}
	s.errorsOf(v, m)
	return nil
}

func badges(m *ir.Method) []badge {
	access := "session"
	if m.Access.Public {
		access = "public"
	}
	list := []badge{{access, accessBadge(m.Access)}}
	if m.ReadOnly {
		list = append(list, badge{"reads", "read-only"})
	} else {
		list = append(list, badge{"writes", "writes"})
	}
	if text := sessionBadges[m.Session]; text != "" {
		list = append(list, badge{"session", text})
	}
	if m.Deprecated != "" {
		list = append(list, badge{"deprecated", "deprecated"})
	}
	return list
}

func facts(m *ir.Method, keys []ir.SessionKey) []fact {
	all := []fact{
		{"Access", accessWords(m.Access)},
		{"Session", sessionWords(m, keys)},
		{"Effect", effectWords(m)},
		{"Volatility", volatilityWords[m.Volatility]},
	}
	if m.Strict {
		all = append(all, fact{"Strict", "Any null parameter makes the result null, and the function is not run."})
	}
	if m.TimeoutMS > 0 {
		all = append(all, fact{"Timeout", fmt.Sprint(time.Duration(m.TimeoutMS) * time.Millisecond)})
	}
	all = append(all, fact{"Lane", laneWords[m.Lane]}, fact{"Rate", rateWords(m)})
	if m.Since != "" {
		all = append(all, fact{"Since", m.Since})
	}
	var told []fact
	for _, f := range all {
		if f.Text != "" {
			told = append(told, f)
		}
	}
	return told
}

// errorsOf gives v its own errors and those of the protocol that apply to it.
func (s *site) errorsOf(v *method, m *ir.Method) {
	for _, e := range m.Errors {
		for i := range s.model.Errors {
			if e != nil && s.model.Errors[i].Name == e.Name {
				v.Errors = append(v.Errors, s.Errors[i])
			}
		}
	}
	for i, e := range protocolErrors {
		if e.applies != nil && e.applies(m) {
			v.protocol = append(v.protocol, s.Protocol[i])
		}
	}
	v.Protocol = pieceOf(s, "protocol", v.protocol)
}
