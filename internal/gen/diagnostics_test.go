package gen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/pgtest"
)

const faultyManifest = `version: 1
schema: shop
naming: {argument_prefix: a_}
services:
  - {name: goods, ids: 1000-1999}
methods:
  - {id: 1000, name: Price, function: "shop.price(text)", access: public}
  - {id: 1000, name: Items, function: shop.items(), access: public}
  - {id: 2000, name: Gone, function: shop.gone(), access: public}
  - {id: 1003, name: Itms, function: shop.itms(), access: public}
`

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWork(t, smallSQL, faultyManifest)
	report, err := gen.Run(t.Context(), w.conn, w.options())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`manifest.yaml:7:\d+: error\[MAN021\]: .*price\(text\).* has shop.price\(text,integer\)\n.*function: "shop.price\(text,integer\)"`,
		`manifest.yaml:8:10: error\[MAN007\]: .*\n.*next free ID`,
		`manifest.yaml:9:10: error\[MAN010\]: .*\n.*ranges are goods`,
		`manifest.yaml:9:\d+: error\[MAN020\]: function shop.gone\(\) does not exist\n.*--retire Gone`,
		`manifest.yaml:10:\d+: error\[MAN020\]: function shop.itms\(\) does not exist\n.*did you mean shop.items\(\)\?`,
		`manifest.yaml:10:5: error\[MAN022\]: shop.sizes\(\) has no method ID\n.*add to methods:\n.*id: 1004, name: Sizes`,
	}
	got := text(report.Diagnostics)
	for _, pattern := range want {
		if !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("nothing matches %s", pattern)
		}
	}
	if n := report.Diagnostics.Count(diag.Error); n != len(want) {
		t.Errorf("%d errors, want %d", n, len(want))
	}
	if t.Failed() {
		t.Logf("diagnostics:\n%s", got)
	}
	if files := w.files(); len(files) != 0 {
		t.Errorf("written: %q", names(files))
	}
}

func TestSelfCheckFindsChanges(t *testing.T) {
	t.Parallel()
	// A function whose call is ambiguous in its shortest form, which only
	// PostgreSQL can tell.
	w := newWork(t, smallSQL+`
		create function shop.f(a_x integer default 1) returns integer language sql as 'select 1';
		create function shop.f(a_x integer default 1, a_y integer default 2) returns integer language sql as 'select 1';`,
		smallManifest+`  - {id: 1003, name: F, function: "shop.f(integer)", access: public}
  - {id: 1004, name: G, function: "shop.f(integer,integer)", access: public}
`)
	report, err := gen.Run(t.Context(), w.conn, w.options())
	if err != nil {
		t.Fatal(err)
	}
	got := text(report.Diagnostics)
	if !regexp.MustCompile(`manifest.yaml:11:\d+: error\[GEN001\]: .*is not unique.*\n.*hint: .`).MatchString(got) {
		t.Errorf("diagnostics:\n%s", got)
	}
	if files := w.files(); len(files) != 0 {
		t.Errorf("written: %q", names(files))
	}
}

func TestSelfCheckTakesTheServersRole(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	role := config.Database + "_server"
	role = role[max(0, len(role)-60):]
	quoted := pgx.Identifier{role}.Sanitize()
	w := newWork(t, smallSQL+fmt.Sprintf(`
		create role %[1]s;
		revoke execute on function shop.price(text, integer), shop.items() from public;
		grant usage on schema shop to %[1]s;
		grant execute on function shop.items() to %[1]s;`, quoted),
		strings.Replace(smallManifest, "schema: shop\n", "schema: shop\nserver_role: "+role+"\n", 1))
	t.Cleanup(func() {
		pgtest.Exec(t, w.conn.Config().ConnString(), "drop owned by "+quoted+"; drop role "+quoted)
	})
	report, err := gen.Run(t.Context(), w.conn, w.options())
	if err != nil {
		t.Fatal(err)
	}
	got := text(report.Diagnostics)
	want := regexp.MustCompile(`manifest.yaml:8:\d+: error\[GEN001\]: the call of shop.price\(text,integer\) .*permission denied.*grant execute`)
	if !want.MatchString(got) || report.Diagnostics.Count(diag.Error) != 1 {
		t.Errorf("diagnostics:\n%s", got)
	}
	var is string
	if err := w.conn.QueryRow(t.Context(), "select current_user").Scan(&is); err != nil || is == role {
		t.Errorf("the connection is left as %s (%v)", is, err)
	}
	pgtest.Exec(t, w.conn.Config().ConnString(), "grant execute on function shop.price(text, integer) to "+quoted)
	w.run()
}

func TestUnknownServerRoleIsNoted(t *testing.T) {
	t.Parallel()
	w := newWork(t, smallSQL, strings.Replace(smallManifest, "schema: shop\n", "schema: shop\nserver_role: nobody_has_this_role\n", 1))
	got := text(w.run().Diagnostics)
	if !strings.Contains(got, "note[GEN003]") || !strings.Contains(got, "connect as a role that is a member") {
		t.Errorf("diagnostics:\n%s", got)
	}
}

func TestUnknownSchema(t *testing.T) {
	t.Parallel()
	w := newWork(t, "select 1", smallManifest)
	_, err := gen.Run(t.Context(), w.conn, w.options())
	if err == nil || !strings.Contains(err.Error(), `schema "shop"`) {
		t.Errorf("error %v", err)
	}
}

func TestUnreadableManifest(t *testing.T) {
	t.Parallel()
	w := newWork(t, smallSQL, "version: [")
	w.write("out/api/old_gen.go", "// Code generated by spgen. DO NOT EDIT.\n")
	for _, manifest := range []string{"version: [", "", "version: 1\n", "schema:\n"} {
		w.write("schema/manifest.yaml", manifest)
		report, err := gen.Run(t.Context(), w.conn, w.options())
		if err != nil || !report.Diagnostics.HasErrors() {
			t.Errorf("%q: error %v, diagnostics:\n%s", manifest, err, text(report.Diagnostics))
		}
	}
	if err := os.Remove(w.path("schema/manifest.yaml")); err != nil {
		t.Fatal(err)
	}
	report, err := gen.Run(t.Context(), w.conn, w.options())
	if err != nil || !strings.Contains(text(report.Diagnostics), "MAN038") {
		t.Errorf("no file: error %v, diagnostics:\n%s", err, text(report.Diagnostics))
	}
	if len(w.files()) != 1 {
		t.Errorf("there is %q", names(w.files()))
	}
}

func TestFormatErrorKeepsTheSource(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	method := &ir.Method{ID: 1000, Name: "not an identifier", Service: "s", Shape: ir.Void}
	model := &ir.Model{
		Methods:  []*ir.Method{method},
		Services: []ir.Service{{Name: "s", First: 1000, Last: 1999, Methods: []*ir.Method{method}}},
	}
	var report gen.Report
	files, err := gen.Emit(model, "example.com/x", &report)
	if err != nil || files != nil || len(report.Diagnostics) != 1 || report.Diagnostics[0].Code != "GEN002" {
		t.Fatalf("%d files, error %v, diagnostics:\n%s", len(files), err, text(report.Diagnostics))
	}
	path := regexp.MustCompile(`\S+\.go\.txt`).FindString(report.Diagnostics[0].Hint)
	source, err := os.ReadFile(filepath.Clean(path))
	if err != nil || !strings.Contains(string(source), "not an identifier") {
		t.Errorf("%s holds %q (%v)", path, source, err)
	}
}
