package pgcall

import (
	"slices"
	"strings"
	"time"

	"github.com/spgen/spgen/rpc"
)

// Report is what a Gate knows at one moment. It is for operators: clients do not
// see it.
type Report struct {
	Methods   int           `json:"methods"`             // that are compared
	Compared  time.Time     `json:"compared"`            // when; zero: not yet
	Announced bool          `json:"announced"`           // event triggers announce changes
	Err       string        `json:"error,omitempty"`     // why no comparison is possible now
	Drifted   []MethodState `json:"drifted,omitempty"`   // answer schema_drift
	Denied    []MethodState `json:"denied,omitempty"`    // answer permission_denied until Grants are run
	Differing []MethodState `json:"differing,omitempty"` // are served, though the schema is another
}

// MethodState is what is not as it was generated about one method.
type MethodState struct {
	ID      uint32   `json:"id"`
	Method  string   `json:"method"`
	Routine string   `json:"routine"`
	Reasons []string `json:"reasons,omitempty"`
	Grants  []string `json:"grants,omitempty"` // statements to run
}

// Report returns what is known now.
func (g *Gate) Report() *Report { return g.report.Load() }

// publish makes the report of the last look.
func (g *Gate) publish() {
	r := &Report{Methods: len(g.methods), Compared: time.Now().UTC(), Announced: g.schema.stamp.notified}
	for i, m := range g.methods {
		f := g.looked[i].finding
		state := func(reasons, grants []string) MethodState {
			return MethodState{m.method.ID, m.method.Name, m.p.Identity, reasons, grants}
		}
		if f.err != nil {
			r.Drifted = append(r.Drifted, state(f.breaks, nil))
			continue
		}
		if len(f.grants) > 0 {
			r.Denied = append(r.Denied, state(nil, f.grants))
		}
		if len(f.notes) > 0 {
			r.Differing = append(r.Differing, state(f.notes, nil))
		}
	}
	g.report.Store(r)
}

// tell logs what is new about a method; old is nil at the first look.
func (g *Gate) tell(m *rpc.Method, old, f *finding) {
	if old == nil {
		old = &finding{}
	}
	routine := m.Binding.Routine()
	if f.err != nil && !slices.Equal(old.breaks, f.breaks) {
		g.logger.Warn("method refused: the schema is not what it was generated from",
			"method", m.Name, "routine", routine, "reason", strings.Join(f.breaks, "; "))
	}
	if f.err == nil && old.err != nil {
		g.logger.Info("method served again", "method", m.Name, "routine", routine)
	}
	if len(f.grants) > 0 && !slices.Equal(old.grants, f.grants) {
		g.logger.Warn("method lacks rights: run what is missing as the owner",
			"method", m.Name, "routine", routine, "missing", strings.Join(f.grants, " "))
	}
	if f.err == nil && len(f.notes) > 0 && !slices.Equal(old.notes, f.notes) {
		g.logger.Info("method served though the schema differs",
			"method", m.Name, "routine", routine, "difference", strings.Join(f.notes, "; "))
	}
}
