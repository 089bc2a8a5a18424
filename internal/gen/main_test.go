package gen_test

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

const smallSQL = `
create schema shop;
create function shop.price(a_item text, a_count integer default 1) returns numeric language sql as 'select 1.5';
create function shop.items() returns table (name text) language sql as $$select 'pear'$$;
create type shop.size as enum ('S', 'M');
create function shop.sizes() returns setof shop.size language sql as $$select 'S'::shop.size$$;
`

const smallManifest = `version: 1
schema: shop
naming: {argument_prefix: a_}
services:
  - {name: goods, ids: 1000-1999}
methods:
  - {id: 1000, name: Price, function: "shop.price(text,integer)", access: public}
  - {id: 1001, name: Items, function: shop.items(), access: public}
  - {id: 1002, name: Sizes, function: shop.sizes(), access: public}
`

// work is a module in a directory of its own, and a database.
type work struct {
	t    testing.TB
	dir  string
	conn *pgx.Conn
}

// newWork makes the module example.com/other with a manifest, and a database
// out of sql.
func newWork(t testing.TB, sql, manifest string) *work {
	t.Helper()
	w := &work{t: t, dir: t.TempDir()}
	w.write("go.mod", "module example.com/other\n\ngo 1.26\n")
	w.write("schema/manifest.yaml", manifest)
	url := pgtest.New(t)
	pgtest.Exec(t, url, sql)
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	w.conn = conn
	return w
}

func (w *work) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *work) write(name, data string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), []byte(data), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *work) options() gen.Options {
	return gen.Options{SchemaDir: w.path("schema"), OutDir: w.path("out")}
}

// run generates, and fails the test when anything is wrong.
func (w *work) run(change ...func(*gen.Options)) *gen.Report {
	w.t.Helper()
	o := w.options()
	for _, f := range change {
		f(&o)
	}
	report, err := gen.Run(context.Background(), w.conn, o)
	if err != nil {
		w.t.Fatal(err)
	}
	if report.Diagnostics.HasErrors() {
		w.t.Fatalf("diagnostics:\n%s", text(report.Diagnostics))
	}
	return report
}

func check(o *gen.Options) { o.Check = true }

// state is what tells whether a file was written again.
type state struct {
	data string
	info fs.FileInfo
}

// files returns all files below out.
func (w *work) files() map[string]state {
	w.t.Helper()
	all := map[string]state{}
	err := filepath.WalkDir(w.path("out"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		rel, _ := filepath.Rel(w.path("out"), path)
		all[filepath.ToSlash(rel)] = state{string(data), info}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return all
}

func names(files map[string]state) []string { return slices.Sorted(maps.Keys(files)) }

func text(l diag.List) string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.String() + "\n    hint: " + d.Hint + "\n")
	}
	return b.String()
}
