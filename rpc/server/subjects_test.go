package server_test

import (
	"strings"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// definition is a method and what may become of its function.
type definition struct {
	name      string
	procedure *pgcall.Procedure
	params    string
	drop      string    // what removes every variant
	variants  []variant // the first is what the server was generated from
}

// variant is one form of a function, made by sql; want is the result of the call,
// "" where there is none but schema_drift. What was {ROLE}'s right is not there.
type variant struct{ sql, want string }

var (
	mood = pgjson.Type{Kind: pgjson.KindEnum, Name: "app.mood", Labels: []string{"sad", "glad"}}
	pair = pgjson.Type{Kind: pgjson.KindComposite, Name: "app.pair", Fields: []pgjson.Field{
		{Name: "x", Type: &pgjson.Int4}, {Name: "y", Type: &pgjson.Int4},
	}}
	small = pgjson.Type{Kind: pgjson.KindDomain, Name: "app.small", Elem: &pgjson.Int4}
)

func by(name, head, tail string, shape pgcall.Shape, params []pgcall.Param, columns ...pgcall.Column) *pgcall.Procedure {
	return &pgcall.Procedure{
		Identity: "api." + name + "()", Head: head + `"api"."` + name + `"(`, Tail: ")" + tail, Shape: shape,
		Params: params, Columns: columns,
	}
}

func param(name string, t *pgjson.Type, optional bool) pgcall.Param {
	p := pgcall.Param{Name: name, Arg: `"a_` + name + `" => `, Type: t, Optional: optional}
	if t.OID != 0 {
		p.Cast = "::" + t.Name
	}
	return p
}

// sql returns the statements, all in one transaction, that bring a subject into a
// state. A function that is made anew has no rights; its drop takes them.
func (s *soaked) sql(sub *subject, st state) string {
	name := "routine api." + sub.name
	sql := sub.drop + ";" + sub.variants[st.variant].sql + ";"
	if sub.variants[st.variant].sql == "" {
		return sql
	}
	for _, made := range strings.Split(sub.variants[st.variant].sql, ";") {
		if _, rest, ok := strings.Cut(made, " api."+sub.name+"("); ok {
			sql += "revoke execute on " + name + "(" + inputs(rest) + ") from public;"
			if st.granted {
				sql += "grant execute on " + name + "(" + inputs(rest) + ") to " + s.role + ";"
			}
		}
	}
	return sql
}

// inputs returns the arguments as far as GRANT takes them: without defaults.
func inputs(declaration string) string {
	list, _, _ := strings.Cut(declaration, ")")
	args := strings.Split(list, ",")
	for i, a := range args {
		args[i], _, _ = strings.Cut(a, " default")
	}
	return strings.Join(args, ",")
}

func subjects() []*subject {
	definitions := []*definition{rows(), args(), pairs(), moods(), domains(), outs(), scalars(), alone()}
	all := make([]*subject, len(definitions))
	for i, d := range definitions {
		all[i] = &subject{definition: d}
	}
	return all
}

const body = " language sql as "

// rows returns columns of the same type, which would be mistaken for each other.
func rows() *definition {
	const f = "create function api.rows() returns "
	return &definition{
		"rows", by("rows", "from ", "", pgcall.ShapeArray, nil,
			pgcall.Column{Name: "a", Type: &pgjson.Int4}, pgcall.Column{Name: "b", Type: &pgjson.Int4}),
		`{}`, "drop function if exists api.rows()",
		[]variant{
			{f + "table (a int, b int)" + body + "'select 1, 2'", `[{"a":1,"b":2}]`},
			{f + "table (a int, b int)" + body + "'select 3, 4'", `[{"a":3,"b":4}]`},
			{f + "table (b int, a int)" + body + "'select 2, 1'", `[{"a":1,"b":2}]`},
			{f + "table (c int, a int, b int)" + body + "'select 9, 1, 2'", `[{"a":1,"b":2}]`},
			{f + "table (a int, c int)" + body + "'select 1, 9'", ""},
			{f + "table (a int, b text)" + body + "$$select 1, 'x'$$", ""},
			{f + "table (a int, b oid)" + body + "'select 1, 9::oid'", ""},
			{"", ""},
		},
	}
}

func args() *definition {
	const f, result = "create function api.args(", ") returns int" + body + "'select a_n * 100 + a_m'"
	return &definition{
		"args", by("args", "select ", "", pgcall.ShapeScalar,
			[]pgcall.Param{param("n", &pgjson.Int4, false), param("m", &pgjson.Int4, true)}, pgcall.Column{Type: &pgjson.Int4}),
		`{"n":3}`, "drop routine if exists api.args(int, int); drop routine if exists api.args(int, int, int); " +
			"drop routine if exists api.args(bigint, int)",
		[]variant{
			{f + "a_n int, a_m int default 20" + result, `320`},
			{f + "a_n int, a_m int default 30" + result, `330`},
			{f + "a_n int, a_m int default 20, a_o int default 1" + result, `320`},
			{f + "a_n bigint, a_m int default 20) returns int" + body + "'select a_n::int * 100 + a_m'", `320`},
			{f + "a_n int, a_m int" + result, ""},
			{f + "a_n int, a_k int default 20) returns int" + body + "'select a_n * 100 + a_k'", `320`}, // until the gate knows: this call does not name a_k
			{f + "a_n int, a_m int default 20" + result + ";" + f + "a_n int, a_m int default 20, a_o int default 1" + result, ""},
			{"create procedure api.args(a_n int, a_m int default 20)" + body + "''", ""},
			{"", ""},
		},
	}
}

func pairs() *definition {
	const f = "; create function api.pairs(a_pair app.pair) returns app.pair" + body + "'select a_pair'"
	const swapped = "; create function api.pairs(a_pair app.pair) returns app.pair" + body + "'select row(a_pair.y, a_pair.x)::app.pair'"
	return &definition{
		"pairs", by("pairs", "select ", "", pgcall.ShapeScalar, []pgcall.Param{param("pair", &pair, false)}, pgcall.Column{Type: &pair}),
		`{"pair":{"x":1,"y":2}}`, "drop function if exists api.pairs; drop type if exists app.pair",
		[]variant{
			{"create type app.pair as (x int, y int)" + f, `{"x":1,"y":2}`},
			{"create type app.pair as (x int, y int)" + swapped, `{"x":2,"y":1}`},
			{"create type app.pair as (y int, x int)" + f, ""},
			{"create type app.pair as (x int, y int, z int)" + f, ""},
			{"create type app.pair as (x int, y oid)" + f, ""},
			{"create type app.pair as (x int, y int)" + f + "; alter type app.pair add attribute z int", ""},
			{"create type app.pair as (x int, y int)" + f + "; alter type app.pair rename attribute y to z", ""},
			{"", ""},
		},
	}
}

func moods() *definition {
	const f = "; create function api.moods(a_mood app.mood) returns app.mood" + body + "'select a_mood'"
	return &definition{
		"moods", by("moods", "select ", "", pgcall.ShapeScalar, []pgcall.Param{param("mood", &mood, false)}, pgcall.Column{Type: &mood}),
		`{"mood":"glad"}`, "drop function if exists api.moods; drop type if exists app.mood",
		[]variant{
			{"create type app.mood as enum ('sad', 'glad')" + f, `"glad"`},
			{"create type app.mood as enum ('glad', 'so-so', 'sad')" + f, `"glad"`},
			{"create domain app.mood as text" + f, ""},
			{"create function api.moods(a_mood text) returns text" + body + "'select a_mood'", ""},
			{"", ""},
		},
	}
}

func domains() *definition {
	const f = "; create function api.domains(a_n app.small, out n app.small)" + body + "'select a_n'"
	return &definition{
		"domains", by("domains", "from ", "", pgcall.ShapeObject, []pgcall.Param{param("n", &small, false)}, pgcall.Column{Name: "n", Type: &small}),
		`{"n":7}`, "drop function if exists api.domains; drop domain if exists app.small",
		[]variant{
			{"create domain app.small as int" + f, `{"n":7}`},
			{"create domain app.small as int check (value < 100)" + f, `{"n":7}`},
			{"create domain app.small as oid" + f, ""},
			{"create domain app.small as text" + f, ""},
			{"", ""},
		},
	}
}

// outs has results that are told apart by their places.
func outs() *definition {
	const f = "create procedure api.outs("
	return &definition{
		"outs", by("outs", "call ", "", pgcall.ShapeObject,
			[]pgcall.Param{param("n", &pgjson.Int4, false), param("m", &pgjson.Int4, false)},
			pgcall.Column{Name: "n", Source: "a_n", Type: &pgjson.Int4}, pgcall.Column{Name: "m", Source: "a_m", Type: &pgjson.Int4}),
		`{"n":1,"m":2}`, "drop procedure if exists api.outs",
		[]variant{
			{f + "inout a_n int, inout a_m int)" + body + "'select a_n, a_m'", `{"n":1,"m":2}`},
			{f + "inout a_n int, inout a_m int)" + body + "'select a_n + 10, a_m'", `{"n":11,"m":2}`},
			{f + "inout a_m int, inout a_n int)" + body + "'select a_m, a_n'", ""},
			{f + "inout a_n int, inout a_k int)" + body + "'select a_n, a_k'", ""},
			{"", ""},
		},
	}
}

func scalars() *definition {
	const f = "create function api.scalars() returns "
	p := by("scalars", "select * from ", "", pgcall.ShapeScalars, nil, pgcall.Column{Type: &pgjson.Int4})
	return &definition{
		"scalars", p, `{}`, "drop function if exists api.scalars()",
		[]variant{
			{f + "setof int" + body + "'select 1'", `[1]`},
			{f + "setof oid" + body + "'select 1::oid'", ""},
			{f + "table (a int, b int)" + body + "'select 1, 2'", ""},
			{"", ""},
		},
	}
}

// alone has one column, a composite: "select *" would take it apart.
func alone() *definition {
	p := by("alone", "select ", ` as "a"`, pgcall.ShapeObject, nil, pgcall.Column{Name: "a", Type: &span})
	return &definition{
		"alone", p, `{}`, "drop function if exists api.alone; drop type if exists app.span",
		[]variant{
			{"create type app.span as (x int, y int); create function api.alone(out a app.span)" + body + "'select row(1, 2)::app.span'", `{"a":{"x":1,"y":2}}`},
			{"create type app.span as (y int, x int); create function api.alone(out a app.span)" + body + "'select row(2, 1)::app.span'", ""},
			{"", ""},
		},
	}
}

var span = pgjson.Type{Kind: pgjson.KindComposite, Name: "app.span", Fields: []pgjson.Field{
	{Name: "x", Type: &pgjson.Int4}, {Name: "y", Type: &pgjson.Int4},
}}
