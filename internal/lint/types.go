package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// advice is what is wrong with a type, and what to take instead.
type advice struct{ why, instead string }

// unfit are the types of SIG012.
var unfit = map[string]advice{
	"money":                       {"its text form and its precision are the server's lc_monetary", "numeric"},
	"time with time zone":         {"it has an offset and no date, so that no zone's rules can be applied", "timestamptz"},
	"timestamp without time zone": {"it does not say which instant is meant", "timestamptz"},
	"character":                   {"it is padded with blanks", "text"},
	"json":                        {"it keeps blanks and duplicate keys, and has no equality", "jsonb"},
}

var (
	floats  = []string{"real", "double precision"}
	amounts = regexp.MustCompile(`(?i)(?:^|_)(?:price|amount|cost|fee|salary|wage|tax|vat|balance|payment|subtotal|invoice|money)s?(?:$|_)`)
)

// types is SIG012.
func (r *routine) types() {
	for i, a := range r.Args {
		what := fmt.Sprintf("argument %d", i+1)
		if a.Name != "" {
			what = "argument " + a.Name
		}
		if !a.IsInput() {
			what = "result column " + strings.TrimPrefix(what, "argument ")
		}
		r.typeOf(what, a.Name, a.Type)
	}
	if !slices.ContainsFunc(r.Args, catalog.Arg.IsOutput) {
		r.typeOf("result", r.Name, r.Return)
	}
}

// typeOf looks at one type: that of an array's elements, a domain's base, a row's
// columns.
func (r *routine) typeOf(what, name, typeName string) {
	base := strings.TrimSuffix(typeName, "[]")
	t := r.Catalog.Types[base]
	if t != nil && t.Kind == catalog.Composite {
		for _, f := range t.Fields {
			r.unfit(what+"."+f.Name, f.Name, f.Type)
		}
		return
	}
	r.unfit(what, name, base)
}

func (r *routine) unfit(what, name, typeName string) {
	base := r.base(strings.TrimSuffix(typeName, "[]"))
	a, ok := unfit[base]
	if slices.Contains(floats, base) && amounts.MatchString(name) {
		a, ok = advice{"it is binary: 0.1 has no exact value, and sums of money drift", "numeric"}, true
	}
	if !ok {
		return
	}
	r.report("SIG012", diag.Warning, what, fmt.Sprintf("%s of %s is %s: %s", what, r.Identity, base, a.why),
		"", fmt.Sprintf("declare it as %s; another type needs `drop %s;` and then `create`", a.instead, r.sql()))
}

// base returns what a domain is made of in the end.
func (r *routine) base(name string) string {
	for t := r.Catalog.Types[name]; t != nil && t.Kind == catalog.Domain; t = r.Catalog.Types[name] {
		name = t.Elem
	}
	return name
}
