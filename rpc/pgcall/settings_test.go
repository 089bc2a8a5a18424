package pgcall_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// TestSettings has a database whose own settings would change every text.
func TestSettings(t *testing.T) {
	t.Parallel()
	literal := func(name string) *pgjson.Type { return &pgjson.Type{Kind: pgjson.KindLiteral, Name: name} }
	columns := []pgcall.Column{
		column("span", literal("interval")), column("back", literal("interval")), column("days", literal("daterange")),
		column("times", literal("tstzrange")), column("timetz", literal("time with time zone")), column("numbers", literal("point")),
	}
	p := function("texts", pgcall.ShapeObject, nil, columns...)
	in := function("same", pgcall.ShapeScalar, params(
		opt("days", literal("daterange")), opt("times", literal("tstzrange")), opt("span", literal("interval")),
	), scalar(&pgjson.Bool))
	s := serve(t, options{conns: 1}, `
		create function api.texts(out span interval, out back interval, out days daterange, out times tstzrange,
			out timetz timetz, out numbers point) language sql as $$
			select interval '1 year 2 days 03:04:05.5', interval '-1 month -1 second', daterange('2024-02-01', '2024-03-04'),
				tstzrange('2024-02-01 00:00+00', '2024-07-01 00:00+00'), timetz '12:00+02', point(0.1, 1e100 / 3) $$;
		create function api.same(a_days daterange default null, a_times tstzrange default null, a_span interval default null)
			returns boolean language sql as $$
			select a_days = daterange('2024-02-01', '2024-03-04') and a_span = interval '1 year 2 days 03:04:05.5'
				and a_times = tstzrange('2024-02-01 00:00+00', '2024-07-01 00:00+00') $$;
		do $$ begin execute format('alter database %I set datestyle = ''German, DMY''', current_database());
			execute format('alter database %I set intervalstyle = ''sql_standard''', current_database());
			execute format('alter database %I set timezone = ''Europe/Berlin''', current_database());
			execute format('alter database %I set extra_float_digits = -10', current_database()); end $$`,
		method(p), method(in))
	s.answers("texts", `{}`, `{"span":"P1Y2DT3H4M5.5S","back":"P-1MT-1S","days":"[2024-02-01,2024-03-04)",`+
		`"times":"[\"2024-02-01 00:00:00+00\",\"2024-07-01 00:00:00+00\")","timetz":"12:00:00+02","numbers":"(0.1,3.333333333333333e+99)"}`)
	s.answers("same", `{"days":"[2024-02-01,2024-03-04)","times":"[\"2024-02-01 00:00:00+00\",\"2024-07-01 00:00:00+00\")",`+
		`"span":"P1Y2DT3H4M5.5S"}`, "true")
}

func TestConnectionStringOverridesSettings(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig("host=/nowhere options='-c datestyle=German' timezone=Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgcall.NewPool(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	got := pool.Pool().Config().ConnConfig.RuntimeParams
	if got["timezone"] != "Asia/Tokyo" || got["intervalstyle"] != "iso_8601" || got["client_encoding"] != "UTF8" {
		t.Errorf("settings %v", got)
	}
}
