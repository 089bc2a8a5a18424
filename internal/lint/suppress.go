package lint

import (
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// suppression is a `@lint-ignore CODE reason`.
type suppression struct {
	ir.LintIgnore
	routine *catalog.Routine
	used    bool
}

// ignorable are the codes of this package's rules; what generate reports cannot be
// ignored.
var ignorable = []string{
	"SEC001", "SEC002", "SEC003", "SEC004", "SEC006", "SEC007", "SEC008", "STA001", "STA002", "STA003", "STA004", "STA005", "STA006", "SIG012", "BEH001", "BEH002",
	"BEH003", "ERR002", "DOC001", "DOC002", "DOC003", "OPS001", "CHK001", "CHK002", "CHK003", "CHK004",
}

// Codes are those that lint's own rules report, sorted.
func Codes() []string {
	all := append([]string{"SEC005", "ERR001", "LNT001", "LNT002"}, ignorable...)
	slices.Sort(all)
	return all
}

func (l *linter) parseSuppressions(r *catalog.Routine) {
	for _, tag := range ir.LintIgnores(r.Comment) {
		tag.Code = strings.ToUpper(tag.Code)
		l.suppressed[r.Identity] = append(l.suppressed[r.Identity], &suppression{LintIgnore: tag, routine: r})
	}
}

// suppress reports whether a routine's comment answers a finding, with a reason.
// All tags of that code count as used.
func (l *linter) suppress(code, identity string) bool {
	answered := false
	for _, s := range l.suppressed[identity] {
		if s.Code == code {
			s.used = true
			answered = answered || s.Reason != ""
		}
	}
	return answered
}

// suppressions reports those that are faulty: LNT001 answers nothing, LNT002 has
// no reason.
func (l *linter) suppressions() {
	for i := range l.Catalog.Routines {
		for _, s := range l.suppressed[l.Catalog.Routines[i].Identity] {
			l.judge(s)
		}
	}
}

func (l *linter) judge(s *suppression) {
	switch {
	case s.Code == "":
		l.faulty(s, "LNT002", "@lint-ignore names no code", "write `@lint-ignore CODE reason`")
	case !slices.Contains(ignorable, s.Code):
		hint := "take the tag out of the comment; `spgen explain` lists the codes"
		if near := diag.Nearest(s.Code, ignorable); near != "" {
			hint = "did you mean " + near + "?"
		}
		l.faulty(s, "LNT001", "@lint-ignore "+s.Code+": there is no such finding of lint, or none that a comment can answer", hint)
	case s.Reason == "":
		l.faulty(s, "LNT002", "@lint-ignore "+s.Code+" gives no reason, and so ignores nothing", "write why: `@lint-ignore "+s.Code+" reason`")
	case !s.used && !l.undecided(s.Code):
		l.faulty(s, "LNT001", "@lint-ignore "+s.Code+" ignores nothing: there is no such finding", "take the tag out of the comment")
	}
}

// undecided reports whether only plpgsql_check, which is not there, could tell
// that a finding does not exist.
func (l *linter) undecided(code string) bool {
	return !l.Checked && (strings.HasPrefix(code, "CHK") || code == "SEC004" || code == "BEH001")
}

func (l *linter) faulty(s *suppression, code, message, hint string) {
	l.add(Finding{
		Diagnostic: diag.Diagnostic{
			Code: code, Severity: diag.Warning, Pos: l.Sources[s.routine.Identity].Pos, Subject: s.routine.Identity, Message: message, Hint: hint,
		},
		Key: key(code, s.routine.Identity, s.Code),
	})
}
