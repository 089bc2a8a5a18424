package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/lint"
)

// TestBodyFindings stands in for plpgsql_check, which a new machine does not have.
// The messages are those of version 2.3.
func TestBodyFindings(t *testing.T) {
	t.Parallel()
	in := small(t, `
		create function api.a(a text) returns int language plpgsql stable as E'begin\n  insert into app.t values (1);\n  execute a;\nend';
		create function api.b() returns int language plpgsql as 'begin perform random(); end';
		create function api.c() returns void language plpgsql as 'begin end';
		comment on function api.c() is '@lint-ignore CHK002 it is for later';
	`, `  - {id: 1000, name: A, function: api.a(text), access: public}
  - {id: 1001, name: B, function: api.b(), access: public}
  - {id: 1002, name: C, function: api.c(), access: public}
`)
	const other = "routine is marked as "
	in.Checked, in.Bodies = true, []catalog.BodyFinding{
		{Identity: "api.a(text)", Line: 2, Level: "error", Message: "INSERT is not allowed in a non volatile function"},
		{Identity: "api.a(text)", Line: 3, Level: "security", Message: "text type variable is not sanitized", Hint: "quote_ident"},
		{Identity: "api.a(text)", Line: 2, Level: "security", Message: "text type variable is not sanitized"},
		{Identity: "api.a(text)", Level: "performance", Message: other + "STABLE, should be VOLATILE"},
		{Identity: "api.b()", Level: "performance", Message: other + "VOLATILE, should be IMMUTABLE"},
		{Identity: "api.b()", Line: 1, Level: "error", Message: `relation "x" does not exist.`, Detail: "It is not there."},
		{Identity: "api.b()", Line: 99, Level: "performance", Message: "hidden cast"},
		{Identity: "api.b()", Level: "compatibility", Message: "assign to refcursor"},
		{Identity: "api.b()", Level: catalog.Failed, Message: "it could not be checked", Detail: "no"},
		{Identity: "api.c()", Level: "warning extra", Message: `unused variable "v"`},
		{Identity: "api.c()", Level: "performance", Message: other + "VOLATILE, should be IMMUTABLE"},
	}
	found := lint.Run(in)
	var got []string
	for _, f := range found {
		if strings.HasPrefix(f.Code, "CHK") || f.Code == "BEH001" || f.Code == "SEC004" || f.Code == "LNT001" {
			got = append(got, f.Severity.String()+" "+f.Key)
		}
	}
	want := []string{
		"warning BEH001 api.a(text)",
		"warning SEC004 api.a(text) text type variable is not sanitized",
		"warning SEC004 api.a(text) a",
		"warning BEH001 api.b() " + other + "VOLATILE, should be IMMUTABLE",
		"warning CHK002 api.b() it could not be checked",
		"note CHK004 api.b() assign to refcursor",
		`error CHK001 api.b() relation "x" does not exist.`,
		"note CHK003 api.b() hidden cast",
		"note BEH001 api.c() " + other + "VOLATILE, should be IMMUTABLE",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, f := range about(found, "BEH001", "api.b") {
		if f.Fix != "alter function api.b() stable;" {
			t.Errorf("IMMUTABLE is a promise that nobody asked for: %s", f.Fix)
		}
	}
}
