package pgcall_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// gated is a server whose executor has a gate.
type gated struct {
	*server
	gate *pgcall.Gate
}

// guard serves methods with a gate, with the fingerprints of what sql makes.
// role calls; "" is the superuser.
func guard(t *testing.T, role, sql string, poll time.Duration, procedures ...*pgcall.Procedure) *gated {
	t.Helper()
	var methods []rpc.Method
	for _, p := range procedures {
		methods = append(methods, method(p))
	}
	s := serve(t, options{conns: 2}, sql, methods...)
	s.print(procedures)
	g := &gated{server: s}
	if role != "" {
		g.server = s.as(role)
		g.start(options{url: g.url, conns: 2}, methods)
		g.url = s.url // changes are the superuser's
	}
	g.watch(t, poll)
	return g
}

// print gives procedures the fingerprints that the database has.
func (s *server) print(procedures []*pgcall.Procedure) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(s.t.Context()))
	prints, err := pgcall.Fingerprints(s.t.Context(), conn, "api")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range procedures {
		name, _, _ := strings.Cut(p.Identity, "(")
		for identity, print := range prints {
			if strings.HasPrefix(identity, name+"(") {
				p.Identity, p.Fingerprint = identity, print
			}
		}
	}
}

func (g *gated) watch(t *testing.T, poll time.Duration) {
	t.Helper()
	config, err := pgxpool.ParseConfig(g.pool.Pool().Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	g.gate = pgcall.NewGate(g.executor, config, pgcall.GateOptions{
		Poll: poll, Logger: slog.New(slog.NewTextHandler(g.log, nil)),
	}, g.api)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { g.gate.Run(ctx) })
	t.Cleanup(running.Wait)
	t.Cleanup(stop)
	<-g.gate.Ready()
}

// state says what the gate has found about the only method.
func (g *gated) state() string {
	r := g.gate.Report()
	var all []string
	for _, states := range []struct {
		name   string
		states []pgcall.MethodState
	}{{"drifted", r.Drifted}, {"denied", r.Denied}, {"differs", r.Differing}} {
		for _, s := range states.states {
			all = append(all, states.name+": "+strings.Join(append(s.Reasons, s.Grants...), "; "))
		}
	}
	if r.Err != "" {
		all = append(all, "error: "+r.Err)
	}
	return strings.Join(all, " | ")
}

// becomes waits until the gate's state is want.
func (g *gated) becomes(want string) {
	g.t.Helper()
	const enough = 10 * time.Second
	deadline := time.After(enough)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for g.state() != want {
		select {
		case <-deadline:
			g.t.Fatalf("the gate says %q, not %q, after %s", g.state(), want, enough)
		case <-tick.C:
		}
	}
}

const fast = 20 * time.Millisecond // between polls, in tests

