package pgcall_test

import (
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

const shapesSQL = ownTypes + `
create table app.ledger (note text);
create function api.void(a_note text) returns void language sql as $$ insert into app.ledger values ($1) $$;
create function api.scalar(a_n int) returns int language sql as $$ select $1 $$;
create function api.object(a_n int, out n int, out s text) language sql as $$ select $1, 'x'::text $$;
create function api.one(a_n int, out n int) language sql as $$ select $1 $$;
create function api.pair(a_pair app.pair) returns app.pair language sql as $$ select $1 $$;
create function api.rows(a_n int) returns table (i int, s text) language sql as
	$$ select i, repeat('x', i) from generate_series(1, $1) i $$;
create function api.scalars(a_n int) returns setof int language sql as $$ select generate_series(1, $1) $$;
create function api.own(a_moods app.mood[], a_small app.small, out moods app.mood[], out small app.small)
	language sql as $$ select $1, $2 $$;
create function api.text(a_span interval) returns interval language sql as $$ select $1 $$;
create procedure api.quiet(a_note text) language sql as $$ insert into app.ledger values ($1) $$;
create procedure api.outs(out first int, a_n int, out second text) language sql as $$ select a_n, 'two'::text $$;
create procedure api.inout(inout a_n int) language plpgsql as $$ begin a_n := a_n + 1; end $$;
`

// rows binds the function api.rows in another shape.
func rows(shape pgcall.Shape) *pgcall.Procedure {
	return function("rows", shape, params(in("n", &pgjson.Int4)), column("i", &pgjson.Int4), column("s", &pgjson.Text))
}

func scalars(shape pgcall.Shape) *pgcall.Procedure {
	p := function("scalars", shape, params(in("n", &pgjson.Int4)), scalar(&pgjson.Int4))
	p.Head = `select * from "api"."scalars"(`
	return p
}

func call(name string, params []pgcall.Param, columns ...pgcall.Column) *pgcall.Procedure {
	p := function(name, pgcall.ShapeObject, params, columns...)
	p.Head = `call "api"."` + name + `"(`
	if len(columns) == 0 {
		p.Shape = pgcall.ShapeVoid
	}
	return p
}

func outs() *pgcall.Procedure {
	p := call("outs", params(in("n", &pgjson.Int4)), column("first", &pgjson.Int4), column("second", &pgjson.Text))
	p.Head += `"first" => null::integer, "second" => null::text`
	p.Lead = true
	return p
}

func TestShapes(t *testing.T) {
	t.Parallel()
	n := params(in("n", &pgjson.Int4))
	note := params(in("note", &pgjson.Text))
	tests := []struct {
		name   string
		p      *pgcall.Procedure
		params string
		want   string
	}{
		{"void", function("void", pgcall.ShapeVoid, note), `{"note":"a"}`, `null`},
		{"scalar", function("scalar", pgcall.ShapeScalar, n, scalar(&pgjson.Int4)), `{"n":7}`, `7`},
		{"scalar null", function("scalar", pgcall.ShapeScalar, n, scalar(&pgjson.Int4)), `{"n":null}`, `null`},
		{"object", function("object", pgcall.ShapeObject, n, column("n", &pgjson.Int4), column("s", &pgjson.Text)), `{"n":7}`, `{"n":7,"s":"x"}`},
		{"object of one", function("one", pgcall.ShapeObject, n, column("n", &pgjson.Int4)), `{"n":7}`, `{"n":7}`},
		{"composite", function("pair", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair)), `{"pair":{"x":1,"y":"sad"}}`, `{"x":1,"y":"sad"}`},
		{"composite null", function("pair", pgcall.ShapeScalar, params(in("pair", &pair)), scalar(&pair)), `{"pair":null}`, `null`},
		{"array, no row", rows(pgcall.ShapeArray), `{"n":0}`, `[]`},
		{"array", rows(pgcall.ShapeArray), `{"n":2}`, `[{"i":1,"s":"x"},{"i":2,"s":"xx"}]`},
		{"one row", rows(pgcall.ShapeObject), `{"n":1}`, `{"i":1,"s":"x"}`},
		{"one row, none", rows(pgcall.ShapeObject), `{"n":0}`, `contract_violation`},
		{"one row, two", rows(pgcall.ShapeObject), `{"n":2}`, `contract_violation`},
		{"optional", rows(pgcall.ShapeOptional), `{"n":1}`, `{"i":1,"s":"x"}`},
		{"optional, none", rows(pgcall.ShapeOptional), `{"n":0}`, `null`},
		{"optional, two", rows(pgcall.ShapeOptional), `{"n":2}`, `contract_violation`},
		{"scalars", scalars(pgcall.ShapeScalars), `{"n":3}`, `[1,2,3]`},
		{"scalars, none", scalars(pgcall.ShapeScalars), `{"n":0}`, `[]`},
		{"one scalar", scalars(pgcall.ShapeScalar), `{"n":1}`, `1`},
		{"one scalar, none", scalars(pgcall.ShapeScalar), `{"n":0}`, `contract_violation`},
		{"one scalar, two", scalars(pgcall.ShapeScalar), `{"n":2}`, `contract_violation`},
		{"optional scalar", scalars(pgcall.ShapeOptScalar), `{"n":1}`, `1`},
		{"optional scalar, none", scalars(pgcall.ShapeOptScalar), `{"n":0}`, `null`},
		{"optional scalar, two", scalars(pgcall.ShapeOptScalar), `{"n":2}`, `contract_violation`},
		{
			"own types", function("own", pgcall.ShapeObject, params(in("moods", &moodArray), in("small", &small)), column("moods", &moodArray), column("small", &small)),
			`{"moods":["sad",null,"glad"],"small":99}`, `{"moods":["sad",null,"glad"],"small":99}`,
		},
		{"text", function("text", pgcall.ShapeScalar, params(in("span", &interval)), scalar(&interval)), `{"span":"1 year 2 days"}`, `"P1Y2D"`},
		{"procedure", call("quiet", note), `{"note":"b"}`, `null`},
		{"procedure with OUT", outs(), `{"n":7}`, `{"first":7,"second":"two"}`},
		{"procedure with INOUT", call("inout", n, pgcall.Column{Name: "n", Source: "a_n", Type: &pgjson.Int4}), `{"n":7}`, `{"n":8}`},
	}
	var methods []rpc.Method
	for i, tt := range tests {
		m := method(tt.p)
		m.ID, m.Name = uint32(1000+i), tt.name
		methods = append(methods, m)
	}
	s := serve(t, options{conns: 2}, shapesSQL, methods...)
	for _, tt := range tests {
		for range 2 { // prepares the statement, then uses it
			s.answers(tt.name, tt.params, tt.want)
		}
	}
	if got := s.query("select string_agg(note, '' order by note) from app.ledger"); got != "aabb" {
		t.Errorf("the ledger has %s, want aabb", got)
	}
}

func TestResultTooLarge(t *testing.T) {
	t.Parallel()
	endless := function("endless", pgcall.ShapeScalars, nil, scalar(&pgjson.Text))
	endless.Head = `select * from "api"."endless"(`
	s := serve(t, options{maxResult: 1000}, shapesSQL+`create function api.endless() returns setof text language sql stable
		as $$ select repeat('x', 1000) || generate_series(1, 1000000000) $$`, method(rows(pgcall.ShapeArray)), method(endless))
	start := time.Now()
	for range 2 {
		s.answers("rows", `{"n":100}`, "result_too_large")
		s.answers("endless", `{}`, "result_too_large")
		if got := s.call("rows", `{"n":25}`); got.Err != nil || len(got.Result) > 1000 {
			t.Errorf("a result within the limit: %s", got)
		}
	}
	if took := time.Since(start); took > rpc.DefaultTimeout/2 {
		t.Errorf("took %s: rows were read that nobody wants", took)
	}
	const running = "select count(*)::text from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()"
	if got := s.query(running); got != "0" {
		t.Errorf("%s calls still run", got)
	}
}
