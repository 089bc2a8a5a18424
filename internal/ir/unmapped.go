package ir

import (
	"fmt"
	"path"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// unmapped reports the routines of the schema that have no method ID. Those
// that can be no method are left alone.
func (b *builder) unmapped() {
	mapped := map[string]bool{}
	for _, m := range b.manifest.Methods {
		if r, ok := b.catalog.Find(m.Function); ok {
			mapped[r.Identity] = true
		}
	}
	for i := range b.catalog.Routines {
		r := &b.catalog.Routines[i]
		if mapped[r.Identity] || b.ignored(r) || !callable(r) {
			continue
		}
		b.diags.Errorf("MAN022", diag.Pos{File: b.manifest.Path}, "%s has no method ID", r.Identity).
			About(r.Identity).Hintf("add to methods:\n%s", b.suggest(r))
	}
}

func (b *builder) ignored(r *catalog.Routine) bool {
	for _, pattern := range b.manifest.Ignore {
		for _, name := range []string{r.Name, r.Schema + "." + r.Name, r.Identity} {
			if ok, err := path.Match(pattern.Pattern, name); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// callable reports whether r could be a method at all.
func callable(r *catalog.Routine) bool {
	if r.Kind != catalog.Function && r.Kind != catalog.Procedure {
		return false
	}
	return refused[r.Return] != "SIG004"
}

// suggest returns the manifest line for an unmapped routine.
func (b *builder) suggest(r *catalog.Routine) string {
	service := b.serviceFor(r)
	id, ok := b.manifest.NextID(service)
	if !ok {
		id = 0
	}
	name := GoName(strings.TrimPrefix(r.Name, b.manifest.Naming.FunctionPrefix))
	line := fmt.Sprintf("  - {id: %d, name: %s, function: %q, access: %s", id, name, r.Identity, b.defaultAccess())
	if fills := b.fills(r); fills != "" {
		line += ", fill: {" + fills + "}"
	}
	return line + "}"
}

// serviceFor guesses the service of a routine: the last one.
func (b *builder) serviceFor(*catalog.Routine) string {
	if n := len(b.manifest.Services); n > 0 {
		return b.manifest.Services[n-1].Name
	}
	return ""
}

func (b *builder) defaultAccess() string {
	if len(b.manifest.Session) == 0 {
		return "public"
	}
	return "session"
}

// fills suggests the session fills of a routine.
func (b *builder) fills(r *catalog.Routine) string {
	var fills []string
	for _, a := range r.Args {
		name := strings.TrimPrefix(a.Name, b.manifest.Naming.ArgumentPrefix)
		for _, k := range b.model.Session {
			if a.IsInput() && k.Name == name && k.Type == b.types.get(a.Type) {
				fills = append(fills, fmt.Sprintf("%s: session.%s", a.Name, k.Name))
			}
		}
	}
	return strings.Join(fills, ", ")
}