// TestGate makes one change a row and undoes it.
func TestGate(t *testing.T) {
	t.Parallel()
	ab := func() *pgcall.Procedure {
		return function("f", pgcall.ShapeArray, params(opt("n", &pgjson.Int4)), column("a", &pgjson.Int4), column("b", &pgjson.Int4))
	}
	moody := func() *pgcall.Procedure {
		return function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))
	}
	paired := func() *pgcall.Procedure {
		return function("f", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair))
	}
	alone := func() *pgcall.Procedure {
		p := function("f", pgcall.ShapeObject, nil, column("a", &pair))
		p.Head, p.Tail = `select "api"."f"(`, `) as "a"`
		return p
	}
	nothing := func() *pgcall.Procedure { return function("f", pgcall.ShapeVoid, params(in("n", &pgjson.Int4))) }
	outs := func() *pgcall.Procedure {
		p := function("f", pgcall.ShapeObject, params(in("n", &pgjson.Int4)), pgcall.Column{Name: "n", Source: "a_n", Type: &pgjson.Int4})
		p.Head = `call "api"."f"(`
		return p
	}
	const (
		drop     = `drop function api.f;`
		abSQL    = `create function api.f(a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$;`
		moodSQL  = ownTypes + `create function api.f(a_mood app.mood) returns app.mood language sql as $$ select $1 $$;`
		pairSQL  = ownTypes + `create function api.f(a_pair app.pair) returns app.pair language sql as $$ select $1 $$;`
		aloneSQL = ownTypes + `create function api.f(out a app.pair) language sql as $$ select row(1, 'sad')::app.pair $$;`
		voidSQL  = `create function api.f(a_n int) returns void language sql as '';`
		outsSQL  = `create procedure api.f(inout a_n int) language sql as 'select 1';`
	)
	tests := []struct {
		name   string
		p      *pgcall.Procedure
		sql    string
		params string
		change string
		state  string // then
		answer string // then
	}{
		{"same, made anew", ab(), abSQL, `{}`, drop + abSQL, ``, `[{"a":1,"b":2}]`},
		{"dropped", ab(), abSQL, `{}`, drop, `drifted: the function does not exist`, `schema_drift`},
		{
			"schema gone", ab(), abSQL, `{}`, `alter schema api rename to ipa`,
			`drifted: the function does not exist`, `schema_drift`,
		},
		{
			"column added", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int default 1) returns table (a int, c int, b int) language sql as $$ select 1, 3, 2 $$`,
			`differs: column c was added`, `[{"a":1,"b":2}]`,
		},
		{
			"columns swapped", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int default 1) returns table (b int, a int) language sql as $$ select 2, 1 $$`,
			``, `[{"a":1,"b":2}]`,
		},
		{
			"column renamed", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int default 1) returns table (a int, c int) language sql as $$ select 1, 2 $$`,
			`drifted: column b is gone`, `schema_drift`,
		},
		{
			"column retyped", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int default 1) returns table (a int, b oid) language sql as $$ select 1, 2::oid $$`,
			`drifted: column b is oid, not integer`, `schema_drift`,
		},
		{
			"no set", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int default 1, out a int, out b int) language sql as $$ select 1, 2 $$`,
			`drifted: it returns no set any more`, `schema_drift`,
		},
		{
			"argument added", ab(), abSQL, `{"n":1}`,
			drop + `create function api.f(a_m text default 'x', a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`differs: argument a_m text was added, with a default`, `[{"a":1,"b":2}]`,
		},
		{
			"argument required", ab(), abSQL, `{}`,
			drop + `create function api.f(a_m text, a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`drifted: argument a_m text was added, without a default`, `schema_drift`,
		},
		{
			"argument renamed", ab(), abSQL, `{}`,
			drop + `create function api.f(a_m int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`drifted: argument a_n is gone`, `schema_drift`,
		},
		{
			"argument widened", ab(), abSQL, `{"n":7}`,
			drop + `create function api.f(a_n bigint default 1) returns table (a int, b int) language sql as $$ select 1, $1::int $$`,
			`differs: argument a_n is bigint now`, `[{"a":1,"b":7}]`,
		},
		{
			"argument retyped", ab(), abSQL, `{"n":7}`,
			drop + `create function api.f(a_n date default '2000-01-01') returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`drifted: argument a_n is date, not integer`, `schema_drift`,
		},
		{
			"default removed", ab(), abSQL, `{}`,
			drop + `create function api.f(a_n int) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`drifted: argument a_n has no default any more`, `schema_drift`,
		},
		{
			"strict", ab(), abSQL, `{"n":null}`, `alter function api.f strict`,
			`drifted: it is strict now: null for a_n gives no result`, `schema_drift`,
		},
		{
			"ambiguous", ab(), abSQL, `{}`,
			`create function api.f(a_n int default 1, a_m int default 2) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
			`drifted: function api.f(a_n => integer) is not unique (SQLSTATE 42725)`, `schema_drift`,
		},
		{
			"another overload", ab(), abSQL, `{}`,
			`create function api.f(a_other text) returns int language sql as $$ select 1 $$`, ``, `[{"a":1,"b":2}]`,
		},
		{
			"a procedure", ab(), abSQL, `{}`, drop + `create procedure api.f(a_n int default 1) language sql as ''`,
			`drifted: it is a procedure now`, `schema_drift`,
		},
		{
			"label added", moody(), moodSQL, `{"mood":"sad"}`, `alter type app.mood add value 'so-so'`,
			`differs: argument a_mood: app.mood has the label "so-so" now; the result: app.mood has the label "so-so" now`, `"sad"`,
		},
		{
			"label renamed", moody(), moodSQL, `{"mood":"sad"}`, `alter type app.mood rename value 'glad' to 'happy'`,
			`drifted: argument a_mood: app.mood has no label "glad" any more`, `schema_drift`,
		},
		{
			"type renamed", moody(), moodSQL, `{"mood":"sad"}`, `alter type app.mood rename to tone`,
			`drifted: argument a_mood is app.tone, not app.mood; the result is app.tone, not app.mood`, `schema_drift`,
		},
		{
			"field added", paired(), pairSQL, `{"pair":null}`, `alter type app.pair add attribute z int`,
			`drifted: argument a_pair: app.pair has 3 fields, not 2; the result: app.pair has 3 fields, not 2`, `schema_drift`,
		},
		{
			"field renamed", paired(), pairSQL, `{"pair":null}`, `alter type app.pair rename attribute x to z`,
			`drifted: argument a_pair: field 1 of app.pair is z integer, not x integer; the result: field 1 of app.pair is z integer, not x integer`, `schema_drift`,
		},
		{
			"only column renamed", alone(), aloneSQL, `{}`, drop + strings.Replace(aloneSQL[len(ownTypes):], "out a", "out z", 1),
			`drifted: column 1 is z, not a`, `schema_drift`,
		},
		{
			"result where was none", nothing(), voidSQL, `{"n":1}`, drop + `create function api.f(a_n int) returns int language sql as 'select 1'`,
			`differs: it returns integer now`, `null`,
		},
		{
			"out argument of a procedure", outs(), outsSQL, `{"n":1}`, `drop procedure api.f; create procedure api.f(inout a_n int, out b int) language sql as 'select 1, 2'`,
			`drifted: it has 2 columns, not 1`, `schema_drift`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := guard(t, "", test.sql, fast, test.p)
			g.becomes("")
			before := g.answers("f", test.params, g.call("f", test.params).String())
			g.exec(test.change)
			g.becomes(test.state)
			g.answers("f", test.params, test.answer)
			g.exec(`drop schema if exists api cascade; drop schema if exists ipa cascade; drop schema app cascade; create schema api; create schema app;` + test.sql)
			g.becomes("")
			g.answers("f", test.params, before.String())
		})
	}
}
