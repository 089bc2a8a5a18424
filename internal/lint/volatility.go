package lint

import (
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// volatilities are the words of CREATE FUNCTION.
var volatilities = map[byte]string{'i': "IMMUTABLE", 's': "STABLE", 'v': "VOLATILE"}

// volatility is BEH001: what r is declared as does not fit what its body visibly
// does. Where that cannot be seen nothing is said; plpgsql_check sees more.
func (r *routine) volatility() {
	if r.body == nil || r.Kind != catalog.Function || r.isTrigger() {
		return
	}
	if r.Volatility == 'v' {
		if r.Return != "void" && r.onlyReads() {
			r.misdeclared('s', "and its body visibly only reads: the server retries and spreads calls that do", 0)
		}
		return
	}
	if i, ok := r.body.writes(); ok {
		r.misdeclared('v', fmt.Sprintf("and its body has %s, which PostgreSQL refuses there", r.body.statement(i)), r.body[i].offset)
		return
	}
	for i := range r.body {
		if !r.body[i].isName() || !r.body.at(i+1).is("(") {
			continue
		}
		if v, ok := r.Audit.Volatility[r.body[i].text]; ok && v.Least > r.Volatility {
			r.misdeclared(v.Least, fmt.Sprintf("and calls %s, which is %s", r.body[i].text, volatilities[v.Least]), r.body[i].offset)
			return
		}
	}
}

// misdeclared reports BEH001; offset is of the reason in the body, 0 for none.
func (r *routine) misdeclared(should byte, why string, offset int) {
	fix := fmt.Sprintf("alter %s %s;", r.sql(), strings.ToLower(volatilities[should]))
	message := fmt.Sprintf("%s is declared %s %s", r.Identity, volatilities[r.Volatility], why)
	if offset == 0 {
		r.report("BEH001", diag.Warning, "", message, fix, "")
		return
	}
	r.reportAt("BEH001", diag.Warning, offset, "", message, fix, "")
}

// acting are the words of statements that do more than read, or that hide what
// is done. One of them as a name only keeps the rule silent.
var acting = map[string]bool{
	"insert": true, "update": true, "delete": true, "merge": true, "truncate": true, "create": true, "drop": true,
	"alter": true, "grant": true, "revoke": true, "copy": true, "call": true, "do": true, "execute": true, "lock": true,
	"notify": true, "listen": true, "unlisten": true, "set": true, "reset": true, "refresh": true, "comment": true,
	"open": true, "share": true, "commit": true, "rollback": true, "savepoint": true, "vacuum": true, "analyze": true,
	"cluster": true, "reindex": true, "security": true, "import": true, "prepare": true, "discard": true, "load": true,
	"checkpoint": true, "reassign": true, "operator": true,
}

// onlyReads reports whether the body surely writes nothing: no word of it writes,
// and every function that it calls, by all routines of that name, is not volatile.
func (r *routine) onlyReads() bool {
	for i, t := range r.body {
		if t.kind == word && acting[t.text] {
			return false
		}
		if !t.isName() || !r.body.at(i+1).is("(") {
			continue
		}
		if v, known := r.Audit.Volatility[t.text]; known && v.Most == 'v' {
			return false
		}
	}
	return len(r.body) > 0
}

// writes returns where the body visibly writes.
func (t tokens) writes() (int, bool) {
	for i := range t {
		switch {
		case t.are(i, "insert", "into"), t.are(i, "delete", "from"), t.are(i, "merge", "into"):
			if !t.at(i - 1).is(".") {
				return i, true
			}
		case t.are(i, "truncate") && t.at(i+1).isName(), t.are(i, "create", "table"), t.are(i, "drop", "table"):
			if t.begins(i) {
				return i, true
			}
		case t.updates(i), t.are(i, "for", "update"), t.are(i, "for", "share"), t.are(i, "for", "no", "key"), t.are(i, "for", "key", "share"):
			return i, true
		}
	}
	return 0, false
}

// statement names what writes at i.
func (t tokens) statement(i int) string {
	if t[i].is("for") {
		return "FOR " + strings.ToUpper(t.at(i+1).text)
	}
	return strings.ToUpper(t[i].text)
}

// updates reports whether UPDATE … SET is at i.
func (t tokens) updates(i int) bool {
	previous := t.at(i - 1)
	if !t.at(i).is("update") || previous.is("do") || previous.is(".") {
		return false
	}
	for n := i + 2; n <= i+7; n++ {
		if t.at(n).is("set") {
			return t.at(i + 1).isName()
		}
	}
	return false
}
