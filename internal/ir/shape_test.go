package ir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

var shapes = map[ir.Shape]string{
	ir.Void: "void", ir.Scalar: "scalar", ir.Object: "object", ir.Optional: "optional", ir.Array: "array",
	ir.Scalars: "scalars", ir.OptScalar: "optional scalar",
}

// describe returns a method as text: shape, SQL with all arguments, columns. A
// column is "name type", with "=source" where the database calls it otherwise
// and "!" where it is not null.
func describe(m *ir.Method) string {
	var args, columns []string
	if m.Lead {
		args = append(args, "")
	}
	for i, p := range m.Params {
		args = append(args, fmt.Sprintf("%s$%d%s", p.Arg, i+1, p.Cast))
	}
	for _, c := range m.Columns {
		s := c.Name
		if c.Source != c.Name {
			s += "=" + c.Source
		}
		s += " " + c.Type.Name
		if c.NotNull {
			s += "!"
		}
		columns = append(columns, s)
	}
	return shapes[m.Shape] + ": " + m.SelectList() + m.Head + strings.Join(args, ", ") + m.Tail + " -> " + strings.Join(columns, ", ")
}

const shapeSQL = `
create domain app.strict as text not null;
create type app.pair as (x integer, y app.strict);
create domain app.pair_domain as app.pair;
create table app.account (id bigint primary key, name text);
create function api.void() returns void language sql as '';
create function api.void_set() returns setof void language sql as '';
create function api.scalar() returns integer language sql as 'select 1';
create function api.composite() returns app.pair language sql as 'select null::app.pair';
create function api.domain() returns app.strict language sql as $$select 'x'$$;
create function api.outs(out a integer, in b integer, out c text) language sql as $$select 1, 'x'$$;
create function api.one_out(out a integer) language sql as 'select 1';
create function api.one_composite_out(out a app.pair) language sql as 'select null::app.pair';
create function api.one_domain_out(out a app.pair_domain) language sql as 'select null::app.pair_domain';
create function api.unnamed_outs(out integer, out b text, out integer) language sql as $$select 1, 'x', 2$$;
create function api.unnamed_out(out integer) language sql as 'select 1';
create function api.inout(inout a_n integer, out m integer) language sql as 'select 1, 2';
create function api.table() returns table (a integer, b app.strict) language sql as $$select 1, 'x'$$;
create function api.one_table() returns table (a integer) language sql as 'select 1';
create function api.composite_table() returns table (a app.pair) language sql as 'select null::app.pair';
create function api.scalars() returns setof integer language sql as 'select 1';
create function api.composites() returns setof app.pair language sql as 'select null::app.pair';
create function api.domains() returns setof app.pair_domain language sql as 'select null::app.pair_domain';
create function api.rows() returns setof app.account language sql as 'select * from app.account';
create function api.row() returns app.account language sql as 'select null::app.account';
create function api.variadic(a_x integer, variadic a_y text[]) returns integer language sql as 'select 1';
create function api.char(a_x char) returns integer language sql as 'select 1';
create function api.own(a_x app.strict) returns integer language sql as 'select 1';
create function api.over(a_x app.strict) returns integer language sql as 'select 1';
create function api.over(a_x app.pair) returns integer language sql as 'select 1';
create function api."Quoted ""one"("A ""x" integer) returns integer language sql as 'select 1';
create procedure api.proc(a_x integer) language sql as 'select 1';
create procedure api.proc_out(out o integer, a_x integer, inout a_y app.pair, out p app.pair, out q char) language plpgsql as 'begin o := 1; end';
`

