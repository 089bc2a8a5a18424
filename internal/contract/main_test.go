package contract_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// database is one that schemas are tried in, one after the other.
type database struct {
	*testing.T
	conn *pgx.Conn
	read map[string]*catalog.Catalog // by SQL
}

func newDatabase(t *testing.T) database {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return database{t, conn, map[string]*catalog.Catalog{}}
}

// top is what each manifest of these tests begins with.
const top = `version: 1
schema: api
naming: {function_prefix: fun_, argument_prefix: a_}
services: [{name: one, ids: 1000-1999}]
`

// f is the manifest of a schema with the function api.f alone.
const f = `methods: [{id: 1000, name: F, function: api.f, access: public}]`

// catalog makes the schemas api and app anew out of sql, and reads api.
func (d database) catalog(sql string) *catalog.Catalog {
	d.Helper()
	if cat := d.read[sql]; cat != nil {
		return cat
	}
	const anew = `set client_min_messages = warning;
		drop schema if exists api, app cascade; create schema api; create schema app;`
	if _, err := d.conn.Exec(d.Context(), anew+sql); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
	cat, err := catalog.Read(d.Context(), d.conn, "api")
	if err != nil {
		d.Fatal(err)
	}
	d.read[sql] = cat
	return cat
}

// contract returns the contract of sql with a manifest.
func (d database) contract(sql, entries string) *contract.Contract {
	d.Helper()
	if !strings.HasPrefix(entries, "session: ") {
		entries = "session: {role: text}\n" + entries
	}
	cat := d.catalog(sql)
	m, diags := manifest.Parse("m.yaml", []byte(top+entries+"\n"))
	if diags.HasErrors() {
		d.Fatalf("%s\n%v", entries, diags)
	}
	model, diags := ir.Build(cat, m)
	if diags.HasErrors() {
		d.Fatalf("%s\n%s\n%v", sql, entries, diags)
	}
	c := contract.Of(model)
	c.Complete(cat)
	return c
}

// lines are changes as "level CODE path".
func lines(changes []contract.Change) []string {
	var all []string
	for _, c := range changes {
		all = append(all, strings.Join([]string{c.Level.String(), c.Rule, c.Path}, " "))
	}
	return all
}
