package lint

import (
	"fmt"

	"github.com/spgen/spgen/internal/diag"
)

// leak is what a body leaves on its connection, which the next client gets.
type leak struct {
	code    string
	offset  int
	detail  string
	message string
	hint    string
}

// state reports STA001 to STA004, in the body and in the strings that it executes.
func (r *routine) state() {
	leaks := findLeaks(r.body)
	for _, expression := range r.body.executions() {
		for _, t := range expression {
			if t.kind != str {
				continue
			}
			for _, l := range findLeaks(scan(t.text)) {
				l.offset += t.offset
				leaks = append(leaks, l)
			}
		}
	}
	for _, l := range leaks {
		r.reportAt(l.code, diag.Error, l.offset, l.detail, l.message, "", l.hint)
	}
}

var leakRules = []func(t tokens, i int) (leak, bool){sessionSetting, setConfig, temporary, sessionLock, listen}

func findLeaks(body tokens) []leak {
	var all []leak
	drops := body.drops()
	for i := range body {
		for _, rule := range leakRules {
			l, ok := rule(body, i)
			if last, dropped := drops[l.detail]; l.code == "STA002" && dropped && last > i {
				continue
			}
			if ok {
				l.offset = body[i].offset
				all = append(all, l)
			}
		}
	}
	return all
}

const stays = " stays on the connection, which other clients' calls share"

// sessionSetting is STA001 of SET. What follows SET LOCAL, CONSTRAINTS and
// TRANSACTION ends with the transaction.
func sessionSetting(t tokens, i int) (leak, bool) {
	next := t.at(i + 1)
	if !t.at(i).is("set") || !t.begins(i) || !next.isName() || next.is("local") || next.is("constraints") || next.is("transaction") {
		return leak{}, false
	}
	if next.is("session") && t.at(i+2).isName() {
		next = t.at(i + 2)
	}
	return leak{
		code: "STA001", detail: next.text, message: "SET " + next.text + stays,
		hint: "write `set local`, which ends with the call",
	}, true
}

// setConfig is STA001 of set_config(…, false).
func setConfig(t tokens, i int) (leak, bool) {
	if !t.calls(i, "set_config") {
		return leak{}, false
	}
	args := t.arguments(i + 1)
	if len(args) != 3 || len(args[0]) == 0 || len(args[2]) == 0 {
		return leak{}, false
	}
	last := args[2][0]
	if !last.is("false") && (last.kind != str || last.text != "f" && last.text != "false") {
		return leak{}, false
	}
	what := args[0][0].text
	return leak{
		code: "STA001", detail: what, message: fmt.Sprintf("set_config(%s, …, false)%s", what, stays),
		hint: "let the third argument be true: the setting ends with the call",
	}, true
}

// temporary is STA002. ON COMMIT DROP, or a DROP TABLE further on, is the end of
// a table with the call: each call is a transaction.
func temporary(t tokens, i int) (leak, bool) {
	if !t.at(i).is("temp") && !t.at(i).is("temporary") {
		return leak{}, false
	}
	previous, n := t.at(i-1), i+1
	isCreate := previous.is("create") || (previous.is("local") || previous.is("global")) && t.at(i-2).is("create") ||
		previous.is("replace") && t.at(i-2).is("or")
	if !isCreate && (!previous.is("into") || t.at(i-2).is("insert") || t.at(i-2).is("merge")) {
		return leak{}, false
	}
	what := "table"
	for ; t.are(n, "table") || t.are(n, "view") || t.are(n, "sequence") || t.are(n, "recursive"); n++ {
		what = t.at(n).text
	}
	if t.are(n, "if", "not", "exists") {
		n += 3
	}
	name := t.at(n)
	if !name.isName() || name.kind == word && reserved[name.text] || t.endsWithCall(n) {
		return leak{}, false
	}
	return leak{
		code: "STA002", detail: name.text, message: fmt.Sprintf("the temporary %s %s%s, and the next call there finds it", what, name.text, stays),
		hint: "end it with `on commit drop`, or use an array or a common table expression",
	}, true
}

// drops returns where the body has its last DROP TABLE of each name.
func (t tokens) drops() map[string]int {
	all := map[string]int{}
	for i := range t {
		n := i + 2
		if t.are(n, "if", "exists") {
			n += 2
		}
		if t.are(i, "drop", "table") && t.at(n).isName() {
			all[t.at(n).text] = i
		}
	}
	return all
}

// endsWithCall reports whether the statement goes on with ON COMMIT DROP.
func (t tokens) endsWithCall(i int) bool {
	statement := t.until(i)
	for n := range statement {
		if statement.are(n, "on", "commit", "drop") {
			return true
		}
	}
	return false
}

// sessionLock is STA003. An unlock further on does not run when the call fails.
func sessionLock(t tokens, i int) (leak, bool) {
	if !t.calls(i, "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared") {
		return leak{}, false
	}
	return leak{
		code: "STA003", detail: t[i].text, message: "the lock of " + t[i].text + stays + ", also when the call fails",
		hint: "use the function of that name with `_xact_lock`, whose lock ends with the call",
	}, true
}

// listen is STA004.
func listen(t tokens, i int) (leak, bool) {
	if !t.at(i).is("listen") || !t.begins(i) || !t.at(i+1).isName() {
		return leak{}, false
	}
	return leak{
		code: "STA004", detail: t.at(i + 1).text, message: "LISTEN " + t.at(i+1).text + stays + ", and nobody reads what it brings",
		hint: "listen on a connection of its own, outside of functions; NOTIFY is fine",
	}, true
}
