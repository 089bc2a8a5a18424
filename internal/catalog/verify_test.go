package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
)

const verifySQL = `
	create schema api;
	create schema app;
	create domain app.positive as integer not null check (value > 0);
	create domain app.small as app.positive check (value < 10);
	create domain app.names as text[];
	create type app.mood as enum ('sad');
	create type app.pair as (x app.small, y text);
	create function api.void(a integer) returns void language sql as '';
	create function api.scalar(a app.small, b app.small[] default '{}') returns app.small language sql as 'select a';
	create function api.arrays() returns app.small[] language sql as 'select null::app.small[]';
	create function api.domain_of_array() returns app.names language sql as 'select null::app.names';
	create function api.pair(a app.mood) returns app.pair language sql as 'select null::app.pair';
	create function api.tab(n bigint) returns table (a app.mood, "B c" app.small, "C" char(3)) language sql
		as $$ select 'sad'::app.mood, 1::app.small, 'x'::char(3) $$;
	create procedure api.proc(a integer, out b bigint, inout c text) language plpgsql as 'begin b := a; end';`

var (
	colText = catalog.ColumnSpec{Name: "y", Type: "text"}
	void    = catalog.Call{Identity: "api.void(integer)", SQL: "select api.void(a => $1::integer)", Params: []string{"integer"}}
)

var verifyTests = []struct {
	name    string
	sql     string
	params  []string
	columns []catalog.ColumnSpec
	want    []string // parts of the reasons, in order
}{
	{name: "void", sql: void.SQL, params: void.Params},
	{"void as a column", void.SQL, void.Params, []catalog.ColumnSpec{{"void", "void"}}, nil},
	{
		"domain parameters keep their type, a domain column becomes its base",
		"select * from api.scalar(a => $1::app.small, b => $2)",
		[]string{"app.small", "app.small[]"},
		[]catalog.ColumnSpec{{"scalar", "app.small"}},
		nil,
	},
	{"domain column by its base", "select api.scalar($1)", []string{"app.small"}, []catalog.ColumnSpec{{"scalar", "integer"}}, nil},
	{"array of a domain keeps its type", "select api.arrays()", nil, []catalog.ColumnSpec{{"arrays", "app.small[]"}}, nil},
	{"domain over an array", "select api.domain_of_array()", nil, []catalog.ColumnSpec{{"domain_of_array", "app.names"}}, nil},
	{"composite as one value", "select api.pair($1)", []string{"app.mood"}, []catalog.ColumnSpec{{"pair", "app.pair"}}, nil},
	{
		"composite as columns", "select * from api.pair($1::app.mood)",
		[]string{"app.mood"},
		[]catalog.ColumnSpec{{"x", "app.small"}, colText},
		nil,
	},
	{
		"table", "select * from api.tab(n => $1)",
		[]string{"bigint"},
		[]catalog.ColumnSpec{{"a", "app.mood"}, {"B c", "app.small"}, {"C", "character"}},
		nil,
	},
	{
		"procedure", "call api.proc(a => $1, b => null, c => $2)",
		[]string{"integer", "text"},
		[]catalog.ColumnSpec{{"b", "bigint"}, {"c", "text"}},
		nil,
	},
	{"anything", "select * from api.pair($1)", []string{""}, []catalog.ColumnSpec{{}, {}}, nil},

	{
		"parameter type", "select api.void(a => $1::bigint::integer)",
		[]string{"integer"},
		nil,
		[]string{"parameter 1 is bigint, not integer"},
	},
	{"parameter count", void.SQL, []string{"integer", "text"}, nil, []string{"takes 1 parameter, not 2"}},
	{
		"parameter is the domain, not its base", "select api.scalar($1)",
		[]string{"integer"},
		[]catalog.ColumnSpec{{"scalar", "integer"}},
		[]string{"parameter 1 is app.small, not integer"},
	},
	{"unknown type", void.SQL, []string{"no.such"}, nil, []string{"parameter 1: type no.such does not exist"}},
	{
		"text is the built-in type", "select $1::app.text",
		[]string{"text"},
		[]catalog.ColumnSpec{{"text", "text"}},
		[]string{"parameter 1 is app.text, not text", "column 1 (text) is app.text, not text"},
	},
	{"column count", "select api.scalar($1)", []string{"app.small"}, nil, []string{"returns 1 column, not 0"}},
	{"void is no column", void.SQL, void.Params, []catalog.ColumnSpec{colText}, []string{`column 1 is named "void", not "y"`, "column 1 (void) is void, not text"}},
	{
		"several faults", "select * from api.pair($1)",
		[]string{"text"},
		[]catalog.ColumnSpec{{"a", "bigint"}, {"y", "gone.type"}},
		[]string{"parameter 1 is app.mood, not text", `column 1 is named "x", not "a"`, "column 1 (x) is integer, not bigint", "column 2 (y): type gone.type does not exist"},
	},
	{"no function", "select api.gone($1::integer)", []string{"integer"}, nil, []string{"function api.gone(integer) does not exist (SQLSTATE 42883): No function matches"}},
	{"syntax", "selec", nil, nil, []string{"SQLSTATE 42601"}},
	{"two statements", "select 1; select 2", nil, nil, []string{"SQLSTATE 42601"}},
	{
		"no type for a parameter", "select $1 is null",
		[]string{"text"},
		[]catalog.ColumnSpec{{"?column?", "boolean"}},
		[]string{"could not determine data type of parameter $1 (SQLSTATE 42P18)"},
	},
	{"empty", "", nil, []catalog.ColumnSpec{colText}, []string{"returns 0 columns, not 1"}},
}

