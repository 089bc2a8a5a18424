package lint

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// dynamicSQL is SEC004: an argument becomes part of a statement as it is.
func (r *routine) dynamicSQL() {
	if r.Language != "plpgsql" {
		return
	}
	t := &taint{names: r.injectable()}
	t.spread(r.body)
	for _, expression := range r.body.executions() {
		who, ok := t.raw(expression)
		if !ok {
			continue
		}
		r.reportAt("SEC004", diag.Warning, expression[0].offset, who,
			"EXECUTE runs what "+who+" says as SQL: a client that sends other SQL has it run",
			"", "format('… %I … %L …', …) quotes names and values; or pass values by USING: execute 'select … where x = $1' using "+ident(who))
	}
}

// harmless are the types whose text form is no SQL.
var harmless = map[string]bool{
	"smallint": true, "integer": true, "bigint": true, "numeric": true, "real": true, "double precision": true,
	"boolean": true, "uuid": true, "date": true, "time without time zone": true, "time with time zone": true,
	"timestamp without time zone": true, "timestamp with time zone": true, "interval": true, "oid": true, "bytea": true,
	"regclass": true, "regtype": true, "regproc": true, "regprocedure": true, "regrole": true, "regnamespace": true,
	"inet": true, "cidr": true, "macaddr": true, "macaddr8": true, "money": true, "bit": true, "bit varying": true,
}

// injectable returns the input arguments that can hold SQL, by what the body calls
// them.
func (r *routine) injectable() map[string]string {
	names := map[string]string{}
	n := 0
	for _, a := range r.Args {
		if !a.IsInput() {
			continue
		}
		n++
		if r.isHarmless(a.Type) {
			continue
		}
		position := "$" + strconv.Itoa(n)
		if names[position] = position; a.Name != "" {
			names[a.Name], names[position] = a.Name, a.Name
		}
	}
	return names
}

// isHarmless follows domains to their base.
func (r *routine) isHarmless(name string) bool {
	for {
		t := r.Catalog.Types[name]
		switch {
		case harmless[name]:
			return true
		case t == nil:
			return false
		case t.Kind == catalog.Enum:
			return true
		case t.Kind != catalog.Domain:
			return false
		}
		name = t.Elem
	}
}

// taint knows the names that hold what a client sent: arguments, and variables
// that were made of them. The value is the argument.
type taint struct {
	names map[string]string
	depth int // of the expression that raw looks at
}

// What is nested or handed on more often is not followed.
const (
	maxTurns = 20
	maxDepth = 50
)

// spread finds the variables that are assigned what a client sent. Each turn
// finds at least one more, or is the last.
func (t *taint) spread(body tokens) {
	again := true
	for turn := 0; again && turn < maxTurns; turn++ {
		again = false
		for i := range body {
			target, from := assignment(body, i)
			if target == "" || t.names[target] != "" {
				continue
			}
			if who, ok := t.raw(body.until(from)); ok {
				t.names[target], again = who, true
			}
		}
	}
}

// assignment returns the variable that is assigned a value at i, and where the
// value begins: `v := …`, `v = …`, `v text := …` or `v text default …`.
func assignment(body tokens, i int) (target string, from int) {
	if !body.at(i).isName() || !body.follows(i) && !body.at(i-1).is("declare") {
		return "", 0
	}
	if next := body.at(i + 1); next.is(":=") || next.is("=") {
		return body[i].text, i + 2
	}
	for n := i + 1; n < len(body) && n < i+8 && !body[n].is(";"); n++ {
		if body[n].is(":=") || body[n].is("default") {
			return body[i].text, n + 1
		}
	}
	return "", 0
}

var (
	quotes = []string{"quote_ident", "quote_literal", "quote_nullable"}
	// passing are functions whose result has what they are given.
	passing = []string{"coalesce", "concat", "concat_ws", "lower", "upper", "trim", "btrim", "ltrim", "rtrim", "replace", "nullif"}
)

// raw returns the argument that an expression has in it unquoted, if that is sure.
func (t *taint) raw(e tokens) (who string, ok bool) {
	if t.depth++; t.depth > maxDepth {
		t.depth--
		return "", false
	}
	defer func() { t.depth-- }()
	parts := e.split("||")
	if len(parts) > 1 {
		return t.any(parts)
	}
	if n := len(e); n > 2 && e[n-2].is("::") {
		if e[n-1].kind == word && (harmless[e[n-1].text] || slices.Contains([]string{"int", "int2", "int4", "int8"}, e[n-1].text)) {
			return "", false
		}
		return t.raw(e[:n-2])
	}
	if name, isName := e.name(); isName {
		who = t.names[name.text]
		return who, who != ""
	}
	switch {
	case len(e) < 2:
		return "", false
	case e[0].is("(") && e.closing(0) == len(e)-1:
		return t.raw(e[1 : len(e)-1])
	case e.at(0).is("pg_catalog") && e.at(1).is("."):
		return t.raw(e[2:])
	case e.closing(1) != len(e)-1 || e.calls(0, quotes...):
		return "", false
	case e.calls(0, "format"):
		return t.format(e.arguments(1))
	case e.calls(0, passing...):
		return t.any(e.arguments(1))
	}
	return "", false
}

func (t *taint) any(parts []tokens) (who string, ok bool) {
	for _, part := range parts {
		if who, ok := t.raw(part); ok {
			return who, true
		}
	}
	return "", false
}

// specifier is one of format's: %[position$][flags][width]type.
var specifier = regexp.MustCompile(`%(?:%|(?:(\d+)\$)?-?(?:\d+|\*(?:\d+\$)?)?([sIL]))`)

// format looks for %s of an argument.
func (t *taint) format(args []tokens) (who string, ok bool) {
	if len(args) == 0 {
		return "", false
	}
	if who, ok := t.raw(args[0]); ok {
		return who, true
	}
	if len(args[0]) != 1 || args[0][0].kind != str {
		return "", false
	}
	next := 1
	for _, m := range specifier.FindAllStringSubmatch(args[0][0].text, -1) {
		if m[2] == "" {
			continue // %%
		}
		if strings.Contains(m[0], "*") {
			return "", false // the width is an argument, too
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			next = n
		}
		if m[2] == "s" && next < len(args) && next > 0 {
			if who, ok := t.raw(args[next]); ok {
				return who, true
			}
		}
		next++
	}
	return "", false
}
