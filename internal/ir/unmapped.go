package ir

import (
	"fmt"
	"path"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// unmapped reports the routines of the schema that have no method ID, and those
// that can be no method.
func (b *builder) unmapped() {
	service := ""
	if n := len(b.manifest.Services); n > 0 {
		service = b.manifest.Services[n-1].Name // a guess: the newest one
	}
	id, pos := b.nextEntry(service)
	for i := range b.catalog.Routines {
		r := &b.catalog.Routines[i]
		if b.mapped[r] != nil || b.meant[r.Identity] || b.ignored(r) || b.skip(r) {
			continue
		}
		b.diags.Errorf("MAN022", pos, "%s has no method ID", r.Identity).
			About(r.Identity).Hintf("run `spgen alloc`, or add to methods:\n%s", b.suggest(r, id))
		if id != 0 {
			id++
		}
	}
}

// nextEntry returns the ID for a new method of a service, and the place of the
// entry that it follows.
func (b *builder) nextEntry(service string) (uint32, diag.Pos) {
	id, _ := b.manifest.NextID(service)
	pos, before := diag.Pos{File: b.manifest.Path}, uint32(0)
	for i := range b.manifest.Methods {
		if m := &b.manifest.Methods[i]; m.ID >= before && m.ID < max(id, 1) {
			pos, before = m.Pos, m.ID
		}
	}
	return id, pos
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

// suggest returns the manifest line for an unmapped routine.
func (b *builder) suggest(r *catalog.Routine, id uint32) string {
	name := GoName(strings.TrimPrefix(r.Name, b.manifest.Naming.FunctionPrefix))
	line := fmt.Sprintf("  - {id: %d, name: %s, function: %q, access: %s", id, name, r.Identity, b.defaultAccess())
	if fills := b.fills(r); fills != "" {
		line += ", fill: {" + fills + "}"
	}
	return line + "}"
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
			if a.IsInput() && k.Name == name && !k.Expires && k.Type.Name == a.Type {
				fills = append(fills, fmt.Sprintf("%s: session.%s", a.Name, k.Name))
			}
		}
	}
	return strings.Join(fills, ", ")
}