func TestVerify(t *testing.T) {
	t.Parallel()
	conn := database(t, verifySQL)
	// names mean the same whatever the session's search_path is
	exec(t, conn, "set search_path = app; create type app.text as enum ('trap')")
	var calls []catalog.Call
	for _, tt := range verifyTests {
		calls = append(calls, catalog.Call{Identity: tt.name, SQL: tt.sql, Params: tt.params, Columns: tt.columns})
	}
	got := map[string][]string{}
	for _, m := range catalog.Verify(t.Context(), conn, calls) {
		got[m.Identity] = append(got[m.Identity], m.Reason)
	}
	for _, tt := range verifyTests {
		if !slices.EqualFunc(got[tt.name], tt.want, strings.Contains) {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.name, got[tt.name], tt.want)
		}
	}
	checkClean(t, conn)
}

// checkClean: the connection is as usable as it was.
func checkClean(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	exec(t, conn, "discard plans")
	left := column(t, conn, "select statement from pg_prepared_statements where statement not like '%pg_prepared_statements%' order by 1")
	if len(left) > 0 {
		t.Errorf("prepared statements are left: %q", left)
	}
	if got := column(t, conn, "select current_setting('search_path')"); got[0] != "app" {
		t.Errorf("search_path is %q", got)
	}
}

// TestVerifyBatches: a failing call hides no other, however many there are.
func TestVerifyBatches(t *testing.T) {
	t.Parallel()
	conn := database(t, verifySQL[:strings.Index(verifySQL, "create function api.scalar")])
	var (
		calls []catalog.Call
		want  []string
	)
	for i := range 1000 {
		c := void
		c.Identity = fmt.Sprint(i)
		if i%7 == 0 {
			c.SQL = "select api.gone()"
			want = append(want, c.Identity)
		}
		calls = append(calls, c)
	}
	var got []string
	for _, m := range catalog.Verify(t.Context(), conn, calls) {
		got = append(got, m.Identity)
		var pgErr *pgconn.PgError
		if !errors.As(m.Err, &pgErr) || pgErr.Code != "42883" {
			t.Errorf("call %s: %v", m.Identity, m.Err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := catalog.Verify(t.Context(), conn, nil); got != nil {
		t.Errorf("no calls give %v", got)
	}
}

// TestVerifyPrivileges: both privileges that a call needs are looked at, one of
// which PREPARE does not check.
func TestVerifyPrivileges(t *testing.T) {
	t.Parallel()
	conn := database(t, verifySQL[:strings.Index(verifySQL, "create function api.scalar")])
	role := pgx.Identifier{column(t, conn, "select current_database() || '_role'")[0]}.Sanitize()
	exec(t, conn, "create role "+role)
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "reset role; drop owned by "+role+"; drop role "+role, pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			t.Error(err)
		}
	})
	steps := []struct{ before, want string }{
		{"set role " + role, "permission denied for schema api (SQLSTATE 42501)"},
		{
			"reset role; revoke execute on function api.void(integer) from public; grant usage on schema api to " + role + "; set role " + role,
			"grant execute on routine api.void(integer)",
		},
		{"reset role; grant execute on function api.void(integer) to " + role + "; set role " + role, ""},
	}
	for _, s := range steps {
		exec(t, conn, s.before)
		got := catalog.Verify(t.Context(), conn, []catalog.Call{void})
		switch {
		case s.want == "" && len(got) > 0:
			t.Errorf("got %v", got)
		case s.want != "" && (len(got) != 1 || !strings.Contains(got[0].Reason, s.want)):
			t.Errorf("got %v, want %q", got, s.want)
		}
	}
}

// TestVerifyInterrupted: a call that could not be checked never looks like one
// that fits.
func TestVerifyInterrupted(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, verifySQL[:strings.Index(verifySQL, "create function api.scalar")])
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name   string
		ctx    context.Context
		before func(*testing.T, *pgx.Conn)
		want   string
	}{
		{"cancelled", cancelled, func(*testing.T, *pgx.Conn) {}, "context canceled"},
		{"closed", t.Context(), func(t *testing.T, c *pgx.Conn) { _ = c.Close(t.Context()) }, "connection is closed"},
		{"in a transaction", t.Context(), func(t *testing.T, c *pgx.Conn) { exec(t, c, "begin") }, "inside a transaction"},
		{"killed", t.Context(), func(t *testing.T, c *pgx.Conn) {
			pgtest.Exec(t, url, fmt.Sprintf("select pg_terminate_backend(%d, 10000)", c.PgConn().PID()))
		}, "not checked: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn := connect(t, url)
			tt.before(t, conn)
			got := catalog.Verify(tt.ctx, conn, []catalog.Call{void, void, void})
			if len(got) != 3 {
				t.Fatalf("got %v", got)
			}
			for _, m := range got {
				if !strings.Contains(m.Reason, tt.want) || m.Err == nil {
					t.Errorf("got %v, want %q", m, tt.want)
				}
			}
		})
	}
}
