package contract_test

const rowType = "create type app.t as (x int, y text); "

// resultPairs are about results and types.
var resultPairs = []pairOf{
	{name: "value to null", old: fn("", "int"), new: fn("", "void"), want: []string{"wire BRK050 result"}},
	{name: "value to set", old: fn("", "int"), new: fn("", "setof int"), want: []string{"wire BRK050 result"}},
	{name: "set to value", old: fn("", "setof int"), new: fn("", "int"), want: []string{"wire BRK050 result"}},
	{name: "value to row", old: fn("", "int"), new: fn("out a int, out b int", "record"), want: []string{"wire BRK050 result"}},
	{name: "rows to row", old: table("x int, y int"), new: table("x int, y int"), is: m("access: public, rows: one"), want: []string{"wire BRK050 result"}},
	{
		name: "row to optional row", old: table("x int, y int"), new: table("x int, y int"),
		was: m("access: public, rows: one"), is: m("access: public, rows: optional"), want: []string{"wire BRK056 result"},
	},
	{
		name: "optional row to row", old: table("x int, y int"), new: table("x int, y int"),
		was: m("access: public, rows: optional"), is: m("access: public, rows: one"), want: []string{"safe BRK057 result"},
	},
	{
		name: "nullable value to optional value", old: fn("", "setof int"), new: fn("", "setof int"),
		was: m("access: public, rows: one"), is: m("access: public, rows: optional"), want: []string{"safe BRK051 result"},
	},
	{
		name: "rows of a type to rows of columns", old: rowType + fn("", "setof app.t"), new: table("x int, y text"), want: nil,
	},
	{
		name: "composite value to a row", old: rowType + fn("", "app.t"), new: fn("out x int, out y text", "record"),
		want: []string{"safe BRK057 result"},
	},
	{name: "column removed", old: table("x int, y int"), new: table("x int, z text"), want: []string{"safe BRK054 result.z", "wire BRK052 result.y"}},
	{name: "last column removed", old: table("x int, y int, z int"), new: table("x int, y int"), want: []string{"wire BRK052 result.z"}},
	{name: "column renamed", old: table("x int, y int"), new: table("x int, z int"), want: []string{"wire BRK053 result.y"}},
	{name: "column renamed after one was added", old: table("x int, y int"), new: table("n text, x int, z int"), want: []string{"safe BRK054 result.n", "wire BRK053 result.y"}},
	{name: "column added", old: table("x int, y int"), new: table("x int, y int, z int"), want: []string{"safe BRK054 result.z"}},
	{name: "column int4 to int8", old: table("x int, y int"), new: table("x bigint, y int"), want: []string{"wire BRK055 result.x"}},
	{name: "column int8 to int4", old: table("x bigint, y int"), new: table("x int, y int"), want: []string{"wire BRK055 result.x"}},
	{name: "column int4 to int2", old: table("x int, y int"), new: table("x int2, y int"), want: []string{"wire BRK055 result.x"}},
	{name: "value text to json", old: fn("", "text"), new: fn("", "json"), want: []string{"wire BRK055 result"}},
	{
		name: "output nullable", old: table("x int, y int") + "comment on function api.f is '@notnull x'", new: table("x int, y int"),
		want: []string{"wire BRK056 result.x"},
	},
	{
		name: "output not null", old: table("x int, y int"), new: table("x int, y int") + "comment on function api.f is '@notnull x'",
		want: []string{"safe BRK057 result.x"},
	},
	{name: "columns reordered", old: table("x int, y text"), new: table("y text, x int"), want: []string{"safe BRK058 result"}},
	// Types that have the same JSON.
	{name: "input text to varchar", old: fn("a text", "void"), new: fn("a varchar", "void"), want: []string{"safe BRK008 function", "safe BRK060 params.a"}},
	{name: "output text to varchar", old: table("x text, y int"), new: table("x varchar, y int"), want: []string{"safe BRK060 result.x"}},
	{name: "output name to text", old: table("x name, y int"), new: table("x text, y int"), want: []string{"safe BRK060 result.x"}},
	{
		name: "text to a domain over it", old: "create domain app.t as text;" + table("x text, y int"), new: "create domain app.t as text;" + table("x app.t, y int"),
		want: []string{"source BRK061 result.x"},
	},
	{
		name: "type renamed", old: "create type app.t as enum ('a','b');" + both,
		new:  "create type app.u as enum ('a','b'); create function api.f(a app.u) returns app.u" + body,
		want: []string{"safe BRK008 function", "source BRK062 types.app.t"},
	},
	// Enums.
	{name: "label removed", old: "create type app.t as enum ('a','b');" + reads, new: "create type app.t as enum ('a');" + reads, want: []string{"wire BRK063 types.app.t.b"}},
	{name: "label renamed", old: "create type app.t as enum ('a','b');" + reads, new: "create type app.t as enum ('a','c');" + reads, want: []string{"wire BRK064 types.app.t.b"}},
	{name: "label added to output", old: "create type app.t as enum ('a');" + reads, new: "create type app.t as enum ('a','b');" + reads, want: []string{"dangerous BRK065 types.app.t.b"}},
	{name: "label added to both", old: "create type app.t as enum ('a');" + both, new: "create type app.t as enum ('a','b');" + both, want: []string{"dangerous BRK065 types.app.t.b"}},
	{name: "label added to input", old: "create type app.t as enum ('a');" + sends, new: "create type app.t as enum ('b','a');" + sends, want: []string{"safe BRK066 types.app.t.b"}},
	{name: "labels reordered", old: "create type app.t as enum ('a','b');" + both, new: "create type app.t as enum ('b','a');" + both, want: []string{"safe BRK067 types.app.t"}},
	{
		name: "enum to text on input", old: "create type app.t as enum ('a','b');" + sends, new: fn("a text", "void"),
		want: []string{"safe BRK008 function", "source BRK033 params.a"},
	},
	// Domains.
	{name: "CHECK added to input", old: "create domain app.t as text;" + sends, new: "create domain app.t as text check (value <> '');" + sends, want: []string{"wire BRK068 types.app.t"}},
	{name: "CHECK removed from output", old: "create domain app.t as text check (value <> '');" + reads, new: "create domain app.t as text;" + reads, want: []string{"dangerous BRK069 types.app.t"}},
	{name: "CHECK added to output", old: "create domain app.t as text;" + reads, new: "create domain app.t as text check (value <> '');" + reads, want: []string{"safe BRK070 types.app.t"}},
	{name: "CHECK removed from input", old: "create domain app.t as text check (value <> '');" + sends, new: "create domain app.t as text;" + sends, want: []string{"safe BRK070 types.app.t"}},
	{name: "bound raised on input", old: "create domain app.t as int check (value between 1 and 10);" + sends, new: "create domain app.t as int check (value between 1 and 20);" + sends, want: []string{"safe BRK070 types.app.t"}},
	{name: "bound lowered on input", old: "create domain app.t as int check (value between 1 and 10);" + sends, new: "create domain app.t as int check (value between 1 and 9);" + sends, want: []string{"wire BRK068 types.app.t"}},
	{name: "bound raised on output", old: "create domain app.t as int check (value <= 10);" + reads, new: "create domain app.t as int check (value < 20);" + reads, want: []string{"dangerous BRK069 types.app.t"}},
	{name: "bound lowered on output", old: "create domain app.t as int check (value <= 10);" + reads, new: "create domain app.t as int check (value < 10);" + reads, want: []string{"safe BRK070 types.app.t"}},
	{name: "bound excluded on input", old: "create domain app.t as numeric check (value >= 0);" + sends, new: "create domain app.t as numeric check (value > 0);" + sends, want: []string{"wire BRK068 types.app.t"}},
	{
		name: "elements nullable", old: "create domain app.t as text not null;" + fn("a app.t[]", "void"), new: fn("a text[]", "void"),
		want: []string{"safe BRK008 function", "source BRK061 params.a[]", "safe BRK032 params.a[]"},
	},
	{name: "list grown on input", old: "create domain app.t as text check (value in ('a','b'));" + sends, new: "create domain app.t as text check (value in ('a','b','c'));" + sends, want: []string{"safe BRK070 types.app.t"}},
	{name: "list shrunk on input", old: "create domain app.t as text check (value in ('a','b'));" + sends, new: "create domain app.t as text check (value in ('a','z'));" + sends, want: []string{"wire BRK068 types.app.t"}},
	{name: "CHECK not understood", old: "create domain app.t as text check (upper(value) = value);" + both, new: "create domain app.t as text check (lower(value) = value);" + both, want: []string{"wire BRK068 types.app.t"}},
	{name: "modifier shortened", old: "create domain app.t as varchar(20);" + both, new: "create domain app.t as varchar(10);" + both, want: []string{"wire BRK068 types.app.t"}},
	{
		name: "field becomes another text and shorter", old: "create type app.t as (a text);" + both, new: "create type app.t as (a varchar(3));" + both,
		want: []string{"safe BRK060 types.app.t.a", "wire BRK068 types.app.t.a"},
	},
	{name: "modifier lengthened on input", old: "create domain app.t as varchar(10);" + sends, new: "create domain app.t as varchar(20);" + sends, want: []string{"safe BRK070 types.app.t"}},
	{name: "domain NOT NULL on input", old: "create domain app.t as text;" + sends, new: "create domain app.t as text not null;" + sends, want: []string{"wire BRK031 types.app.t"}},
	{name: "domain nullable on output", old: "create domain app.t as text not null;" + reads, new: "create domain app.t as text;" + reads, want: []string{"wire BRK056 types.app.t"}},
	{name: "base of a domain widened", old: "create domain app.t as int;" + sends, new: "create domain app.t as bigint;" + sends, want: []string{"source BRK033 types.app.t.base"}},
	{name: "base of a domain changed", old: "create domain app.t as int;" + both, new: "create domain app.t as text;" + both, want: []string{"wire BRK035 types.app.t.base"}},
	{name: "domain lost on input", old: "create domain app.t as int check (value > 0);" + sends, new: fn("a int", "void"), want: []string{"safe BRK008 function", "safe BRK070 params.a"}},
	// Composites.
	{name: "field removed", old: rowType + both, new: "create type app.t as (x int);" + both, want: []string{"wire BRK071 types.app.t.y"}},
	{name: "field renamed", old: rowType + both, new: "create type app.t as (x int, z text);" + both, want: []string{"wire BRK072 types.app.t.y"}},
	{
		name: "required field added to input", old: rowType + sends,
		new: "create domain app.d as text not null; create type app.t as (x int, y text, z app.d);" + sends, want: []string{"wire BRK073 types.app.t.z"},
	},
	{
		name: "field not null added to output", old: rowType + reads,
		new: "create domain app.d as text not null; create type app.t as (x int, y text, z app.d);" + reads, want: []string{"safe BRK074 types.app.t.z"},
	},
	{name: "field added", old: rowType + both, new: "create type app.t as (x int, y text, z text);" + both, want: []string{"safe BRK074 types.app.t.z"}},
	{name: "field widened on input", old: rowType + sends, new: "create type app.t as (x bigint, y text);" + sends, want: []string{"source BRK033 types.app.t.x"}},
	{name: "field widened on both", old: rowType + both, new: "create type app.t as (x bigint, y text);" + both, want: []string{"wire BRK055 types.app.t.x"}},
	{name: "fields reordered", old: rowType + both, new: "create type app.t as (y text, x int);" + both, want: []string{"safe BRK058 types.app.t"}},
	{
		name: "nested in an array", old: rowType + "create type app.o as (items app.t[]); create function api.f(a app.o) returns void" + body,
		new:  "create type app.t as (x bigint, y text); create type app.o as (items app.t[]); create function api.f(a app.o) returns void" + body,
		want: []string{"source BRK033 types.app.t.x"},
	},
	{
		name: "composite replaced", old: rowType + sends, new: "create type app.u as (x int, z text); create function api.f(a app.u) returns void" + body,
		want: []string{"safe BRK008 function", "wire BRK072 params.a.y"},
	},
	{
		name: "session type changed", old: "create type app.t as enum ('a');" + fn("a app.t", "void"), new: "create type app.t as enum ('a','b');" + fn("a app.t", "void"),
		was:  "session: {k: app.t}\n" + m("access: session, fill: {a: session.k}"),
		want: []string{"safe BRK075 types.app.t.b"},
	},
	{name: "kind of a type changed", old: "create type app.t as enum ('a');" + sends, new: "create domain app.t as text;" + sends, want: []string{"source BRK033 types.app.t"}},
	{name: "dimensions said of input", old: fn("a int[]", "void"), new: fn("a int[]", "void") + "comment on function api.f is '@dims a 2'", want: []string{"wire BRK034 params.a"}},
	{name: "dimensions said of output", old: fn("", "int[]"), new: fn("", "int[]") + "comment on function api.f is '@dims result 2'", want: []string{"source BRK061 result"}},
	{name: "elements not null on input", old: fn("a int[]", "void"), new: fn("a int[]", "void") + "comment on function api.f is '@notnull a[]'", want: []string{"wire BRK031 params.a[]"}},
	{name: "one bigint as a number", old: fn("a bigint, b bigint", "void"), new: fn("a bigint, b bigint", "void") + "comment on function api.f is '@json b number'", want: []string{"wire BRK034 params.b"}},
	{
		name: "bigint as a number", old: fn("", "bigint"), new: fn("", "bigint"), was: f, is: "json: {bigint: number}\n" + f,
		want: []string{"wire BRK055 result"},
	},
}
