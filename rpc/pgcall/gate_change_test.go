package pgcall_test

import (
	"strings"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// gateRoutine is api.f, before it changes.
type gateRoutine struct {
	sql       string // makes it
	procedure func() *pgcall.Procedure
}

var (
	gateAB = gateRoutine{
		`create function api.f(a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$;`,
		func() *pgcall.Procedure { return driftAB(pgcall.ShapeArray) },
	}
	gateMood = gateRoutine{
		ownTypes + `create function api.f(a_mood app.mood) returns app.mood language sql as $$ select $1 $$;`,
		func() *pgcall.Procedure {
			return function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))
		},
	}
	gatePair = gateRoutine{
		ownTypes + `create function api.f(a_pair app.pair) returns app.pair language sql as $$ select $1 $$;`,
		func() *pgcall.Procedure {
			return function("f", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair))
		},
	}
	gateAlone = gateRoutine{
		ownTypes + `create function api.f(out a app.pair) language sql as $$ select row(1, 'sad')::app.pair $$;`,
		func() *pgcall.Procedure {
			p := function("f", pgcall.ShapeObject, nil, column("a", &pair))
			p.Head, p.Tail = `select "api"."f"(`, `) as "a"`
			return p
		},
	}
	gateVoid = gateRoutine{
		`create function api.f(a_n int) returns void language sql as '';`,
		func() *pgcall.Procedure { return function("f", pgcall.ShapeVoid, params(in("n", &pgjson.Int4))) },
	}
	gateOuts = gateRoutine{
		`create procedure api.f(inout a_n int) language sql as 'select 1';`,
		func() *pgcall.Procedure {
			p := function("f", pgcall.ShapeObject, params(in("n", &pgjson.Int4)), pgcall.Column{Name: "n", Source: "a_n", Type: &pgjson.Int4})
			p.Head = `call "api"."f"(`
			return p
		},
	}
)

// gateChange is a change of a routine, and what the gate makes of it.
type gateChange struct {
	name    string
	routine gateRoutine
	params  string
	change  string
	state   string // then
	answer  string // then
}

