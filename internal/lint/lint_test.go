package lint_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/pgtest"
)

// small is an API of one schema without roles of its own.
func small(t *testing.T, sql, methods string) lint.Input {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app; create table app.t (a int);\n"+sql)
	return read(t, connect(t, url), `version: 1
schema: api
session: {user_id: bigint}
services: [{name: one, ids: 1000-1999}]
ignore: ['i_*']
methods:
`+methods)
}

// lines returns findings as "CODE subject".
func lines(all []lint.Finding) []string {
	var some []string
	for _, f := range all {
		some = append(some, f.Severity.String()+" "+f.Key)
	}
	return some
}

func TestSchemaFindings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, securityRules[:1])
	conn := connect(t, w.url)
	if got := about(lint.Run(read(t, conn, w.manifest)), "SEC005", "schema api"); len(got) != 0 {
		t.Errorf("nobody may create: %v", got)
	}
	pgtest.Exec(t, w.url, w.roles.Replace("grant create on schema api to public, MAKER; revoke usage on schema api from SERVER"))
	in := read(t, conn, w.manifest)
	creates, uses := about(lint.Run(in), "SEC005", "schema api"), about(lint.Run(in), "OPS001", "schema api")
	if len(creates) != 2 || len(uses) != 1 {
		t.Fatalf("found %v and %v, want two and one", creates, uses)
	}
	pgtest.Exec(t, w.url, creates[0].Fix+creates[1].Fix+uses[0].Fix)
	found := lint.Run(read(t, conn, w.manifest))
	if left := append(about(found, "SEC005", "schema api"), about(found, "OPS001", "schema api")...); len(left) != 0 {
		t.Errorf("the fixes leave %v", left)
	}
	missing := strings.Replace(w.manifest, "server_role: ", "server_role: no_", 1)
	if got := about(lint.Run(read(t, conn, missing)), "OPS001", "schema api"); len(got) != 1 || !strings.Contains(got[0].Fix, "create role") {
		t.Errorf("a role that does not exist: %v", got)
	}
}

// TestFunctionsToCome holds that the remedy of SEC002 also works on what is
// created later: with IN SCHEMA it would not.
func TestFunctionsToCome(t *testing.T) {
	t.Parallel()
	const function = " returns int language sql stable as 'select 1';"
	url := pgtest.New(t)
	conn := connect(t, url)
	text := "version: 1\nschema: api\nservices: [{name: one, ids: 1000-1999}]\nignore: ['*']\nmethods: []\n"
	pgtest.Exec(t, url, "create schema api; create function api.a()"+function)
	found := about(lint.Run(read(t, conn, text)), "SEC002", "api.a")
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	pgtest.Exec(t, url, found[0].Fix+"create function api.b()"+function)
	if left := lint.Run(read(t, conn, text)); len(left) != 0 {
		t.Errorf("left: %v", lines(left))
	}
}

