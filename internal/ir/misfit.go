package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// misfit is a reason why a routine can be no method. It concerns that routine
// alone.
type misfit struct{ code, reason, hint string }

// pseudoCodes are the codes of pseudo-types by name, without "[]". Those that
// begin with "any" are polymorphic, and all others SIG011.
var pseudoCodes = map[string]string{
	"record": "SIG003", "trigger": "SIG004", "event_trigger": "SIG007", "internal": "SIG008", "cstring": "SIG008",
	"language_handler": "SIG008", "fdw_handler": "SIG008", "index_am_handler": "SIG008",
	"table_am_handler": "SIG008", "tsm_handler": "SIG008", "pg_ddl_command": "SIG008",
}

// plain are the codes of routines that nobody means to be API.
var plain = map[string]bool{"SIG004": true, "SIG006": true, "SIG007": true, "SIG008": true, "SIG009": true, "SIG011": true}

// fit reports why the routine of entry can be no method, if so.
func (b *builder) fit(entry *manifest.Method, r *catalog.Routine) bool {
	misfits := b.misfits(r, entry.Session == "open")
	for _, m := range misfits {
		d := b.diags.Errorf(m.code, b.place(r, entry.FunctionPos), "%s: %s", r.Identity, m.reason).About(r.Identity)
		d.Hint, d.Confined = m.hint, true
	}
	return len(misfits) == 0
}

// skip says of a routine without an entry that it can be no method, if so.
func (b *builder) skip(r *catalog.Routine) bool {
	misfits := b.misfits(r, false)
	for _, m := range misfits {
		add, ignore := b.diags.Warnf, fmt.Sprintf("ignore: ['%s']", b.pattern(r))
		if plain[m.code] {
			add, m.hint = b.diags.Notef, "add it to the manifest's "+ignore
		} else {
			m.hint += "\nor leave it out for good, in the manifest: " + ignore
		}
		add(m.code, b.place(r, diag.Pos{}), "%s is skipped: %s", r.Identity, m.reason).About(r.Identity).Hint = m.hint
	}
	return len(misfits) > 0
}

// pattern returns what `ignore` matches r by, inside single quotes.
func (b *builder) pattern(r *catalog.Routine) string {
	name := r.Name
	if b.overloads[[2]string{r.Schema, r.Name}] > 1 {
		name = r.Identity
	}
	return strings.NewReplacer("'", "''", `\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(name)
}

// misfits returns everything that keeps r from being a method. opens says that
// its result opens a session, which takes a composite apart.
func (b *builder) misfits(r *catalog.Routine, opens bool) []misfit {
	switch r.Kind {
	case catalog.Aggregate:
		return []misfit{{"SIG006", "it is an aggregate", aggregateCaller(r)}}
	case catalog.Window:
		return []misfit{{"SIG009", "it is a window function", away(r)}}
	}
	var all []misfit
	outputs := slices.ContainsFunc(r.Args, catalog.Arg.IsOutput)
	if r.Return != "record" || !outputs {
		all = b.pseudo(all, r, r.Return, "result")
	}
	for i, a := range r.Args {
		all = b.pseudo(all, r, a.Type, argumentName(i, a))
	}
	all = append(all, unnamed(r)...)
	if len(all) == 0 {
		all = slices.Concat(b.sameParams(r), b.sameColumns(r, opens), b.ambiguous(r))
	}
	if endsTransactions(r) {
		all = append(all, misfit{
			"SIG010", "its body ends transactions with COMMIT or ROLLBACK, and each call is one transaction that the server ends",
			"take them out of the body, or move it out of the API: " + away(r),
		})
	}
	return all
}

func argumentName(i int, a catalog.Arg) string {
	if a.Name == "" {
		return "argument " + strconv.Itoa(i+1)
	}
	return "argument " + a.Name
}

// pseudo appends what is wrong with a type that stands for no values.
func (b *builder) pseudo(all []misfit, r *catalog.Routine, name, what string) []misfit {
	bare := strings.TrimSuffix(name, "[]")
	row := b.catalog.Types[bare]
	code, known := pseudoCodes[bare]
	switch {
	case name == "void":
		return all
	case known:
	case strings.HasPrefix(strings.Trim(bare, `"`), "any") && (row == nil || row.Kind == catalog.Pseudo):
		code = "SIG002"
	case row != nil && row.Kind == catalog.Pseudo:
		code = "SIG011"
	default:
		return all
	}
	if slices.ContainsFunc(all, func(m misfit) bool { return m.code == code }) {
		return all // the same cause, and the same remedy
	}
	return append(all, misfit{code, what + " has type " + name + ", which no client can send or read", pseudoHint(code, r)})
}

func pseudoHint(code string, r *catalog.Routine) string {
	switch code {
	case "SIG002":
		return wrapper(r)
	case "SIG003":
		return withColumns(r)
	}
	return "remove the method, and move the function out of the API: " + away(r)
}

// unnamed finds input arguments without a name. CALL takes an OUT argument, too,
// and named notation needs its name.
func unnamed(r *catalog.Routine) []misfit {
	var all []misfit
	for i, a := range r.Args {
		if a.Name == "" && (a.IsInput() || r.Kind == catalog.Procedure) {
			all = append(all, misfit{"SIG001", argumentName(i, a) + " has no name, and parameters travel by name", withNames(r)})
		}
	}
	return all
}

// sameParams finds parameters of one Go name.
func (b *builder) sameParams(r *catalog.Routine) []misfit {
	var all []misfit
	owners := map[string]string{}
	for i, a := range r.Args {
		if !a.IsInput() {
			continue
		}
		goName := fieldName(b.wireName(a.Name))
		if other, taken := owners[goName]; taken {
			all = append(all, misfit{
				"SIG005", fmt.Sprintf("parameters %s and %s are both called %s in Go", other, a.Name, goName), withArgument(r, i),
			})
		}
		owners[goName] = a.Name
	}
	return all
}

// sameColumns finds columns of the result of one Go name.
func (b *builder) sameColumns(r *catalog.Routine, opens bool) []misfit {
	var all []misfit
	owners := map[string]string{}
	check := func(name string, hint func() string) {
		goName := fieldName(name)
		if other, taken := owners[goName]; taken {
			all = append(all, misfit{
				"SIG005", fmt.Sprintf("result columns %s and %s are both called %s in Go", other, name, goName), hint(),
			})
		}
		owners[goName] = name
	}
	n := 0
	for i, a := range r.Args {
		if !a.IsOutput() {
			continue
		}
		n++
		renamed := func() string { return withArgument(r, i) }
		switch {
		case a.Name == "":
			check("column"+strconv.Itoa(n), renamed)
		case a.Mode == catalog.InOut:
			check(b.wireName(a.Name), renamed)
		default:
			check(a.Name, renamed)
		}
	}
	row := b.catalog.Types[r.Return]
	if n > 0 || row == nil || row.Kind != catalog.Composite || !r.ReturnsSet && !opens {
		return all
	}
	for _, f := range row.Fields {
		check(f.Name, func() string {
			return fmt.Sprintf("alter type %s rename attribute %s to %s; (alter table … rename column for a table)",
				row.Name, ident(f.Name), ident(f.Name+"_2"))
		})
	}
	return all
}
