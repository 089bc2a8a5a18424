package pgcall_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// What the tests call, and what it takes.
const (
	noTypes   = ""
	abSQL     = `create function api.f(a_n int default 1, out a int, out b int) language sql as $$ select 1, 2 $$;`
	enumSQL   = `create function api.f(a_mood app.mood) returns app.mood language sql as $$ select $1 $$;`
	moodsSQL  = `create function api.f(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;`
	pairSQL   = `create function api.f(a_pair app.pair) returns app.pair language sql as $$ select $1 $$;`
	domainSQL = `create function api.f(a_n app.small) returns app.small language sql as $$ select $1 $$;`
	outsSQL   = `create procedure api.outs(out first int, a_n int, out second text) language sql as $$ select a_n, 'two'::text $$;`
	dropF     = `drop function api.f;`
	dropTypes = dropF + `drop type app.pair; drop type app.mood; drop domain app.small;`
)

var (
	driftEnum   = function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))
	driftMoods  = function("f", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))
	driftPair   = function("f", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair))
	driftDomain = function("f", pgcall.ShapeScalar, params(in("n", &small)), scalar(&small))
)

// driftAB calls what abSQL creates.
func driftAB(shape pgcall.Shape) *pgcall.Procedure {
	return function("f", shape, params(opt("n", &pgjson.Int4)), column("a", &pgjson.Int4), column("b", &pgjson.Int4))
}