func TestShapes(t *testing.T) {
	t.Parallel()
	c := read(t, shapeSQL)
	tests := []struct{ entry, want string }{
		{`function: api.void()`, `void: select "api"."void"() -> `},
		{`function: api.void_set()`, `void: select "api"."void_set"() -> `},
		{`function: api.scalar()`, `scalar: select "api"."scalar"() -> result= integer`},
		{`function: api.composite()`, `scalar: select "api"."composite"() -> result= app.pair`},
		{`function: api.domain()`, `scalar: select "api"."domain"() -> result= app.strict!`},
		{`function: api.outs`, `object: select "a", "c" from "api"."outs"("b" => $1::integer) -> a integer, c text`},
		{`function: api.one_out()`, `object: select "a" from "api"."one_out"() -> a integer`},
		{`function: api.one_composite_out()`, `object: select "api"."one_composite_out"() as "a" -> a app.pair`},
		{`function: api.one_domain_out()`, `object: select "api"."one_domain_out"() as "a" -> a app.pair_domain`},
		{`function: api.unnamed_outs()`, `object: select * from "api"."unnamed_outs"() -> column1 integer, b text, column3 integer`},
		{`function: api.unnamed_out()`, `object: select "unnamed_out" from "api"."unnamed_out"() -> column1=unnamed_out integer`},
		{`function: api.inout`, `object: select "a_n", "m" from "api"."inout"("a_n" => $1::integer) -> n=a_n integer, m integer`},
		{`function: api.table()`, `array: select "a", "b" from "api"."table"() -> a integer, b app.strict!`},
		{`function: api.table(), rows: one`, `object: select "a", "b" from "api"."table"() -> a integer, b app.strict!`},
		{`function: api.table(), rows: optional`, `optional: select "a", "b" from "api"."table"() -> a integer, b app.strict!`},
		{`function: api.one_table()`, `array: select "a" from "api"."one_table"() -> a integer`},
		{`function: api.composite_table()`, `array: select "api"."composite_table"() as "a" -> a app.pair`},
		{`function: api.composite_table(), rows: optional`, `optional: select "api"."composite_table"() as "a" -> a app.pair`},
		{`function: api.scalars()`, `scalars: select * from "api"."scalars"() -> result= integer`},
		{`function: api.scalars(), rows: one`, `scalar: select * from "api"."scalars"() -> result= integer`},
		{`function: api.scalars(), rows: optional`, `optional scalar: select * from "api"."scalars"() -> result= integer`},
		{`function: api.composites()`, `array: select "x", "y" from "api"."composites"() -> x integer, y app.strict!`},
		{`function: api.composites(), rows: one`, `object: select "x", "y" from "api"."composites"() -> x integer, y app.strict!`},
		{`function: api.composites(), rows: optional`, `optional: select "x", "y" from "api"."composites"() -> x integer, y app.strict!`},
		{`function: api.domains()`, `scalars: select "api"."domains"() -> result= app.pair_domain`},
		{`function: api.rows()`, `array: select "id", "name" from "api"."rows"() -> id bigint!, name text`},
		{`function: api.row()`, `scalar: select "api"."row"() -> result= app.account`},
		{`function: api.variadic`, `scalar: select "api"."variadic"("a_x" => $1::integer, variadic "a_y" => $2::text[]) -> result= integer`},
		{`function: api.char`, `scalar: select "api"."char"("a_x" => $1::bpchar) -> result= integer`},
		{`function: api.own`, `scalar: select "api"."own"("a_x" => $1) -> result= integer`},
		{`function: api.over(app.strict)`, `scalar: select "api"."over"("a_x" => $1::app.strict) -> result= integer`},
		{`function: 'api."Quoted ""one"'`, `scalar: select "api"."Quoted ""one"("A ""x" => $1::integer) -> result= integer`},
		{`function: api.proc`, `void: call "api"."proc"("a_x" => $1::integer) -> `},
		{
			`function: api.proc_out`,
			`object: call "api"."proc_out"("o" => null::integer, "p" => null, "q" => null::bpchar, "a_x" => $1::integer, "a_y" => $2)` +
				` -> o integer, y=a_y app.pair, p app.pair, q character`,
		},
	}
	for _, test := range tests {
		t.Run(test.entry, func(t *testing.T) {
			t.Parallel()
			if got := describe(method(t, c, test.entry)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

const nullSQL = `
create domain app.strict as text not null;
create domain app.stricter as app.strict;
create table app.account (id bigint primary key, name text, mail app.strict);
create function api.plain(a_x integer, a_y app.stricter default 'y', a_z integer default null) returns integer language sql as 'select 1';
create function api.strict(a_x integer, a_y integer default 1) returns integer strict language sql as 'select 1';
create function api.tag_all(a_x integer) returns table (a integer, b integer) language sql as 'select 1, 2';
comment on function api.tag_all(integer) is '@notnull';
create function api.tag_some(a_x integer, y integer) returns table (a integer, b integer) language sql as 'select 1, 2';
comment on function api.tag_some(integer, integer) is '@notnull b, a_x';
create function api.tag_wire(a_x integer) returns integer language sql as 'select 1';
comment on function api.tag_wire(integer) is E'@notnull x\n@notnull result';
create function api.rows() returns setof app.account language sql as 'select * from app.account';
create function api.domain() returns app.stricter language sql as $$select 'x'$$;
create function api.inout(inout a_n integer) language sql as 'select 1';
comment on function api.inout(integer) is '@notnull n';
`

func TestNullability(t *testing.T) {
	t.Parallel()
	c := read(t, nullSQL)
	for _, test := range []struct{ function, params, columns string }{
		{"plain", "x, y? !, z?", "result"},
		{"strict", "x !, y? !", "result"},
		{"tag_all", "x", "a !, b !"},
		{"tag_some", "x !, y", "a, b !"},
		{"tag_wire", "x !", "result !"},
		{"rows()", "", "id !, name, mail !"},
		{"domain()", "", "result !"},
		{"inout", "n !", "n !"},
	} {
		t.Run(test.function, func(t *testing.T) {
			t.Parallel()
			m := method(t, c, "function: api."+test.function)
			var params, columns []string
			for _, p := range m.Params {
				params = append(params, mark(mark(p.Name, "?", p.Optional), " !", p.NotNull))
			}
			for _, c := range m.Columns {
				columns = append(columns, mark(c.Name, " !", c.NotNull))
			}
			if got := strings.Join(params, ", "); got != test.params {
				t.Errorf("parameters %q, want %q", got, test.params)
			}
			if got := strings.Join(columns, ", "); got != test.columns {
				t.Errorf("columns %q, want %q", got, test.columns)
			}
		})
	}
}

func mark(name, mark string, marked bool) string {
	if marked {
		return name + mark
	}
	return name
}
