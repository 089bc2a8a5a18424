package lint

import (
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// limits are names of arguments that bound how many rows come back.
var limits = regexp.MustCompile(`(?i)(?:^|_)(?:limit|max|count|size|first|last|top|take|n|rows|ids)(?:$|_)`)

// unbounded is BEH002: a result that grows with a table. Where LIMIT or FETCH
// stands in the body, or nothing of a table is selected, it does not.
func (r *routine) unbounded() {
	sets := r.method.Shape == ir.Array || r.method.Shape == ir.Scalars
	if !r.ReturnsSet || !sets || !r.body.selects() || r.body.has("limit") || r.body.has("fetch") {
		return
	}
	for _, p := range r.method.Params {
		if limits.MatchString(p.Argument) {
			return
		}
	}
	argument := r.Manifest.Naming.ArgumentPrefix + "limit"
	r.report("BEH002", diag.Warning, "", r.Identity+" answers as many rows as there are: no argument and no LIMIT bounds them",
		"", "add an argument `"+argument+" integer default 100` and end the query with `limit least("+argument+", 1000)`; or `rows: one` in the manifest")
}

// selects reports whether rows of a table are selected: FROM or JOIN and a name
// that is no call.
func (t tokens) selects() bool {
	selecting := false
	for i := range t {
		selecting = selecting || t[i].is("select")
		if !selecting || !t[i].is("from") && !t[i].is("join") || t.at(i-1).is("distinct") {
			continue
		}
		n := i + 1
		for t.at(n).isName() && t.at(n+1).is(".") {
			n += 2
		}
		// LANGUAGE sql finds unnest and the like in FROM, as calls
		if t.at(n).isName() && !t.at(n+1).is("(") && !t.at(n).is("lateral") {
			return true
		}
	}
	return false
}

// strictDefault is BEH003: STRICT answers NULL, or no row, without running the
// body, and the default makes that happen by itself.
func (r *routine) strictDefault() {
	if !r.Strict {
		return
	}
	for _, a := range r.Args {
		value, _, _ := strings.Cut(a.Default, "::")
		if a.IsInput() && strings.EqualFold(value, "null") {
			r.report("BEH003", diag.Warning, a.Name, r.Identity+" is STRICT and "+a.Name+" is null by default: a call without it answers null and does not run the body",
				"alter "+r.sql()+" called on null input;", "or give "+a.Name+" another default, or none")
		}
	}
}