var driftTests = []struct {
	name         string
	p            *pgcall.Procedure
	types, sql   string
	params, want string
	change       string
	changed      string // the answer then
	back         string
}{
	{
		"column renamed", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_n int default 1, out a int, out c int) language sql as $$ select 1, 2 $$`, "schema_drift", dropF + abSQL,
	},
	{
		"columns swapped", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_n int default 1, out b int, out a int) language sql as $$ select 4, 3 $$`, `{"a":3,"b":4}`, dropF + abSQL,
	},
	{
		"column retyped", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_n int default 1, out a int, out b oid) language sql as $$ select 1, 2::oid $$`, "schema_drift", dropF + abSQL,
	},
	{
		"column added", driftAB(pgcall.ShapeArray), noTypes, abSQL, `{}`, `[{"a":1,"b":2}]`,
		dropF + `create function api.f(a_n int default 1, out a int, out b int, out c int) language sql as $$ select 4, 5, 6 $$`, `[{"a":4,"b":5}]`, dropF + abSQL,
	},
	{
		"column removed", driftAB(pgcall.ShapeArray), noTypes, abSQL, `{}`, `[{"a":1,"b":2}]`,
		dropF + `create function api.f(a_n int default 1, out a int) language sql as $$ select 1 $$`, "schema_drift", dropF + abSQL,
	},
	{"dropped", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`, dropF, "schema_drift", abSQL},
	{"schema dropped", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`, `drop schema api cascade`, "schema_drift", `create schema api;` + abSQL},
	{
		"argument renamed", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{"n":1}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_m int default 1, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", dropF + abSQL,
	},
	{
		"argument retyped", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{"n":1}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_n bytea, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", dropF + abSQL,
	},
	{
		"default removed", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + `create function api.f(a_n int, out a int, out b int) language sql as $$ select 1, 2 $$`, "schema_drift", dropF + abSQL,
	},
	{
		"made a procedure", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + `create procedure api.f(a_n int default 1) language sql as ''`, "schema_drift", `drop procedure api.f;` + abSQL,
	},
	{
		"same, made anew", driftAB(pgcall.ShapeObject), noTypes, abSQL, `{}`, `{"a":1,"b":2}`,
		dropF + strings.ReplaceAll(abSQL, "1, 2", "3, 4"), `{"a":3,"b":4}`, dropF + abSQL,
	},
	{
		"scalar retyped", function("f", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)), noTypes, `create function api.f() returns int language sql as 'select 7'`, `{}`, `7`,
		dropF + `create function api.f() returns real language sql as 'select 7::real'`, "schema_drift", dropF + `create function api.f() returns int language sql as 'select 7'`,
	},
	{
		"procedure's OUT renamed", outs(), noTypes, outsSQL, `{"n":1}`, `{"first":1,"second":"two"}`,
		`drop procedure api.outs;` + strings.ReplaceAll(outsSQL, "first", "fist"), "schema_drift", `drop procedure api.outs;` + outsSQL,
	},
	{
		"procedure made anew", outs(), noTypes, outsSQL, `{"n":1}`, `{"first":1,"second":"two"}`,
		`drop procedure api.outs;` + strings.ReplaceAll(outsSQL, "'two'", "'three'"), `{"first":1,"second":"three"}`, `drop procedure api.outs;` + outsSQL,
	},
	{"enum made anew", driftEnum, ownTypes, enumSQL, `{"mood":"sad"}`, `"sad"`, dropTypes + ownTypes + enumSQL, `"sad"`, ``},
	{"array made anew", driftMoods, ownTypes, moodsSQL, `{"moods":["sad"]}`, `["sad"]`, dropTypes + ownTypes + moodsSQL, `["sad"]`, ``},
	{"composite made anew", driftPair, ownTypes, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`, dropTypes + ownTypes + pairSQL, `{"x":1,"y":"sad"}`, ``},
	{"domain made anew", driftDomain, ownTypes, domainSQL, `{"n":1}`, `1`, dropTypes + ownTypes + domainSQL, `1`, ``},
	{"types gone", driftMoods, ownTypes, moodsSQL, `{"moods":["sad"]}`, `["sad"]`, dropTypes, "schema_drift", ownTypes + moodsSQL},
	{
		"enum made text", driftEnum, ownTypes, enumSQL, `{"mood":"sad"}`, `"sad"`,
		dropF + `create function api.f(a_mood text) returns text language sql as $$ select $1 $$`, "schema_drift", dropF + enumSQL,
	},
	{
		"enum made another", driftEnum, ownTypes, enumSQL, `{"mood":"sad"}`, `"sad"`,
		dropF + `create type app.tone as enum ('sad'); create function api.f(a_mood app.tone) returns app.tone language sql as $$ select $1 $$`,
		"schema_drift", dropF + enumSQL,
	},
	{
		"composite with other names", driftPair, ownTypes, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`,
		dropTypes + strings.ReplaceAll(ownTypes, "(x int, y app.mood)", "(z int, y app.mood)") + pairSQL, "schema_drift", dropTypes + ownTypes + pairSQL,
	},
	{
		"composite with more", driftPair, ownTypes, pairSQL, `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`,
		`alter type app.pair add attribute z int`, "schema_drift", `alter type app.pair drop attribute z`,
	},
	{
		"domain of another type", driftDomain, ownTypes, domainSQL, `{"n":1}`, `1`,
		dropTypes + strings.ReplaceAll(ownTypes, "as int check (value < 100)", "as date") + domainSQL, "schema_drift", dropTypes + ownTypes + domainSQL,
	},
	{
		"enum argument made another", function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&pgjson.Int4)), ownTypes,
		`create function api.f(a_mood app.mood) returns int language sql as 'select 1'`, `{"mood":"sad"}`, `1`,
		dropF + `create type app.tone as enum ('sad'); create function api.f(a_mood app.tone) returns int language sql as 'select 1'`,
		"schema_drift", dropF + `create function api.f(a_mood app.mood) returns int language sql as 'select 1'`,
	},
	{
		"domain argument of another type", function("f", pgcall.ShapeScalar, params(in("n", &small)), scalar(&pgjson.Int4)), ownTypes,
		`create function api.f(a_n app.small) returns int language sql as 'select 1'`, `{"n":1}`, `1`,
		dropTypes + strings.ReplaceAll(ownTypes, "as int check (value < 100)", "as date") + `create function api.f(a_n app.small) returns int language sql as 'select 1'`,
		"schema_drift", dropTypes + ownTypes + `create function api.f(a_n app.small) returns int language sql as 'select 1'`,
	},
}

// TestDrift changes the schema under a server that has the call prepared on
// several connections, and changes it back.
func TestDrift(t *testing.T) {
	t.Parallel()
	for _, tt := range driftTests {
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
