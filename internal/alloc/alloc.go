package alloc

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// Request says what to allocate.
type Request struct {
	Functions []string // patterns of functions, as in `ignore`; none means all
	Service   string   // of the new methods; "" to choose
	Access    string   // of the new methods: "public", "session" or "user,admin"; "" to choose
	Retire    []string // names or IDs of methods whose function is gone
	Repoint   []string // names or IDs of methods, with "=FUNCTION" where that is not obvious
	Taken     []Taken  // IDs that are in use elsewhere
	Ask       Asker    // nil when nobody can be asked
}

// Asker asks whoever runs spgen. An empty answer is the fallback. An answer that
// check refuses is asked for again.
type Asker func(question, fallback string, check func(answer string) error) (string, error)

// Plan is what a manifest becomes.
type Plan struct {
	Path          string
	Before, After []byte
	Added         []Entry // by service, then name
	Retired       []manifest.Method
	Repointed     []Repointed
	Gone          []Gone    // methods whose function is gone and that stay
	Left          []string  // functions that Request.Functions left out
	Findings      diag.List // functions that can be no method, and faults of new methods
}

// Entry is a new method.
type Entry struct {
	manifest.Method
	Service string
	Why     []string // what was decided for it, and why
}

// Repointed is a method that got another function.
type Repointed struct {
	manifest.Method // as it was
	To              string
}

// Gone is a method whose function the database does not have.
type Gone struct {
	manifest.Method
	Heirs []string // functions that it may mean now
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return string(p.Before) == string(p.After) }

// ChoiceError says that something must be chosen, or was chosen wrongly.
type ChoiceError struct{ Reason, Hint string }

// Error returns the reason and the hint.
func (e *ChoiceError) Error() string {
	if e.Hint == "" {
		return e.Reason
	}
	return e.Reason + "\nhint: " + e.Hint
}

func choice(hint, format string, args ...any) error {
	return &ChoiceError{Reason: fmt.Sprintf(format, args...), Hint: hint}
}

// Make plans what data, the manifest at a path, becomes by r. It writes nothing.
// The error is a [*ChoiceError] when r is the cause, and a [*diag.ListError]
// when the manifest has errors.
func Make(cat *catalog.Catalog, path string, data []byte, r Request) (*Plan, error) {
	p := &planner{catalog: cat, request: r, plan: &Plan{Path: path, Before: data, After: data}}
	if err := p.read(data); err != nil {
		return nil, err
	}
	if err := p.settle(); err != nil {
		return nil, err
	}
	if err := p.read(p.plan.After); err != nil {
		return nil, err
	}
	p.gone()
	if err := p.allocate(); err != nil {
		return nil, err
	}
	return p.plan, nil
}

// planner is a plan in the making.
type planner struct {
	catalog  *catalog.Catalog
	request  Request
	plan     *Plan
	manifest *manifest.Manifest
	model    *ir.Model
	found    diag.List
}

// read joins the manifest data and the catalog.
func (p *planner) read(data []byte) error {
	m, list := manifest.Parse(p.plan.Path, data)
	if err := list.Err(); err != nil {
		return err
	}
	p.manifest = m
	p.model, p.found = ir.Build(p.catalog, m)
	return nil
}

// unmapped returns the functions without a method.
func (p *planner) unmapped() []*catalog.Routine {
	var all []*catalog.Routine
	for i := range p.catalog.Routines {
		r := &p.catalog.Routines[i]
		if slices.ContainsFunc(p.found, func(d diag.Diagnostic) bool { return d.Code == "MAN022" && d.Subject == r.Identity }) {
			all = append(all, r)
		}
	}
	return all
}

// wanted are the unmapped functions that the request is about. It is a mistake
// to name one that is not among them.
func (p *planner) wanted() ([]*catalog.Routine, error) {
	all := p.unmapped()
	if len(p.request.Functions) == 0 {
		return all, nil
	}
	var wanted []*catalog.Routine
	used := map[string]bool{}
	for _, r := range all {
		hit := false
		for _, pattern := range p.request.Functions {
			if matches(pattern, r) {
				used[pattern], hit = true, true
			}
		}
		if hit {
			wanted = append(wanted, r)
		} else {
			p.plan.Left = append(p.plan.Left, r.Identity)
		}
	}
	for _, pattern := range p.request.Functions {
		if !used[pattern] {
			return nil, p.unused(pattern, all)
		}
	}
	return wanted, nil
}