// gateRoutineChanges are those of the routine itself, or of what is called like it.
var gateRoutineChanges = []gateChange{
	{"same, made anew", gateAB, `{}`, dropF + gateAB.sql, ``, `[{"a":1,"b":2}]`},
	{"dropped", gateAB, `{}`, dropF, `drifted: the function does not exist`, `schema_drift`},
	{
		"schema gone", gateAB, `{}`, `alter schema api rename to ipa`,
		`drifted: the function does not exist`, `schema_drift`,
	},
	{
		"ambiguous", gateAB, `{}`,
		`create function api.f(a_n int default 1, a_m int default 2) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`drifted: function api.f(a_n => integer) is not unique (SQLSTATE 42725)`, `schema_drift`,
	},
	{
		"another overload", gateAB, `{}`,
		`create function api.f(a_other text) returns int language sql as $$ select 1 $$`, ``, `[{"a":1,"b":2}]`,
	},
	{
		"a procedure", gateAB, `{}`, dropF + `create procedure api.f(a_n int default 1) language sql as ''`,
		`drifted: it is a procedure now`, `schema_drift`,
	},
}

// gateResultChanges are those of what it returns.
var gateResultChanges = []gateChange{
	{
		"column added", gateAB, `{}`,
		dropF + `create function api.f(a_n int default 1) returns table (a int, c int, b int) language sql as $$ select 1, 3, 2 $$`,
		`differs: column c was added`, `[{"a":1,"b":2}]`,
	},
	{
		"columns swapped", gateAB, `{}`,
		dropF + `create function api.f(a_n int default 1) returns table (b int, a int) language sql as $$ select 2, 1 $$`,
		``, `[{"a":1,"b":2}]`,
	},
	{
		"column renamed", gateAB, `{}`,
		dropF + `create function api.f(a_n int default 1) returns table (a int, c int) language sql as $$ select 1, 2 $$`,
		`drifted: column b is gone`, `schema_drift`,
	},
	{
		"column retyped", gateAB, `{}`,
		dropF + `create function api.f(a_n int default 1) returns table (a int, b oid) language sql as $$ select 1, 2::oid $$`,
		`drifted: column b is oid, not integer`, `schema_drift`,
	},
	{
		"no set", gateAB, `{}`,
		dropF + `create function api.f(a_n int default 1, out a int, out b int) language sql as $$ select 1, 2 $$`,
		`drifted: it returns no set any more`, `schema_drift`,
	},
	{
		"only column renamed", gateAlone, `{}`, dropF + strings.Replace(gateAlone.sql[len(ownTypes):], "out a", "out z", 1),
		`drifted: column 1 is z, not a`, `schema_drift`,
	},
	{
		"result where was none", gateVoid, `{"n":1}`, dropF + `create function api.f(a_n int) returns int language sql as 'select 1'`,
		`differs: it returns integer now`, `null`,
	},
	{
		"out argument of a procedure", gateOuts, `{"n":1}`, `drop procedure api.f; create procedure api.f(inout a_n int, out b int) language sql as 'select 1, 2'`,
		`drifted: it has 2 columns, not 1`, `schema_drift`,
	},
}

// gateArgumentChanges are those of what it takes.
var gateArgumentChanges = []gateChange{
	{
		"argument added", gateAB, `{"n":1}`,
		dropF + `create function api.f(a_m text default 'x', a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`differs: argument a_m text was added, with a default`, `[{"a":1,"b":2}]`,
	},
	{
		"argument required", gateAB, `{}`,
		dropF + `create function api.f(a_m text, a_n int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`drifted: argument a_m text was added, without a default`, `schema_drift`,
	},
	{
		"argument renamed", gateAB, `{}`,
		dropF + `create function api.f(a_m int default 1) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`drifted: argument a_n is gone`, `schema_drift`,
	},
	{
		"argument widened", gateAB, `{"n":7}`,
		dropF + `create function api.f(a_n bigint default 1) returns table (a int, b int) language sql as $$ select 1, $1::int $$`,
		`differs: argument a_n is bigint now`, `[{"a":1,"b":7}]`,
	},
	{
		"argument retyped", gateAB, `{"n":7}`,
		dropF + `create function api.f(a_n date default '2000-01-01') returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`drifted: argument a_n is date, not integer`, `schema_drift`,
	},
	{
		"default removed", gateAB, `{}`,
		dropF + `create function api.f(a_n int) returns table (a int, b int) language sql as $$ select 1, 2 $$`,
		`drifted: argument a_n has no default any more`, `schema_drift`,
	},
	{
		"strict", gateAB, `{"n":null}`, `alter function api.f strict`,
		`drifted: it is strict now: null for a_n gives no result`, `schema_drift`,
	},
}

// gateTypeChanges are those of the types that it takes and returns.
var gateTypeChanges = []gateChange{
	{
		"label added", gateMood, `{"mood":"sad"}`, `alter type app.mood add value 'so-so'`,
		`differs: argument a_mood: app.mood has the label "so-so" now; the result: app.mood has the label "so-so" now`, `"sad"`,
	},
	{
		"label renamed", gateMood, `{"mood":"sad"}`, `alter type app.mood rename value 'glad' to 'happy'`,
		`drifted: argument a_mood: app.mood has no label "glad" any more`, `schema_drift`,
	},
	{
		"type renamed", gateMood, `{"mood":"sad"}`, `alter type app.mood rename to tone`,
		`drifted: argument a_mood is app.tone, not app.mood; the result is app.tone, not app.mood`, `schema_drift`,
	},
	{
		"field added", gatePair, `{"pair":null}`, `alter type app.pair add attribute z int`,
		`drifted: argument a_pair: app.pair has 3 fields, not 2; the result: app.pair has 3 fields, not 2`, `schema_drift`,
	},
	{
		"field renamed", gatePair, `{"pair":null}`, `alter type app.pair rename attribute x to z`,
		`drifted: argument a_pair: field 1 of app.pair is z integer, not x integer; the result: field 1 of app.pair is z integer, not x integer`, `schema_drift`,
	},
}
