package roundtrip_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/emit/golang/testdata/kitchen/api"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgval"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// database is the kitchen's, with more SQL run in it.
func database(t *testing.T, more string) *pgx.Conn {
	t.Helper()
	sql, err := os.ReadFile("../testdata/kitchen/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.New(t)
	pgtest.Exec(t, url, string(sql)+";"+more)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), "set intervalstyle = iso_8601; set timezone = UTC; set extra_float_digits = 1"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// same holds what came back against what was sent, by their JSON.
func same(t *rapid.T, sent, got pgval.Object) {
	want, err := pgval.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := pgval.Marshal(got); err != nil || !bytes.Equal(data, want) {
		t.Fatalf("%v: got\n%s\nwant\n%s", err, data, want)
	}
}

// params gives the parameters of a function that returns them.
func params(t *rapid.T, row, params pgval.Object) {
	data, err := pgval.Marshal(row)
	if err == nil {
		err = pgval.Unmarshal(data, params)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRareKindsThroughPostgreSQL(t *testing.T) {
	// Not parallel: tests share generators, and rapid reads their names unguarded.
	conn := database(t, "")
	rapid.Check(t, func(t *rapid.T) {
		row := rareRows.Draw(t, "row")
		var p api.RareKindsParams
		params(t, &row, &p)
		out, err := api.RareKinds(context.Background(), conn, p)
		if err != nil || len(out) != 1 {
			t.Fatalf("%d rows, %v", len(out), err)
		}
		same(t, &row, &out[0])
	})
}

func TestNarrowedThroughPostgreSQL(t *testing.T) {
	// Not parallel: tests share generators, and rapid reads their names unguarded.
	conn := database(t, "")
	exact := rapid.Int64Range(-1<<53, 1<<53)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 3).Draw(t, "width")
		rows := func(n int) *rapid.Generator[[]int32] { return rapid.SliceOfN(rapid.Int32(), n, n) }
		mood := rapid.SliceOfN(rapid.Ptr(moods, true), width, width)
		row := api.NarrowedRow{
			ID: maybe(t, "id", exact), IDs: maybe(t, "ids", pointers(exact)),
			Grid:  maybe(t, "grid", rapid.SliceOfN(rows(width), 0, 3)),
			Cube:  maybe(t, "cube", rapid.SliceOfN(rapid.SliceOfN(mood, 2, 2), 0, 2)),
			Names: rapid.SliceOfN(texts, 0, 3).Draw(t, "names"),
			Pairs: maybe(t, "pairs", rapid.SliceOfN(rapid.SliceOfN(rapid.Ptr(pairs, true), width, width), 0, 2)),
		}
		var p api.NarrowedParams
		params(t, &row, &p)
		out, err := api.Narrowed(context.Background(), conn, p)
		if err != nil || len(out) != 1 {
			t.Fatalf("%d rows, %v", len(out), err)
		}
		same(t, &row, &out[0])
	})
}

func TestNarrowedParametersAreChecked(t *testing.T) {
	t.Parallel()
	conn := database(t, "")
	for _, tt := range []struct {
		name string
		in   api.NarrowedParams
		want string
	}{
		{"ragged", api.NarrowedParams{Grid: new([][]int32{{1}, {2, 3}})}, "grid[1]"},
		{"beyond 2^53", api.NarrowedParams{ID: new(int64(1<<53 + 1))}, "id"},
		{"beyond 2^53, an element", api.NarrowedParams{IDs: new([]*int64{nil, new(int64(-1<<53 - 1))})}, "ids[1]"},
	} {
		_, err := api.Narrowed(t.Context(), conn, tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			var e *rpc.Error
			if errors.As(err, &e) && strings.Contains(string(e.Data), `"`+tt.want+`"`) {
				continue
			}
			t.Errorf("%s: error %v, want one of %s", tt.name, err, tt.want)
		}
	}
}

// TestResultsOutsideTheContract has functions return what their comments and
// types exclude.
func TestResultsOutsideTheContract(t *testing.T) {
	t.Parallel()
	conn := database(t, `
		create or replace function api.returns_grid() returns integer[] language sql as 'select array[1, 2]';
		create or replace function api.returns_array() returns app.mood[] language sql as $$select array[array['happy'::app.mood]]$$;
		create or replace function api.narrowed(a_id bigint, a_ids bigint[], a_grid integer[], a_cube app.mood[], a_names text[],
			a_pairs app.pair[] default null, a_docs jsonb[] default null)
			returns table (id bigint, ids bigint[], grid integer[], cube app.mood[], names text[], pairs app.pair[], docs jsonb[])
			language sql as $$select case a_id when 1 then 9007199254740993 end, null::bigint[], null::integer[], null::app.mood[],
				case a_id when 2 then array[null::text] else '{}' end, null::app.pair[], null::jsonb[]$$;
		create or replace function api.rare_kinds(
			a_oid oid, a_xid xid, a_timetz timetz, a_interval interval, a_inet inet, a_cidr cidr, a_macaddr macaddr, a_macaddr8 macaddr8,
			a_bit bit, a_varbit varbit, a_hstore app.hstore, a_citext app.citext, a_code app.code, a_span app.span, a_range int8range,
			a_own_range app.textrange, a_multirange tstzmultirange, a_own_multirange app.textmultirange, a_ranges numrange[],
			a_point point, a_lsn pg_lsn, a_box box[], a_hstores app.hstore[] default null, a_multiranges int4multirange[] default null
		) returns table (
			oid oid, xid xid, timetz timetz, "interval" interval, inet inet, cidr cidr, macaddr macaddr, macaddr8 macaddr8,
			"bit" bit, varbit varbit, hstore app.hstore, citext app.citext, code app.code, span app.span, "range" int8range,
			own_range app.textrange, multirange tstzmultirange, own_multirange app.textmultirange, ranges numrange[],
			point point, lsn pg_lsn, box box[], hstores app.hstore[], multiranges int4multirange[]
		) language sql as $$select null::oid, null::xid, null::timetz, null::interval, null::inet, null::cidr, null::macaddr,
			null::macaddr8, null::"bit", null::varbit, null::app.hstore, null::app.citext, 'x'::app.code, null::app.span,
			null::int8range, null::app.textrange, null::tstzmultirange, null::app.textmultirange, null::numrange[],
			point(1, 2), null::pg_lsn, null::box[], null::app.hstore[], null::int4multirange[]$$;`)
	ctx := t.Context()
	narrowed := func(n int64) error {
		_, err := api.Narrowed(ctx, conn, api.NarrowedParams{ID: &n, Names: []string{}})
		return err
	}
	violation := func(err error) bool {
		return errors.Is(err, &rpc.Error{Code: rpc.CodeContractViolation, Name: "contract_violation"})
	}
	if _, err := api.ReturnsGrid(ctx, conn, api.ReturnsGridParams{}); !violation(err) {
		t.Errorf("another number of dimensions: %v", err)
	}
	if err := narrowed(2); !violation(err) {
		t.Errorf("a null element: %v", err)
	}
	if _, err := api.RareKinds(ctx, conn, api.RareKindsParams{Code: "x"}); !violation(err) {
		t.Errorf("a text that is not JSON: %v", err)
	}
	if err := narrowed(1); err == nil {
		t.Error("a number beyond 2^53 is taken")
	} else if !violation(err) {
		t.Errorf("a number beyond 2^53: %v", err)
	}
	if _, err := api.ReturnsArray(ctx, conn, api.ReturnsArrayParams{}); err == nil || !strings.Contains(err.Error(), "@dims") {
		t.Errorf("a nested array read into []T: %v", err)
	}
}
