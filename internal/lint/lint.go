package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// Input is what there is to look at.
type Input struct {
	Catalog  *catalog.Catalog
	Audit    *catalog.Audit
	Manifest *manifest.Manifest
	Model    *ir.Model
	Found    diag.List            // what loading the manifest and building the model found
	Sources  map[string]ir.Source // where routines are declared, by identity

	Bodies  []catalog.BodyFinding // of plpgsql_check
	Checked bool                  // plpgsql_check was there

	Read func(path string) ([]byte, error) // reads the files of Sources; nil: places are those of declarations
}

// Finding is one finding.
type Finding struct {
	diag.Diagnostic
	Key     string // the same in each run: "SEC002 api.f(bigint)"
	Line    int    // of the routine's body, from 1; 0: the finding is not about one
	Snippet string // that line, or ""
	Fix     string // SQL to paste, complete statements, or ""
}

// Run returns everything that is wrong, sorted by place: the findings of the
// rules, what was found before, what plpgsql_check says, and faults of
// suppressions; without what is suppressed.
func Run(in Input) []Finding {
	l := &linter{
		Input: in, methods: map[string]*ir.Method{}, suppressed: map[string][]*suppression{},
		bodies: map[string][]catalog.BodyFinding{}, times: map[string]int{},
	}
	for _, f := range in.Bodies {
		l.bodies[f.Identity] = append(l.bodies[f.Identity], f)
	}
	if in.Model != nil {
		for _, m := range in.Model.Methods {
			l.methods[m.Identity] = m
		}
	}
	for _, d := range in.Found {
		l.add(Finding{Diagnostic: d, Key: key(d.Code, cmp.Or(d.Subject, d.Message), "")})
	}
	if in.Catalog != nil && in.Audit != nil {
		l.schema()
		l.tellings()
		l.unraised()
		for i := range in.Catalog.Routines {
			l.routine(&in.Catalog.Routines[i])
		}
		l.unmapped()
		l.suppressions()
	}
	l.sort()
	return l.found
}

type linter struct {
	Input
	methods    map[string]*ir.Method            // by identity
	suppressed map[string][]*suppression        // by identity
	bodies     map[string][]catalog.BodyFinding // by identity
	times      map[string]int                   // findings by key
	told       told
	found      []Finding
}

// add takes a finding unless the routine's comment answers it. A key that was
// there before gets a number.
func (l *linter) add(f Finding) {
	if l.suppress(f.Code, f.Subject) {
		return
	}
	l.times[f.Key]++
	if n := l.times[f.Key]; n > 1 {
		f.Key += " #" + strconv.Itoa(n)
	}
	l.found = append(l.found, f)
}

func key(code, subject, detail string) string {
	if detail != "" {
		detail = " " + detail
	}
	return code + " " + subject + detail
}

func (l *linter) sort() {
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Key, b.Key),
		)
	})
}

// routine is one routine under the rules.
type routine struct {
	*catalog.Routine
	*linter
	method *ir.Method // nil where it is none
	body   tokens     // nil in languages other than SQL and PL/pgSQL
	where  place
}

// routine applies the rules to r.
func (l *linter) routine(r *catalog.Routine) {
	l.parseSuppressions(r)
	first := len(l.found)
	x := &routine{Routine: r, linter: l, method: l.methods[r.Identity], where: l.locate(r.Identity, r.Body)}
	if r.Language == "sql" || r.Language == "plpgsql" {
		x.body = scan(r.Body)
	}
	for _, rule := range routineRules {
		rule(x)
	}
	if x.method != nil {
		for _, rule := range methodRules {
			rule(x)
		}
	}
	x.bodyFindings(l.found[first:])
}

// routineRules are about every routine of the schema.
var routineRules = []func(*routine){
	(*routine).searchPath, (*routine).publicExecute, (*routine).owner, (*routine).unheld, (*routine).outside, (*routine).language, (*routine).dynamicSQL,
	(*routine).mutablePath, (*routine).state, (*routine).settings, (*routine).volatility,
}

// methodRules are about what clients see.
var methodRules = []func(*routine){
	(*routine).types, (*routine).unbounded, (*routine).strictDefault, (*routine).comment, (*routine).parameters,
	(*routine).example, (*routine).rights,
}

// report adds a finding about r's declaration. detail tells it apart from others
// of that code.
func (r *routine) report(code string, severity diag.Severity, detail, message, fix, hint string) {
	r.add(Finding{
		Diagnostic: diag.Diagnostic{Code: code, Severity: severity, Pos: r.where.declared, Subject: r.Identity, Message: message, Hint: join(fix, hint)},
		Key:        key(code, r.Identity, detail), Fix: fix,
	})
}

// reportAt adds a finding about the body at offset.
func (r *routine) reportAt(code string, severity diag.Severity, offset int, detail, message, fix, hint string) {
	f := Finding{
		Diagnostic: diag.Diagnostic{Code: code, Severity: severity, Subject: r.Identity, Message: message, Hint: join(fix, hint)},
		Key:        key(code, r.Identity, detail), Fix: fix,
	}
	f.Pos, f.Line, f.Snippet = r.where.at(r.Body, offset)
	if f.Pos == r.where.declared && f.Line > 0 {
		f.Message += fmt.Sprintf("\nline %d of its body: %s", f.Line, f.Snippet)
	}
	r.add(f)
}

// join puts what there is to say below what to paste, as a comment of SQL.
func join(fix, hint string) string {
	if fix == "" || hint == "" {
		return fix + hint
	}
	return fix + "\n-- " + strings.ReplaceAll(hint, "\n", "\n-- ")
}

// kindWords are what SQL calls the kinds of routines in GRANT, ALTER and COMMENT.
var kindWords = map[catalog.RoutineKind]string{
	catalog.Function: "function", catalog.Window: "function", catalog.Procedure: "procedure", catalog.Aggregate: "aggregate",
}

// sql names r in a statement.
func (r *routine) sql() string { return kindWords[r.Kind] + " " + r.Identity }

// granted names r in GRANT and REVOKE, which call aggregates functions.
func (r *routine) granted() string {
	if r.Kind == catalog.Procedure {
		return r.sql()
	}
	return "function " + r.Identity
}

// isTrigger reports whether only PostgreSQL calls r.
func (r *routine) isTrigger() bool { return r.Return == "trigger" || r.Return == "event_trigger" }
