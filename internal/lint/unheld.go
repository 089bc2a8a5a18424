package lint

import (
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// unheld is SEC007: where the manifest has settings, policies are to hold every
// call, and they do not hold a SECURITY DEFINER routine that uses its owner's
// own tables. SEC003 finds owners whom policies never hold.
func (r *routine) unheld() {
	if !r.Definer || len(r.told.names) == 0 {
		return
	}
	for _, t := range r.Audit.Unheld {
		if t.Role != r.Owner {
			continue
		}
		offset, used := r.body.uses(t)
		if !used {
			continue
		}
		table := ident(t.Schema) + "." + ident(t.Table)
		r.reportAt("SEC007", diag.Warning, offset, t.Schema+"."+t.Table,
			fmt.Sprintf("%s is SECURITY DEFINER and belongs to %s, whom the policies of its own table %s do not hold", r.Identity, r.Owner, table),
			fmt.Sprintf("alter table %s force row level security;", table), "then a policy of the table must be for "+ident(r.Owner)+", too")
	}
}

// uses returns where the table stands in a statement. A name without its schema
// counts only where nothing but a table can stand.
func (t tokens) uses(table catalog.Unheld) (offset int, used bool) {
	for i := range t {
		if !t.at(i).names(table.Table) || t.at(i+1).is("(") && !t.at(i-1).is(".") {
			continue
		}
		switch before := t.at(i - 1); {
		case before.is("."):
			used = t.at(i - 2).names(table.Schema)
		case before.is("into"):
			used = t.at(i-2).is("insert") || t.at(i-2).is("merge")
		default:
			used = tablesFollow[before.text] && before.kind == word
		}
		if used {
			return t[i].offset, true
		}
	}
	return 0, false
}

// tablesFollow are the words after which a name is a table's.
var tablesFollow = map[string]bool{"from": true, "join": true, "update": true, "using": true, "only": true, "table": true}

// names reports whether t is the name of an object, as PostgreSQL compares it.
func (t token) names(object string) bool {
	return t.kind == word && strings.ToLower(t.text) == object || t.kind == quoted && t.text == object
}
