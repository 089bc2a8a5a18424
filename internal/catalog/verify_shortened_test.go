package catalog_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
)

// TestVerifyShortened: a shortened call is prepared where other routines have the
// name, and only there.
func TestVerifyShortened(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, `
		create schema api;
		create function api.alone(a integer, b text default '') returns integer language sql as 'select 1';
		create function api.shared(a integer, b text default '') returns integer language sql as 'select 1';
		create function api.shared(a integer, c date default null) returns integer language sql as 'select 1';`)
	call := func(identity, sql string, shortened bool) catalog.Call {
		return catalog.Call{Identity: identity, SQL: sql, Params: []string{"integer"}, Shortened: shortened}
	}
	const shared = "api.shared(integer,text)"
	tests := []struct {
		name string
		call catalog.Call
		want string
	}{
		{"alone", call("api.alone(integer,text)", "select nothing($1)", true), ""},
		{"alone, not shortened", call("api.alone(integer,text)", "select nothing($1)", false), "does not exist"},
		{"shared", call(shared, "select api.shared(a => $1)", true), "not unique"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := catalog.Verify(t.Context(), connect(t, url), []catalog.Call{test.call})
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0].Reason, test.want)) {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
