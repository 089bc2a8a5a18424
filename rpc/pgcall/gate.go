package pgcall

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/rpc"
)

// gateState says which procedures are not called as they were generated, at one
// moment. It does not change; nil is that of a database that matches.
type gateState struct{ findings map[*Procedure]*finding }

// finding is what was found about one procedure.
type finding struct {
	err    error      // answers every call; nil: it is served
	form   *Procedure // that the database has, in place of the generated one
	breaks []string   // why calls are refused
	notes  []string   // what else differs
	unsure bool       // it is to be looked at again
	grants []string   // statements that are missing for calls to be permitted
}

// admit returns the form in which the database has p, or why p is not called.
func (e *Executor) admit(p *Procedure) (*Procedure, error) {
	state := e.gate.Load()
	if state == nil {
		return p, nil
	}
	v := state.findings[p]
	switch {
	case v == nil:
		return p, nil
	case v.err != nil:
		return nil, v.err
	}
	return v.form, nil
}

// suspect has the gate, if there is one, look at the schema soon.
func (e *Executor) suspect() {
	select {
	case e.suspects <- struct{}{}:
	default:
	}
}

var errRefused = rpc.NewError(rpc.CodeSchemaDrift, driftMessage)

// routineOf returns the routine that calls of p reach: that of its identity, or
// the only one of its name. nil is none.
func (s *schema) routineOf(p *Procedure) (*routine, error) {
	named := s.routines[routineName(p.Identity)]
	for _, r := range named {
		if r.identity == p.Identity {
			return r, nil
		}
	}
	switch len(named) {
	case 0:
		return nil, errors.New("the function does not exist")
	case 1:
		return named[0], nil
	}
	identities := make([]string, len(named))
	for i, r := range named {
		identities[i] = r.identity
	}
	return nil, fmt.Errorf("there are %s instead", strings.Join(identities, " and "))
}

// judge compares p with the database, as far as that can be done without asking
// it again. same says that nothing differs.
func (s *schema) judge(p *Procedure) (v *finding, same bool) {
	r, err := s.routineOf(p)
	if err != nil {
		return &finding{err: errRefused, breaks: []string{err.Error()}}, false
	}
	v = &finding{form: p, grants: s.missingGrants(p, r)}
	if p.Fingerprint != "" && s.fingerprint(r) == p.Fingerprint {
		return v, true
	}
	d := s.compare(p, r)
	v.notes, v.breaks = d.notes, d.breaks
	if len(v.breaks) > 0 {
		v.err = errRefused
		return v, false
	}
	if len(d.params)+len(d.columns) > 0 || d.volatile {
		v.form = p.reduced(d)
	}
	return v, false
}

// missingGrants returns the statements that permit the server's role to call r
// as p does: a cast needs the schema of its type.
func (s *schema) missingGrants(p *Procedure, r *routine) []string {
	var grants []string
	usage := func(schema string) {
		grant := "grant usage on schema " + schema + " to " + s.role + ";"
		if !slices.Contains(grants, grant) {
			grants = append(grants, grant)
		}
	}
	if !r.usable {
		usage(r.schema)
	}
	if !r.callable {
		grants = append(grants, "grant execute on "+kindNames[r.kind]+" "+r.identity+" to "+s.role+";")
	}
	for i := range p.Params {
		param := &p.Params[i]
		if param.Cast == "" {
			continue
		}
		if a := r.input(param.argument()); a != nil {
			if t := s.types[a.oid]; t != nil && !t.usable {
				usage(t.schema)
			}
		}
	}
	return grants
}

// reduced returns p in the form of a database that lacks what was added.
func (p *Procedure) reduced(d *difference) *Procedure {
	form := &Procedure{
		Identity: p.Identity, Head: p.Head, Tail: p.Tail, Lead: p.Lead,
		Params: slices.Clone(p.Params), Columns: slices.Clone(p.Columns), Shape: p.Shape, Set: p.Set,
		ReadOnly: p.ReadOnly && !d.volatile, Opens: p.Opens, Errors: p.Errors, Fingerprint: p.Fingerprint,
		Lane: p.Lane, Settings: p.Settings,
	}
	for _, i := range d.params {
		form.Params[i].lacking = true
	}
	for _, i := range d.columns {
		form.Columns[i].lacking = true
	}
	return form
}

func (p *Procedure) itself() *Procedure { return p }

// predecessor returns p in the form of a database that lacks all that was added,
// or nil if that is nothing.
func (p *Procedure) predecessor() *Procedure {
	d := &difference{}
	for i := range p.Params {
		if p.Params[i].Added && p.Params[i].Optional {
			d.params = append(d.params, i)
		}
	}
	for i := range p.Columns {
		if p.Columns[i].Added && !p.Columns[i].NotNull {
			d.columns = append(d.columns, i)
		}
	}
	if len(d.params)+len(d.columns) == 0 {
		return nil
	}
	return p.reduced(d)
}

// lacks is the answer to a call that sends a parameter that the database lacks.
func lacks(param *Param) error {
	return rpc.NewError(rpc.CodeSchemaDrift, "the database does not take %s yet: leave it out for now", param.Name)
}
