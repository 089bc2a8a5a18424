package lint

import (
	"fmt"
	"slices"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// unraised is ERR001: an error of the manifest that no method can answer. Where
// bodies could not be read whole it is a note, and where methods are left out
// nothing is said.
func (l *linter) unraised() {
	if l.Model == nil || len(l.Model.Methods) == 0 || len(l.Model.LeftOut) > 0 {
		return
	}
	raised := map[string]bool{}
	severity, but := diag.Warning, ""
	for _, m := range l.Model.Methods {
		for _, e := range m.Errors {
			raised[e.Name] = true
		}
		if len(m.Opaque) > 0 && but == "" {
			severity, but = diag.Note, ", as far as bodies can be read: "+m.Opaque[0]
		}
	}
	for i := range l.Manifest.Errors {
		e := &l.Manifest.Errors[i]
		known := e.SQLState != "" || slices.ContainsFunc(l.Catalog.Constraints, func(c catalog.Constraint) bool { return c.Name == e.Constraint })
		if raised[e.Name] || !known || !slices.ContainsFunc(l.Model.Errors, func(x ir.Error) bool { return x.Name == e.Name }) {
			continue
		}
		source := "raises SQLSTATE " + e.SQLState
		if e.SQLState == "" {
			source = "can break the constraint " + e.Constraint
		}
		l.add(Finding{
			Diagnostic: diag.Diagnostic{
				Code: "ERR001", Severity: severity, Pos: e.Pos, Subject: "error " + e.Name,
				Message: fmt.Sprintf("no method answers the error %s: none %s%s", e.Name, source, but),
				Hint:    "take it out of the manifest, or say `@error " + e.Name + "` in the comment of the function that answers it",
			},
			Key: key("ERR001", "error "+e.Name, ""),
		})
	}
}
