package lint

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// unmapped is ERR002: a RAISE that a method may come to, whose SQLSTATE the
// manifest maps to no error. One that several methods come to is found once.
func (l *linter) unmapped() {
	if l.Model == nil {
		return
	}
	type where struct {
		routine string
		offset  int
	}
	seen := map[where]bool{}
	for _, m := range l.Model.Methods {
		for i := range m.Unmapped {
			u := &m.Unmapped[i]
			if at := (where{u.Routine.Identity, u.Offset}); !seen[at] {
				seen[at] = true
				l.reportUnmapped(m, u)
			}
		}
	}
}

func (l *linter) reportUnmapped(m *ir.Method, u *ir.Unmapped) {
	p := l.locate(u.Routine.Identity, u.Routine.Body)
	f := Finding{
		Diagnostic: diag.Diagnostic{
			Code: "ERR002", Severity: diag.Warning, Subject: u.Routine.Identity, Hint: l.unmappedHint(u),
			Message: fmt.Sprintf("RAISE with SQLSTATE %s, which the manifest maps to no error: clients of %s see internal", u.SQLState, m.Name),
		},
		Key: key("ERR002", u.Routine.Identity, u.SQLState),
	}
	if !sqlState.MatchString(u.SQLState) {
		f.Message = fmt.Sprintf("RAISE with %q, which is no SQLSTATE and no condition's name: clients of %s see internal", u.SQLState, m.Name)
		f.Key = key("ERR002", u.Routine.Identity, "")
	}
	f.Pos, f.Line, f.Snippet = p.at(u.Routine.Body, u.Offset)
	if f.Pos == p.declared {
		f.Message += fmt.Sprintf("\nline %d of its body: %s", f.Line, f.Snippet)
	}
	l.add(f)
}

// sqlState is what RAISE takes for one.
var sqlState = regexp.MustCompile(`^[0-9A-Z]{5}$`)

// unmappedHint says what to write into the manifest.
func (l *linter) unmappedHint(u *ir.Unmapped) string {
	if !sqlState.MatchString(u.SQLState) {
		return "write five digits and upper-case letters, or the name of a condition such as unique_violation"
	}
	return fmt.Sprintf("add to errors of the manifest, with a name that clients understand:\n  - {code: %d, name: %s, sqlstate: %q}\n"+
		"or raise internal_error, if internal is what clients are to see", l.freeErrorCode(), errorName(u), u.SQLState)
}

// freeErrorCode is the one after the last of the manifest.
func (l *linter) freeErrorCode() int64 {
	last, taken := int64(0), map[int64]bool{}
	for i := range l.Manifest.Errors {
		c := int64(l.Manifest.Errors[i].Code)
		last, taken[c] = max(last, c), true
	}
	if last < math.MaxInt32 {
		return last + 1
	}
	free := int64(1)
	for taken[free] {
		free++
	}
	return free
}

var notOfNames = regexp.MustCompile(`[^a-z0-9]+`)

const maxErrorName = 40 // bytes

// errorName is a name for the error, made of the first words of its message.
func errorName(u *ir.Unmapped) string {
	name := ""
	for word := range strings.FieldsSeq(notOfNames.ReplaceAllString(strings.ToLower(u.Message), " ")) {
		if len(name)+1+len(word) > maxErrorName {
			break
		}
		name += "_" + word
	}
	name = strings.TrimPrefix(name, "_")
	if name == "" || name[0] < 'a' {
		return "error_" + strings.ToLower(u.SQLState)
	}
	return name
}
