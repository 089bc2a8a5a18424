package kitchen_test

import (
	"strings"
	"testing"
)

// Names of 63 bytes, the longest there are; the second is not ASCII.
var (
	longest  = "f" + strings.Repeat("0123456789", 6) + "xy"
	longest2 = "ü" + strings.Repeat("é", 30) + "z"
)

// shapesSQL is a function of every shape, with names that need quotes wherever
// there can be one.
var shapesSQL = strings.NewReplacer("{63}", longest, "{63ü}", longest2).Replace(`
create domain app."Default" as text check (value <> 'never');
create type app."Enum ""quoted""" as enum ('it''s', '"', 'select', '{63}');
create type app."table" as ("user" integer, "End" app."Default", "a ""b""" app."Enum ""quoted""", "{63ü}" text);
create table app."order" (gone integer, "Group" integer not null, "{63}" app."table"[], "type" text);
alter table app."order" drop column gone;
create type app."Range" as range (subtype = text, collation = "C", multirange_type_name = app."Ranges");
create type app."{63}" as (x integer);
create domain app."{63ü}" as app."{63}";

create function api.mixed(inout a integer, out b text, in c integer, inout d integer, out e integer)
	language sql stable as $$ select a, 'b'::text, d, c $$;
create function api."select"("from" app."table", "Where" app."Enum ""quoted"""[], "a b" app."Default")
	returns table ("order" app."table", "By" app."Enum ""quoted"""[], "$1" app."Default", "{63}" integer)
	language sql stable as $$ select "from", "Where", "a b", 1 $$;
create function api."{63}"("{63}" app."{63}", "{63ü}" app."{63ü}") returns app."{63ü}" language sql stable as 'select $2';
create function api."{63ü}"("Rng" app."Range", rngs app."Ranges", ord app."order") returns setof app."order"
	language sql stable as 'select ord.*';
create function api."quote""d'name"("x""y" integer) returns integer language sql stable as 'select "x""y"';
create procedure api."Call"(inout "Group" integer, in "user" integer, out "End" integer) language sql as 'select "user", "Group"';
create function api.atomic(a integer, b app."table") returns app."table" language sql stable
	begin atomic select row(a, (b)."End", null, null)::app."table"; end;
create function api.strict_one(a integer) returns integer strict language sql stable as 'select a';
create function api.strict_rows(a integer, b integer default 2) returns setof integer strict language sql stable as 'select a union all select b';
create function api.unnamed(out integer, out b text, out integer) language sql stable as $$ select 1, 'b'::text, 3 $$;
create function api.null_composite() returns app."table" language sql stable as 'select null::app."table"';
create function api.nulls_composite() returns app."table" language sql stable as 'select row(null, null, null, null)::app."table"';
create function api.null_rows() returns setof app."table" language sql stable as
	'values (1, null::app."Default", null::app."Enum ""quoted""", null), (null, null, null, null)';
create function api.null_column() returns table (t app."table") language sql stable as
	'values (null::app."table"), (row(null, null, null, null)::app."table")';
create function api.over(a integer) returns text language sql stable as $$ select 'integer' $$;
create function api.over(a bigint) returns text language sql stable as $$ select 'bigint' $$;
create function api.over(a text) returns text language sql stable as $$ select 'text' $$;
create function api.over(a integer, b text) returns text language sql stable as $$ select 'integer, text' $$;
create function api.over(variadic a integer[]) returns text language sql stable as $$ select 'integers' $$;
create function api.over(a app."Default") returns text language sql stable as $$ select 'Default' $$;
create function api.nothing() returns void language sql stable as '';
create function api.subset(a integer default 1, b integer default 2, c integer default 3) returns integer[] language sql stable as 'select array[a, b, c]';
create function api.spread(a integer default 1, b app."Default" default 'it''s', variadic c integer[] default '{7,8}') returns text
	language sql stable as $$ select concat_ws('|', a, b, c::text) $$;
create procedure api.spread_out(out o integer, inout a integer default 1, variadic c integer[] default array[7, 8]) language sql
	as 'select cardinality(c), a';
create function api.no_rows(a integer) returns table (x integer, y text) language sql stable as $$ select 1, 'y' where a > 0 $$;
create function api.one_column(a integer) returns table (lone integer) language sql stable as 'select a';
create function api.one_out(a integer, out "lone" integer) language sql stable as 'select a';
`)

// shapeFunctions are the functions as the manifest names them.
var shapeFunctions = []string{
	"api.mixed", `api."select"`, `api."` + longest + `"`, `api."` + longest2 + `"`, `api."quote""d'name"`, `api."Call"`,
	"api.atomic", "api.strict_one", "api.strict_rows", "api.unnamed", "api.null_composite", "api.nulls_composite", "api.null_rows", "api.null_column",
	"api.over(integer)", "api.over(bigint)", "api.over(text)", "api.over(integer,text)", "api.over(integer[])", `api.over(app."Default")`,
	"api.nothing", "api.subset", spread, "api.spread_out", "api.no_rows", "api.one_column", "api.one_out",
}

const spread = `api.spread(integer,app."Default",integer[])`

