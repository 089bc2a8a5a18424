package kitchen_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
)

// TestFingerprints holds the generator's fingerprints against the runtime's, of
// every type in every position, in two databases with other OIDs.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	first := &kitchen{database: pgtest.New(t), ids: map[string]int{}}
	first.install(t)
	want, texts := generatorPrints(t, first.database)
	if len(want) < 100 {
		t.Fatalf("%d routines only", len(want))
	}
	second := &kitchen{database: pgtest.New(t), ids: map[string]int{}}
	pgtest.Exec(t, second.database, "create table shift (a int); create table more (b shift); drop table more")
	second.install(t)
	for _, url := range []string{first.database, second.database} {
		got := runtimePrints(t, url)
		for identity, print := range want {
			if got[identity] != print {
				t.Errorf("%s is %q at run time, of\n%s", identity, got[identity], texts[identity])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d routines at run time, %d for the generator", len(got), len(want))
		}
	}
}

// generatorPrints returns fingerprints and their texts by identity.
func generatorPrints(t *testing.T, url string) (prints, texts map[string]string) {
	t.Helper()
	c, err := catalog.Read(t.Context(), connect(t, url), "api")
	if err != nil {
		t.Fatal(err)
	}
	prints, texts = map[string]string{}, map[string]string{}
	for i := range c.Routines {
		r := &c.Routines[i]
		prints[r.Identity], texts[r.Identity] = c.Fingerprint(r), c.FingerprintText(r)
	}
	return prints, texts
}

func runtimePrints(t *testing.T, url string) map[string]string {
	t.Helper()
	prints, err := pgcall.Fingerprints(t.Context(), connect(t, url), "api")
	if err != nil {
		t.Fatal(err)
	}
	return prints
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

const printedSQL = `
create schema api; create schema app;
create type app.mood as enum ('sad', 'glad');
create domain app.small as int check (value < 100);
create domain app.smaller as app.small;
create type app.pair as (x app.smaller, y app.mood);
create type app.span as range (subtype = int);
create function api.f(a_n int, a_pair app.pair[] default null, out x int, out span app.span) language sql as 'select 1, null::app.span';
create function api.other(a_n int) returns int language sql as 'select 1';
`

// TestFingerprintsTellChanges makes one change a row and says whether the
// fingerprint of api.f becomes another, for both who compute it.
func TestFingerprintsTellChanges(t *testing.T) {
	t.Parallel()
	const recreate = `drop function api.f; `
	tests := []struct {
		name, change string
		changes      bool
	}{
		{"same, made anew", recreate + `create function api.f(a_n int, a_pair app.pair[] default null, out x int, out span app.span) language sql as 'select 2, null::app.span'`, false},
		{"comment", `comment on function api.f is 'text'`, false},
		{"rights", `revoke execute on function api.f from public`, false},
		{"other default", `create or replace function api.f(a_n int, a_pair app.pair[] default '{}', out x int, out span app.span) language sql as 'select 1, null::app.span'`, false},
		{"other function", `drop function api.other`, false},
		{"type elsewhere", `create type api.mood as enum ('sad')`, false},
		{"strict", `alter function api.f strict`, true},
		{"volatility", `alter function api.f stable`, true},
		{"overload", `create function api.f(a_n bigint) returns int language sql as 'select 1'`, true},
		{"column renamed", recreate + `create function api.f(a_n int, a_pair app.pair[] default null, out y int, out span app.span) language sql as 'select 1, null::app.span'`, true},
		{"set", recreate + `create function api.f(a_n int, a_pair app.pair[] default null, out x int, out span app.span) returns setof record language sql as 'select 1, null::app.span'`, true},
		{"default gone", recreate + `create function api.f(a_n int, a_pair app.pair[], out x int, out span app.span) language sql as 'select 1, null::app.span'`, true},
		{"label added", `alter type app.mood add value 'so-so'`, true},
		{"label renamed", `alter type app.mood rename value 'sad' to 'bad'`, true},
		{"field added", `alter type app.pair add attribute z int`, true},
		{"field renamed", `alter type app.pair rename attribute x to w`, true},
		{"check of a domain's domain", `alter domain app.small add check (value > 1)`, true},
		{"not null", `alter domain app.small set not null`, true},
		{"type renamed", `alter type app.span rename to period`, true},
		{"type moved", `alter type app.mood set schema api`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.New(t)
			pgtest.Exec(t, url, printedSQL)
			before, _ := generatorPrints(t, url)
			pgtest.Exec(t, url, test.change)
			after, texts := generatorPrints(t, url)
			const f = "api.f(integer,app.pair[])"
			if got := before[f] != after[f]; got != test.changes {
				t.Errorf("changed: %t\n%s", got, texts[f])
			}
			if got := runtimePrints(t, url)[f]; got != after[f] {
				t.Errorf("%s at run time, of\n%s", got, texts[f])
			}
		})
	}
}
