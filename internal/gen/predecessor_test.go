package gen_test

import (
	"os"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/pgtest"
)

const stockManifest = `version: 1
schema: shop
services: [{name: goods, ids: 1000-1999}]
methods:
  - {id: 1000, name: Stock, function: shop.stock, access: public}
`

// TestPredecessors holds what the lock marks as added: only what a database may
// lack without harm.
func TestPredecessors(t *testing.T) {
	t.Parallel()
	const before = "create schema shop; create function shop.stock(n integer) returns table (a integer, b text) language sql stable as $$select 1, ''$$;"
	for _, test := range []struct{ name, signature, want string }{
		{"column", "(n integer) returns table (a integer, b text, c text)", "c"},
		{"column in front", "(n integer) returns table (c text, a integer, b text)", "c"},
		{"argument with a default", "(n integer, m integer default 1) returns table (a integer, b text)", "m"},
		{"both", "(n integer, m integer default 1) returns table (a integer, b text, c text)", "m c"},
		{"argument without a default", "(n integer, m integer) returns table (a integer, b text)", ""},
		{"renamed column", "(n integer) returns table (a integer, c text)", ""},
		{"renamed argument", "(m integer default 1) returns table (a integer, b text)", ""},
		{"same", "(n integer) returns table (a integer, b text)", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWork(t, before, stockManifest)
			w.run()
			body := "select " + map[bool]string{true: "''::text, 1, ''::text", false: "1, ''::text, ''::text"}[strings.Contains(test.signature, "(c text, a")]
			if strings.Count(test.signature[strings.Index(test.signature, "table"):], ",") == 1 {
				body = "select 1, ''::text"
			}
			pgtest.Exec(t, w.conn.Config().ConnString(), "drop function shop.stock; create function shop.stock"+test.signature+" language sql stable as $$"+body+"$$")
			w.run()
			if got := w.added(); got != test.want {
				t.Errorf("added: %q, want %q", got, test.want)
			}
			w.run() // the mark stays
			if got := w.added(); got != test.want {
				t.Errorf("after another run: %q, want %q", got, test.want)
			}
			w.run(func(o *gen.Options) { o.Settle = true })
			if got := w.added(); got != "" {
				t.Errorf("settled: %q", got)
			}
			if w.run(check).Stale() {
				t.Error("stale after it was settled")
			}
		})
	}
}

// added returns the names that the lock marks, after it has made sure that the
// emitted code marks as many.
func (w *work) added() string {
	w.t.Helper()
	lock, err := os.ReadFile(w.path("schema/api.lock.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(lock)) {
		if strings.Contains(line, `"added": true`) {
			_, after, _ := strings.Cut(line, `"name": "`)
			name, _, _ := strings.Cut(after, `"`)
			names = append(names, name)
		}
	}
	if n := strings.Count(w.files()["api/goods_gen.go"].data, "Added: true"); n != len(names) {
		w.t.Errorf("%d marked in the code, and in the lock: %q", n, names)
	}
	return strings.Join(names, " ")
}

// TestUnmappedFunctionsDoNotHideChanges holds that Compare judges what is there.
func TestUnmappedFunctionsDoNotHideChanges(t *testing.T) {
	t.Parallel()
	w := newWork(t, "create schema shop; create function shop.stock(n integer) returns integer language sql stable as 'select 1'", stockManifest)
	w.run()
	pgtest.Exec(t, w.conn.Config().ConnString(), `drop function shop.stock;
		create function shop.stock(n integer) returns text language sql stable as $$select ''$$;
		create function shop.unmapped() returns integer language sql as 'select 1'`)
	report, err := gen.Compare(t.Context(), w.conn, w.path("schema"))
	if err != nil || len(report.Changes) != 1 || !report.Diagnostics.Stops() {
		t.Errorf("%d changes (%v), diagnostics:\n%s", len(report.Changes), err, text(report.Diagnostics))
	}
}