func (p *planner) unused(pattern string, all []*catalog.Routine) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return choice("", "%q is no pattern: close the `[`", pattern)
	}
	if r, ok := p.catalog.Find(pattern); ok {
		for _, m := range p.model.Methods {
			if m.Identity == r.Identity {
				return choice("", "%s is method %s (%d) already", r.Identity, m.Name, m.ID)
			}
		}
	}
	names := make([]string, 0, 2*len(all))
	for _, r := range all {
		names = append(names, r.Name, r.Identity)
	}
	return choice(diag.DidYouMean(pattern, names), "no function without a method is %s", pattern)
}

// matches reports whether a pattern of `ignore`'s kind means r.
func matches(pattern string, r *catalog.Routine) bool {
	for _, name := range []string{r.Name, r.Schema + "." + r.Name, r.Identity} {
		if ok, err := path.Match(pattern, name); pattern == name || err == nil && ok {
			return true
		}
	}
	return false
}

// maxRounds bounds how often names are chosen anew.
const maxRounds = 16

// allocate gives the wanted functions their entries.
func (p *planner) allocate() error {
	for _, d := range p.found {
		if d.Severity == diag.Warning && strings.HasPrefix(d.Code, "SIG") {
			p.plan.Findings = append(p.plan.Findings, d)
		}
	}
	routines, err := p.wanted()
	if err != nil || len(routines) == 0 {
		return err
	}
	drafts := make([]draft, len(routines))
	for i, r := range routines {
		drafts[i] = draft{routine: r, fill: p.fills(r)}
	}
	if err := p.choose(drafts); err != nil {
		return err
	}
	data, known := p.plan.After, p.found
	blocked := map[string]bool{}
	for range maxRounds {
		if err := p.write(data, drafts, blocked); err != nil {
			return err
		}
		before := len(blocked)
		for _, name := range clashes(p.found, known) {
			if slices.ContainsFunc(p.plan.Added, func(e Entry) bool { return e.Name == name }) {
				blocked[name] = true
			}
		}
		if len(blocked) == before {
			break
		}
		p.manifest, _ = manifest.Parse(p.plan.Path, data)
	}
	p.faults()
	return nil
}

// write plans the entries of drafts, and reads the manifest with them.
func (p *planner) write(data []byte, drafts []draft, blocked map[string]bool) (err error) {
	if p.plan.Added, err = p.entries(drafts, blocked); err != nil {
		return err
	}
	edit := manifest.Edit{}
	for _, e := range p.plan.Added {
		edit.Add = append(edit.Add, e.Method)
	}
	if p.plan.After, err = edit.Apply(p.plan.Path, data); err != nil {
		return err
	}
	return p.read(p.plan.After)
}

// faults notes what is wrong with the new methods.
func (p *planner) faults() {
	for _, d := range p.found {
		at := func(e Entry) bool {
			i := slices.IndexFunc(p.manifest.Methods, func(m manifest.Method) bool { return m.ID == e.ID })
			return d.Subject == e.Name || d.Subject == e.Function || i >= 0 && d.Pos.Line == p.manifest.Methods[i].Pos.Line
		}
		if d.Severity == diag.Error && d.Code != "MAN022" && slices.ContainsFunc(p.plan.Added, at) {
			p.plan.Findings = append(p.plan.Findings, d)
		}
	}
}

// entries gives drafts their names and IDs.
func (p *planner) entries(drafts []draft, blocked map[string]bool) ([]Entry, error) {
	n := newNamer(p.manifest, blocked)
	entries := make([]Entry, len(drafts))
	for i, d := range drafts {
		name, why := n.name(d)
		entries[i] = Entry{
			Method:  manifest.Method{Name: name, Function: d.routine.Identity, Access: d.access, Fill: d.fill},
			Service: d.service, Why: slices.Concat(why, d.why),
		}
	}
	first := map[string]uint32{}
	for _, s := range p.manifest.Services {
		first[s.Name] = s.First
	}
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(first[a.Service], first[b.Service]), cmp.Compare(a.Name, b.Name))
	})
	return entries, p.number(entries)
}
