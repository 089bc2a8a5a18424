package pgcall_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// TestDrift changes the schema under a server that has the call prepared on
// several connections, and changes it back.
func TestDrift(t *testing.T) {
	t.Parallel()
	const none, own = "", ownTypes
	ab := func(shape pgcall.Shape) *pgcall.Procedure {
		return function("f", shape, params(opt("n", &pgjson.Int4)), column("a", &pgjson.Int4), column("b", &pgjson.Int4))
	}
	const abSQL = `create function api.f(a_n int default 1, out a int, out b int) language sql as $$ select 1, 2 $$;`
	enum := function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))
	enum.Tail = ")"
	moods := function("f", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))
	composite := function("f", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair))
	domain := function("f", pgcall.ShapeScalar, params(in("n", &small)), scalar(&small))
	const (
		enumSQL   = `create function api.f(a_mood app.mood) returns app.mood language sql as $$ select $1 $$;`
		moodsSQL  = `create function api.f(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;`
		pairSQL   = `create function api.f(a_pair app.pair) returns app.pair language sql as $$ select $1 $$;`
		domainSQL = `create function api.f(a_n app.small) returns app.small language sql as $$ select $1 $$;`
		drop      = `drop function api.f;`
		dropTypes = drop + `drop type app.pair; drop type app.mood; drop domain app.small;`
	)
	outsSQL := `create procedure api.outs(out first int, a_n int, out second text) language sql as $$ select a_n, 'two'::text $$;`
	tests := []struct {
		name         string
		p            *pgcall.Procedure
		types, sql   string
		params, want string
		change       string
		changed      string // the answer then
		back         string
	}{
		{
			"column renamed", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_n int default 1, out a int, out c int) language sql as $$ select 1, 2 $$`, "schema_drift", drop + abSQL,
		},
		{
			"columns swapped", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_n int default 1, out b int, out a int) language sql as $$ select 4, 3 $$`, `{"a":3,"b":4}`, drop + abSQL,
		},
		{
			"column retyped", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_n int default 1, out a int, out b oid) language sql as $$ select 1, 2::oid $$`, "schema_drift", drop + abSQL,
		},
		{
			"column added", ab(pgcall.ShapeArray), none, abSQL, `{}`, `[{"a":1,"b":2}]`,
			drop + `create function api.f(a_n int default 1, out a int, out b int, out c int) language sql as $$ select 4, 5, 6 $$`, `[{"a":4,"b":5}]`, drop + abSQL,
		},
		{
			"column removed", ab(pgcall.ShapeArray), none, abSQL, `{}`, `[{"a":1,"b":2}]`,
			drop + `create function api.f(a_n int default 1, out a int) language sql as $$ select 1 $$`, "schema_drift", drop + abSQL,
		},
		{"dropped", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`, drop, "schema_drift", abSQL},
		{"schema dropped", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`, `drop schema api cascade`, "schema_drift", `create schema api;` + abSQL},
		{
			"argument renamed", ab(pgcall.ShapeObject), none, abSQL, `{"n":1}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_m int default 1, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", drop + abSQL,
		},
		{
			"argument retyped", ab(pgcall.ShapeObject), none, abSQL, `{"n":1}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_n bytea, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", drop + abSQL,
		},
		{
			"default removed", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + `create function api.f(a_n int, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", drop + abSQL,
		},
		{
			"made a procedure", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + `create procedure api.f(a_n int default 1) language sql as ''`, "schema_drift", `drop procedure api.f;` + abSQL,
		},
		{
			"same, made anew", ab(pgcall.ShapeObject), none, abSQL, `{}`, `{"a":1,"b":2}`,
			drop + strings.ReplaceAll(abSQL, "1, 2", "3, 4"), `{"a":3,"b":4}`, drop + abSQL,
		},
		{
			"scalar retyped", function("f", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)), none, `create function api.f() returns int language sql as 'select 7'`, `{}`, `7`,
			drop + `create function api.f() returns real language sql as 'select 7::real'`, "schema_drift", drop + `create function api.f() returns int language sql as 'select 7'`,
		},
		{
			"procedure's OUT renamed", outs(), none, outsSQL, `{"n":1}`, `{"first":1,"second":"two"}`,
			`drop procedure api.outs;` + strings.ReplaceAll(outsSQL, "first", "fist"), "schema_drift", `drop procedure api.outs;` + outsSQL,
		},
		{
			"procedure made anew", outs(), none, outsSQL, `{"n":1}`, `{"first":1,"second":"two"}`,
			`drop procedure api.outs;` + strings.ReplaceAll(outsSQL, "'two'", "'three'"), `{"first":1,"second":"three"}`, `drop procedure api.outs;` + outsSQL,
		},
		{"enum made anew", enum, own, enumSQL, `{"mood":"sad"}`, `"sad"`, dropTypes + own + enumSQL, `"sad"`, ``},
		{"array made anew", moods, own, moodsSQL, `{"moods":["sad"]}`, `["sad"]`, dropTypes + own + moodsSQL, `["sad"]`, ``},
		{"composite made anew", composite, own, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`, dropTypes + own + pairSQL, `{"x":1,"y":"sad"}`, ``},
		{"domain made anew", domain, own, domainSQL, `{"n":1}`, `1`, dropTypes + own + domainSQL, `1`, ``},
		{"types gone", moods, own, moodsSQL, `{"moods":["sad"]}`, `["sad"]`, dropTypes, "schema_drift", own + moodsSQL},
		{
			"enum made text", enum, own, enumSQL, `{"mood":"sad"}`, `"sad"`,
			drop + `create function api.f(a_mood text) returns text language sql as $$ select $1 $$`, "schema_drift", drop + enumSQL,
		},
		{
			"enum made another", enum, own, enumSQL, `{"mood":"sad"}`, `"sad"`,
			drop + `create type app.tone as enum ('sad'); create function api.f(a_mood app.tone) returns app.tone language sql as $$ select $1 $$`,
			"schema_drift", drop + enumSQL,
		},
		{
			"composite with other names", composite, own, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`,
			dropTypes + strings.ReplaceAll(own, "(x int, y app.mood)", "(z int, y app.mood)") + pairSQL, "schema_drift", dropTypes + own + pairSQL,
		},
		{
			"composite with more", composite, own, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`,
			`alter type app.pair add attribute z int`, "schema_drift", `alter type app.pair drop attribute z`,
		},
		{
			"domain of another type", domain, own, domainSQL, `{"n":1}`, `1`,
			dropTypes + strings.ReplaceAll(own, "as int check (value < 100)", "as date") + domainSQL, "schema_drift", dropTypes + own + domainSQL,
		},
		{
			"enum argument made another", function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&pgjson.Int4)), own,
			`create function api.f(a_mood app.mood) returns int language sql as 'select 1'`, `{"mood":"sad"}`, `1`,
			drop + `create type app.tone as enum ('sad'); create function api.f(a_mood app.tone) returns int language sql as 'select 1'`,
			"schema_drift", drop + `create function api.f(a_mood app.mood) returns int language sql as 'select 1'`,
		},
		{
			"domain argument of another type", function("f", pgcall.ShapeScalar, params(in("n", &small)), scalar(&pgjson.Int4)), own,
			`create function api.f(a_n app.small) returns int language sql as 'select 1'`, `{"n":1}`, `1`,
			dropTypes + strings.ReplaceAll(own, "as int check (value < 100)", "as date") + `create function api.f(a_n app.small) returns int language sql as 'select 1'`,
			"schema_drift", dropTypes + own + `create function api.f(a_n app.small) returns int language sql as 'select 1'`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, options{conns: 3}, tt.types+tt.sql, method(tt.p))
			name := s.api.Methods[0].Name
			s.onEveryConn(name, tt.params, tt.want)
			s.exec(tt.change)
			s.onEveryConn(name, tt.params, tt.changed)
			if tt.back != "" {
				s.exec(tt.back)
			}
			if tt.changed == "schema_drift" || tt.back != "" {
				s.onEveryConn(name, tt.params, tt.want)
			}
		})
	}
}

// TestDriftOfManyAtOnce has calls meet old plans on whatever connection they get.
func TestDriftOfManyAtOnce(t *testing.T) {
	t.Parallel()
	const sql = `create function api.f(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;`
	s := serve(t, options{conns: 4}, ownTypes+sql,
		method(function("f", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))))
	for range 5 {
		s.onEveryConn("f", `{"moods":["sad"]}`, `["sad"]`)
		s.exec(`drop function api.f; drop type app.pair; drop type app.mood; drop domain app.small;` + ownTypes + sql)
		var calls []answers
		for range 40 {
			calls = append(calls, s.begin(t.Context(), &rpc.Call{Name: "f", Params: []byte(`{"moods":["glad"]}`)}))
		}
		for _, a := range calls {
			if got := <-a; got.Result != `["glad"]` {
				t.Fatalf("answered %s (%v)", got, got.Err)
			}
		}
	}
}

// onEveryConn makes the call on every connection of the pool, each of which has
// then prepared it: it holds the others meanwhile.
func (s *server) onEveryConn(name, params, want string) {
	s.t.Helper()
	pool := s.pool.Pool()
	held := make([]*pgxpool.Conn, pool.Config().MaxConns)
	for i := range held {
		var err error
		if held[i], err = pool.Acquire(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
	for i := range held {
		held[i].Release()
		s.answers(name, params, want)
		var err error
		if held[i], err = pool.Acquire(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, conn := range held {
		conn.Release()
	}
}

func TestDriftIsLoggedNotSent(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, `create function api.f(out a_secret int) language sql as 'select 1'`,
		method(function("f", pgcall.ShapeObject, nil, column("a_secret", &pgjson.Text))))
	got := s.answers("f", `{}`, "schema_drift")
	if got.Err == nil || got.Err.Code != rpc.CodeSchemaDrift || strings.Contains(got.Err.Message, "a_secret") {
		t.Errorf("answered %v", got.Err)
	}
	if logged := s.log.String(); !strings.Contains(logged, "a_secret") || strings.Count(logged, "\n") != 1 {
		t.Errorf("logged %s", logged)
	}
}
