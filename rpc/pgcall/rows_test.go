package pgcall_test

import (
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Rows beyond the limit stop the query, however few bytes they have.
func TestTooManyRows(t *testing.T) {
	t.Parallel()
	many := function("many", pgcall.ShapeScalars, nil, scalar(&pgjson.Int4))
	many.Head, many.Params = `select * from "api"."many"(`, []pgcall.Param{in("n", &pgjson.Int4)}
	s := serve(t, options{maxRows: 1000}, `create function api.many(a_n integer) returns setof integer language sql stable
		as $$ select generate_series(1, a_n) $$`, method(many))
	start := time.Now()
	for range 2 {
		if got := s.call("many", `{"n":1000}`); got.Err != nil {
			t.Error(got.Err)
		}
		s.answers("many", `{"n":1001}`, "result_too_large")
		s.answers("many", `{"n":2000000000}`, "result_too_large")
	}
	if took := time.Since(start); took > rpc.DefaultTimeout/2 {
		t.Errorf("took %s: rows were read that nobody wants", took)
	}
}
