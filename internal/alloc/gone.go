package alloc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// gone notes the methods whose function is gone.
func (p *planner) gone() {
	for _, m := range p.manifest.Methods {
		if p.isGone(m) {
			p.plan.Gone = append(p.plan.Gone, Gone{m, p.heirs(m)})
		}
	}
}

// isGone reports whether the database does not have the function of m.
func (p *planner) isGone(m manifest.Method) bool {
	return slices.ContainsFunc(p.found, func(d diag.Diagnostic) bool {
		return (d.Code == "MAN020" || d.Code == "MAN021") && d.Subject == m.Name
	})
}

// heirs returns the functions without a method that m may mean now: those of
// its function's name, or else the one that is called nearly so.
func (p *planner) heirs(m manifest.Method) []string {
	var same, free []string
	for _, r := range p.catalog.Named(m.Function) {
		if !p.mapped(r.Identity) {
			same = append(same, r.Identity)
		}
	}
	if len(same) > 0 {
		return same
	}
	for _, r := range p.unmapped() {
		free = append(free, r.Identity)
	}
	if near := diag.Nearest(m.Function, free); near != "" {
		return []string{near}
	}
	return nil
}

// mapped reports whether a function has a method, or a method that was left out.
func (p *planner) mapped(identity string) bool {
	for _, m := range p.model.Methods {
		if m.Identity == identity {
			return true
		}
	}
	for _, m := range p.model.LeftOut {
		if m.Identity == identity {
			return true
		}
	}
	return false
}

// settle retires and repoints what was asked for.
func (p *planner) settle() error {
	var edit manifest.Edit
	for _, who := range p.request.Retire {
		m, err := p.lost(who, "--retire")
		if err != nil {
			return err
		}
		edit.Retire = append(edit.Retire, m.ID)
		p.plan.Retired = append(p.plan.Retired, m)
	}
	for _, text := range p.request.Repoint {
		who, function, _ := strings.Cut(text, "=")
		m, err := p.lost(strings.TrimSpace(who), "--repoint")
		if err != nil {
			return err
		}
		if function, err = p.heir(m, strings.TrimSpace(function)); err != nil {
			return err
		}
		edit.Repoint = append(edit.Repoint, manifest.Repoint{ID: m.ID, Function: function})
		p.plan.Repointed = append(p.plan.Repointed, Repointed{m, function})
	}
	if len(edit.Retire)+len(edit.Repoint) == 0 {
		return nil
	}
	after, err := edit.Apply(p.plan.Path, p.plan.Before)
	if err != nil {
		return err
	}
	p.plan.After = after
	return nil
}

// lost returns the method that a flag names, whose function is gone.
func (p *planner) lost(who, flag string) (manifest.Method, error) {
	var names []string
	for _, m := range p.manifest.Methods {
		if m.Name == who || strconv.FormatUint(uint64(m.ID), 10) == who {
			if !p.isGone(m) {
				return m, choice("drop the function in a migration first, or choose it by a pattern of `ignore` and remove the method by hand",
					"%s %s: its function %s is still there", flag, m.Name, m.Function)
			}
			return m, nil
		}
		names = append(names, m.Name)
	}
	for _, r := range p.manifest.Retired {
		if r.Name == who {
			return manifest.Method{}, choice("", "%s %s: method %d is retired already", flag, who, r.ID)
		}
	}
	return manifest.Method{}, choice(diag.DidYouMean(who, names), "%s %s: there is no such method", flag, who)
}

// heir returns the function that m gets: the one that was named, or the only one
// that it may mean.
func (p *planner) heir(m manifest.Method, function string) (string, error) {
	if function == "" {
		heirs := p.heirs(m)
		if len(heirs) == 1 && len(p.catalog.Named(m.Function)) > 0 {
			return heirs[0], nil
		}
		hint := "create the function first"
		if len(heirs) > 0 {
			hint = "--repoint '" + m.Name + "=" + strings.Join(heirs, "', or '"+m.Name+"=") + "'"
		}
		return "", choice(hint, "--repoint %s: say which function it gets", m.Name)
	}
	r, ok := p.catalog.Find(function)
	switch {
	case !ok:
		var all []string
		for _, r := range p.catalog.Routines {
			all = append(all, r.Identity)
		}
		return "", choice(diag.DidYouMean(function, all), "--repoint %s: the database has no function %s", m.Name, function)
	case p.mapped(r.Identity):
		return "", choice("", "--repoint %s: %s has a method already", m.Name, r.Identity)
	}
	return r.Identity, nil
}
