package ir_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

const effectsSQL = `
	create domain app.code as text constraint code_short check (length(value) < 9);
	create domain app.odd as text constraint odd_only check (reverse(value) <> value);
	create table app.owner (id bigint primary key, name text not null);
	create table app.far (id bigint primary key);
	create table app.thing (
		id bigint generated always as identity primary key,
		owner bigint constraint thing_owner references app.owner,
		code text constraint thing_code_key unique,
		size integer constraint thing_size check (size > 0),
		far bigint references app.far);
	comment on table app.thing is 'What is kept.';
	alter table app.owner add column far bigint references app.far;
	create table app.log (line text);
	create function api.f(a text, b integer, c text, d app.code, e app.odd) returns void language plpgsql as $$
	begin
		if a = 'x' then raise exception 'not %', a; end if;
		if a = 'y' then raise sqlstate 'AA001' using message = 'first'; end if;
		if a = 'z' then raise sqlstate 'AA001' using message = 'second'; end if;
		if a = 'u' then raise sqlstate 'AA099'; end if;
		if a = 'v' then raise null_value_not_allowed; end if;
		insert into app.thing (owner, code, size) select o.id, c, b from app.owner o;
		execute 'delete from ' || quote_ident(a);
	end $$;
	comment on function api.f(text, integer, text, app.code, app.odd) is 'Does it.
@error declared
@error taken';`

const effectsManifest = `methods:
  - {id: 1000, name: F, function: "api.f(text,integer,text,app.code,app.odd)", access: public}
errors:
  - {code: 1, name: of_size, constraint: thing_size}
  - {code: 2, name: taken, constraint: thing_code_key}
  - {code: 3, name: first_or_second, sqlstate: AA001}
  - {code: 4, name: declared, sqlstate: "22012"}
  - {code: 5, name: idle, sqlstate: AA005}
  - {code: 6, name: too_long, constraint: code_short}
  - {code: 7, name: odd, constraint: odd_only}
`

func TestEffects(t *testing.T) {
	t.Parallel()
	model, diags := build(t, read(t, effectsSQL), effectsManifest)
	if len(model.Methods) != 1 {
		t.Fatal(list(diags))
	}
	m := model.Methods[0]
	var got []string
	for _, r := range m.Raises {
		name := r.Protocol
		if r.Error != nil {
			name = r.Error.Name
		}
		got = append(got, fmt.Sprintf("%s %s %q %v: %s", name, r.SQLState, r.Cause, r.Declared, strings.Join(r.Why, "; ")))
	}
	const f = " in api.f(text,integer,text,app.code,app.odd), line "
	want := []string{
		`of_size 23514 "thing_size" false: insert into app.thing` + f + "8",
		`taken 23505 "thing_code_key" true: insert into app.thing` + f + "8",
		`first_or_second AA001 "" false: raise` + f + "4; raise" + f + "5",
		`declared 22012 "" true: `,
		`odd 23514 "odd_only" false: parameter e is app.odd`,
		`constraint_violation 23503 "thing_owner" false: insert into app.thing` + f + "8",
		`raised P0001 "not %" false: raise` + f + "3",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var names []string
	for _, e := range m.Errors {
		names = append(names, e.Name)
	}
	if s := strings.Join(names, " "); s != "of_size taken first_or_second declared odd" {
		t.Errorf("errors: %s", s)
	}
	if len(m.Opaque) != 1 || m.Opaque[0] != "api.f(text,integer,text,app.code,app.odd) runs dynamic SQL, line 9" {
		t.Errorf("opaque: %q", m.Opaque)
	}
	if s := tableNames(m.Reads) + "; " + tableNames(m.Writes); s != "app.owner; app.thing" {
		t.Errorf("reads and writes %s", s)
	}
}

// TestTablesOfTheModel are those of methods, and what they refer to.
func TestTablesOfTheModel(t *testing.T) {
	t.Parallel()
	model, _ := build(t, read(t, effectsSQL), effectsManifest)
	if s := tableNames(model.Tables); s != "app.far app.owner app.thing" {
		t.Fatalf("tables: %s", s)
	}
	thing := model.Tables[2]
	if thing.Comment != "What is kept." || len(thing.Columns) != 5 || len(thing.References) != 2 {
		t.Fatalf("%+v", thing)
	}
	if c := thing.Columns[0]; c != (ir.TableColumn{Name: "id", Type: "bigint", NotNull: true, Key: true}) {
		t.Errorf("column %+v", c)
	}
	r := thing.References[1]
	if r.Table != model.Tables[1] || !slices.Equal(r.Columns, []string{"owner"}) || !slices.Equal(r.Of, []string{"id"}) {
		t.Errorf("reference %+v", r)
	}
}

func tableNames(all []*ir.Table) string {
	var names []string
	for _, t := range all {
		names = append(names, t.Schema+"."+t.Name)
	}
	return strings.Join(names, " ")
}