const someTable = `{"user":1,"End":"e","a \"b\"":"it's","LONG":"z"}`

var shapeCalls = []struct{ function, params, want string }{
	{"api.mixed", `{"c":3,"d":4,"a":1}`, `{"a":1,"b":"b","d":4,"e":3}`},
	{`api."select"`, `{"from":TABLE,"Where":["\"","LONG63",null],"a b":"x"}`, `[{"order":TABLE,"By":["\"","LONG63",null],"$1":"x","LONG63":1}]`},
	{`api."select"`, `{"from":null,"Where":[],"a b":null}`, `[{"order":null,"By":[],"$1":null,"LONG63":1}]`},
	{`api."select"`, `{"from":null,"Where":[],"a b":"never"}`, "invalid_params"},
	{`api."` + longest + `"`, `{"LONG63":{"x":1},"LONG":{"x":2}}`, `{"x":2}`},
	{
		`api."` + longest2 + `"`, `{"Rng":{"lower":"a","upper":null},"rngs":[],"ord":{"Group":5,"LONG63":[TABLE,null],"type":"t"}}`,
		`[{"Group":5,"LONG63":[TABLE,null],"type":"t"}]`,
	},
	{`api."quote""d'name"`, `{"x\"y":7}`, `7`},
	{`api."Call"`, `{"Group":1,"user":2}`, `{"Group":2,"End":1}`},
	{"api.atomic", `{"a":1,"b":TABLE}`, `{"user":1,"End":"e","a \"b\"":null,"LONG":null}`},
	{"api.strict_one", `{"a":1}`, `1`},
	{"api.strict_one", `{"a":null}`, "invalid_params"},
	{"api.strict_rows", `{"a":1}`, `[1,2]`},
	{"api.strict_rows", `{"a":1,"b":3}`, `[1,3]`},
	{"api.strict_rows", `{"a":1,"b":null}`, "invalid_params"},
	{"api.unnamed", `{}`, `{"column1":1,"b":"b","column3":3}`},
	{"api.null_composite", `{}`, `null`},
	{"api.nulls_composite", `{}`, `{"user":null,"End":null,"a \"b\"":null,"LONG":null}`},
	{"api.null_rows", `{}`, `[{"user":1,"End":null,"a \"b\"":null,"LONG":null},{"user":null,"End":null,"a \"b\"":null,"LONG":null}]`},
	{"api.null_column", `{}`, `[{"t":null},{"t":{"user":null,"End":null,"a \"b\"":null,"LONG":null}}]`},
	{"api.over(integer)", `{"a":1}`, `"integer"`},
	{"api.over(bigint)", `{"a":1}`, `"bigint"`},
	{"api.over(text)", `{"a":"1"}`, `"text"`},
	{"api.over(integer,text)", `{"a":1,"b":"x"}`, `"integer, text"`},
	{"api.over(integer[])", `{"a":[1]}`, `"integers"`},
	{`api.over(app."Default")`, `{"a":"1"}`, `"Default"`},
	{"api.nothing", `{}`, `null`},
	{"api.subset", `{}`, `[1,2,3]`},
	{"api.subset", `{"b":null}`, `[1,null,3]`},
	{"api.subset", `{"a":5,"c":null}`, `[5,2,null]`},
	{"api.subset", `{"c":6,"b":7,"a":8}`, `[8,7,6]`},
	{spread, `{}`, `"1|it's|{7,8}"`},
	{spread, `{"a":5}`, `"5|it's|{7,8}"`},
	{spread, `{"b":null}`, `"1|{7,8}"`},
	{spread, `{"b":"x"}`, `"1|x|{7,8}"`},
	{spread, `{"c":[3]}`, `"1|it's|{3}"`},
	{spread, `{"c":[],"a":null}`, `"it's|{}"`},
	{spread, `{"c":null,"a":2,"b":"x"}`, `"2|x"`},
	{"api.spread_out", `{}`, `{"o":2,"a":1}`},
	{"api.spread_out", `{"a":5}`, `{"o":2,"a":5}`},
	{"api.spread_out", `{"c":[]}`, `{"o":0,"a":1}`},
	{"api.no_rows", `{"a":0}`, `[]`},
	{"api.no_rows", `{"a":1}`, `[{"x":1,"y":"y"}]`},
	{"api.one_column", `{"a":1}`, `[{"lone":1}]`},
	{"api.one_out", `{"a":1}`, `{"lone":1}`},
}

// shapes calls a function of every shape.
func (k *kitchen) shapes(t *testing.T) {
	c := k.dial(t)
	names := strings.NewReplacer("TABLE", strings.ReplaceAll(someTable, "LONG", longest2), "LONG63", longest, "LONG", longest2)
	var calls []call
	for _, tt := range shapeCalls {
		calls = append(calls, call{method: tt.function, params: names.Replace(tt.params)})
	}
	answers, err := c.send(calls)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range shapeCalls {
		got := answers[i].String()
		if want := names.Replace(tt.want); got != want && (answers[i].Error == nil || answers[i].Error.Name != want) {
			t.Errorf("%s %s\n got %s\nwant %s", tt.function, calls[i].params, got, want)
		}
	}
}
