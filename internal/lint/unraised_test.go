package lint_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/pgtest"
)

const unraisedManifest = `version: 1
schema: api
services: [{name: one, ids: 1000-1999}]
methods:
  - {id: 1000, name: F, function: "api.f(integer)", access: public}
errors:
  - {code: 1, name: plain, sqlstate: AA001}
  - {code: 2, name: by_helper, sqlstate: AA002}
  - {code: 3, name: declared, sqlstate: "22012"}
  - {code: 4, name: misspelt, sqlstate: AA004}
  - {code: 5, name: taken, constraint: t_key}
  - {code: 6, name: not_written, constraint: u_key}
`

// TestUnraised holds that an error which no method answers is found, and one that
// something raises, or that a comment declares, is not.
func TestUnraised(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, `
		create schema api; create schema app;
		create table app.t (a int constraint t_key unique);
		create table app.u (a int constraint u_key unique);
		create function app.helper() returns void language plpgsql as $$ begin raise sqlstate 'AA002'; end $$;
		create function api.f(a int) returns void language plpgsql set search_path = app, pg_temp as $$
			begin
				if a = 1 then raise sqlstate 'AA001'; end if;
				perform helper(); -- not 'AA004'
				insert into t values (a);
			end $$;
		comment on function api.f(int) is 'Does it. @error is no tag here
@error declared';`)
	conn := connect(t, url)
	unraised := func(severity diag.Severity) string {
		var names []string
		for _, f := range lint.Run(read(t, conn, unraisedManifest)) {
			if f.Code == "ERR001" && f.Severity == severity {
				names = append(names, f.Subject)
				if f.Pos.Line == 0 || f.Hint == "" {
					t.Errorf("%s: no place or no hint", f.Message)
				}
			}
		}
		return strings.Join(names, ", ")
	}
	const want = "error misspelt, error not_written"
	if got := unraised(diag.Warning); got != want {
		t.Errorf("warned of %q, want %q", got, want)
	}
	pgtest.Exec(t, url, `create or replace function app.helper() returns void language plpgsql as $$
		begin if 1 = 2 then raise sqlstate 'AA002'; end if; execute 'select ' || 1; end $$`)
	if got, warned := unraised(diag.Note), unraised(diag.Warning); got != want || warned != "" {
		t.Errorf("with dynamic SQL: notes of %q, warnings of %q", got, warned)
	}
}