func TestSuppression(t *testing.T) {
	t.Parallel()
	in := small(t, `
		create function api.a() returns int language sql as 'select 1';
		comment on function api.a() is E'A.\n@lint-ignore SEC002 everybody may\n@lint-ignore beh001 soon it writes';
		create function api.b() returns int language sql stable as 'select 1';
		comment on function api.b() is E'B.\n@lint-ignore SEC002\n@lint-ignore SEC001 not any more';
		create function api.i_c() returns int language sql stable as 'select 1';
		comment on function api.i_c() is E'@lint-ignore SEC002 a helper\n@lint-ignore SEC02 everybody\n@lint-ignore';
		create function api.d(integer) returns int language sql stable as 'select 1';
		comment on function api.d(integer) is E'@lint-ignore SIG001 no\n@lint-ignore CHK001 who knows\n@lint-ignore SEC002 yes';
	`, `  - {id: 1000, name: A, function: api.a, access: public}
  - {id: 1001, name: B, function: api.b, access: public}
`)
	in.Checked = false
	want := []string{
		"warning LNT001 api.b() SEC001",
		"warning LNT002 api.b() SEC002",
		"error SEC002 api.b()",
		"warning LNT001 api.d(integer) SIG001",
		"warning SIG001 api.d(integer)",
		"warning LNT001 api.i_c() SEC02",
		"warning LNT002 api.i_c()",
	}
	if got := lines(lint.Run(in)); !slices.Equal(got, want) {
		t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	in.Checked = true
	if got := lines(lint.Run(in)); !slices.Contains(got, "warning LNT001 api.d(integer) CHK001") {
		t.Errorf("with plpgsql_check, its code that is not found: %v", got)
	}
}

func TestSessionArgument(t *testing.T) {
	t.Parallel()
	in := small(t, `
		create function api.a(user_id bigint) returns int language sql stable as 'select 1';
		create function api.b(user_id bigint) returns int language sql stable as 'select 1';
	`, `  - {id: 1000, name: A, function: api.a(bigint), access: session}
  - {id: 1001, name: B, function: api.b(bigint), access: session, client: [user_id]}
`)
	found := lint.Run(in)
	if got := about(found, "MAN026", "api.a"); len(got) != 1 {
		t.Errorf("one user reads another's data: %v", lines(found))
	}
	if got := about(found, "MAN026", "api.b"); len(got) != 0 {
		t.Errorf("declared `client`: %v", got)
	}
}

func TestKeysAreStableAndUnique(t *testing.T) {
	t.Parallel()
	const sql = `create function api.a() returns void language plpgsql as $$begin
		perform pg_advisory_lock(1); perform pg_advisory_lock(2); perform set_config('x.y', '1', false); end$$;`
	const methods = "  - {id: 1000, name: A, function: api.a(), access: public}\n"
	first, second := lint.Run(small(t, sql, methods)), lint.Run(small(t, "create function app.other() returns int language sql as 'select 1';"+sql, methods))
	if !slices.Equal(lines(first), lines(second)) {
		t.Errorf("two databases of one schema:\n%v\n%v", lines(first), lines(second))
	}
	want := []string{"error STA003 api.a() pg_advisory_lock", "error STA003 api.a() pg_advisory_lock #2", "error STA001 api.a() x.y"}
	for _, key := range want {
		if !slices.Contains(lines(first), key) {
			t.Errorf("no %q in %v", key, lines(first))
		}
	}
}

func TestPlaceInTheFile(t *testing.T) {
	t.Parallel()
	in := small(t, "create function api.a() returns void language plpgsql as $$\nbegin\n    listen news;\nend$$;",
		"  - {id: 1000, name: A, function: api.a(), access: public}\n")
	const file = "-- what it is\ncreate function api.a()\nreturns void language plpgsql\nas $$\nbegin\n    listen news;\nend$$;\n"
	in.Sources = map[string]ir.Source{"api.a()": {Path: "a.sql", Pos: diag.Pos{File: "s/a.sql", Line: 2, Col: 1}}}
	in.Read = func(string) ([]byte, error) { return []byte(file), nil }
	f := about(lint.Run(in), "STA004", "api.a")[0]
	if f.Pos != (diag.Pos{File: "s/a.sql", Line: 6, Col: 5}) || f.Line != 3 || f.Snippet != "listen news;" {
		t.Errorf("LISTEN is at %v, line %d: %q", f.Pos, f.Line, f.Snippet)
	}
	in.Read = func(string) ([]byte, error) { return []byte(strings.ReplaceAll(file, "news", "more")), nil }
	f = about(lint.Run(in), "STA004", "api.a")[0]
	if f.Pos.Line != 2 || f.Line != 3 || !strings.HasSuffix(f.Message, "\nline 3 of its body: listen news;") {
		t.Errorf("where the file has another body: %v, line %d: %s", f.Pos, f.Line, f.Message)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	found := []lint.Finding{
		{Diagnostic: diag.Diagnostic{Code: "SEC002", Severity: diag.Error, Subject: "api.a()", Message: "m"}, Key: "SEC002 api.a()", Fix: "revoke 1 < 2;"},
		{Diagnostic: diag.Diagnostic{Code: "SEC006", Severity: diag.Note, Pos: diag.Pos{File: "f", Line: 1}}, Line: 3, Snippet: "x"},
	}
	var b bytes.Buffer
	if err := lint.Write(&b, found, diag.JSONFormat, diag.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Diagnostics []map[string]any
		Errors      int
		Notes       int
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Errors != 1 || got.Notes != 1 || got.Diagnostics[0]["fix"] != "revoke 1 < 2;" || got.Diagnostics[1]["body_line"] != 3.0 {
		t.Errorf("wrote %s", b.String())
	}
	if !strings.Contains(b.String(), "1 < 2") {
		t.Errorf("SQL is escaped: %s", b.String())
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	all := []lint.Finding{
		{Diagnostic: diag.Diagnostic{Code: "SEC006", Severity: diag.Note}},
		{Diagnostic: diag.Diagnostic{Code: "BEH001", Severity: diag.Warning}},
		{Diagnostic: diag.Diagnostic{Code: "SEC002", Severity: diag.Error}},
	}
	tests := []struct {
		name, severity string
		only, except   []string
		want           string
		fails          bool
	}{
		{"all", "note", nil, nil, "SEC006 BEH001 SEC002", true},
		{"errors", "error", nil, nil, "SEC002", true},
		{"only", "note", []string{"sec006"}, nil, "SEC006", false},
		{"except", "warning", nil, []string{"SEC002", "BEH001"}, "", false},
	}
	for _, tt := range tests {
		f, err := lint.NewFilter(tt.severity, tt.only, tt.except)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		wanted := f.Apply(all)
		for _, x := range wanted {
			codes = append(codes, x.Code)
		}
		if got := strings.Join(codes, " "); got != tt.want || lint.Fails(wanted) != tt.fails {
			t.Errorf("%s: %q, fails %v", tt.name, got, lint.Fails(wanted))
		}
	}
	for _, only := range []string{"SEC02", "XYZ999", ""} {
		if _, err := lint.NewFilter("note", []string{only}, nil); err == nil {
			t.Errorf("--only %q is taken", only)
		}
	}
	if _, err := lint.NewFilter("bad", nil, nil); err == nil {
		t.Error("--severity bad is taken")
	}
}

func TestCodesAreExplained(t *testing.T) {
	t.Parallel()
	for _, code := range lint.Codes() {
		if _, ok := diag.Explain(code); !ok {
			t.Errorf("%s is not explained", code)
		}
	}
}
