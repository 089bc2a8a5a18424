package lint_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/pgtest"
)

const unmappedManifest = `version: 1
schema: api
services: [{name: one, ids: 1000-1999}]
methods:
  - {id: 1000, name: F, function: "api.f(integer)", access: public}
  - {id: 1001, name: G, function: api.g(), access: public}
  - {id: 1002, name: H, function: api.h(), access: public}
errors:
  - {code: 7, name: mapped, sqlstate: AA001}
  - {code: 9, name: positive, constraint: n_positive}
`

// TestUnmapped holds that a RAISE which clients see as internal is found, once and
// where it is, and that no other is.
func TestUnmapped(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, `
		create schema api; create schema app; create schema spgen;
		create function spgen.revoke() returns void language plpgsql as 'begin raise sqlstate ''SPGRV''; end';
		create function app.helper() returns void language plpgsql as $$
		begin
			raise exception 'No such chat: %', 1 using errcode = 'HE001';
		end $$;
		create function api.f(a int) returns void language plpgsql set search_path = app, pg_temp as $$
		begin
			if a = 1 then raise sqlstate 'AA001'; end if;
			if a = 2 then raise sqlstate 'AA002'; end if;
			if a = 3 then raise 'plain'; end if;
			if a = 4 then raise 'no such "chat": drop it' using errcode = 'AA004'; end if;
			if a = 5 then raise null_value_not_allowed; end if;
			if a = 6 then raise insufficient_privilege; end if;
			if a = 7 then raise 'impossible' using errcode = 'internal_error'; end if;
			if a = 8 then raise 'x' using errcode = 'AA008', constraint = 'n_positive'; end if;
			if a = 9 then raise warning 'x' using errcode = 'AA009'; end if;
			if a = 10 then raise 'x' using errcode = 'sp001'; end if;
			if a = 11 then raise unique_violation; end if;
			if a = 12 then raise no_data_found; end if;
			begin
				raise sqlstate 'AA013';
			exception when sqlstate 'AA013' then null;
			end;
			perform helper(), spgen.revoke();
		end $$;
		create function api.g() returns void language plpgsql as 'begin perform app.helper(); end';
		create function api.h() returns void language plpgsql as 'begin raise sqlstate ''AA020''; end';
		comment on function api.h() is 'H.
@lint-ignore ERR002 nobody is to know';`)
	var got []string
	for _, f := range lint.Run(read(t, connect(t, url), unmappedManifest)) {
		if strings.HasPrefix(f.Code, "LNT") {
			t.Errorf("%s: %s", f.Subject, f.Message)
		}
		if f.Code != "ERR002" {
			continue
		}
		if f.Severity != diag.Warning || !strings.Contains(f.Message, "see internal") || !strings.Contains(f.Message, f.Snippet) {
			t.Errorf("%s %q of %q", f.Severity, f.Message, f.Snippet)
		}
		_, entry, _ := strings.Cut(f.Hint, "- ")
		entry, _, _ = strings.Cut(entry, "\n")
		got = append(got, f.Key+", line "+strconv.Itoa(f.Line)+" "+entry)
	}
	want := []string{
		`ERR002 api.f(integer) AA002, line 4 {code: 10, name: error_aa002, sqlstate: "AA002"}`,
		`ERR002 api.f(integer) AA004, line 6 {code: 10, name: no_such_chat_drop_it, sqlstate: "AA004"}`,
		`ERR002 api.f(integer), line 12 `,
		`ERR002 api.f(integer) P0002, line 14 {code: 10, name: no_data_found, sqlstate: "P0002"}`,
		`ERR002 app.helper() HE001, line 3 {code: 10, name: no_such_chat, sqlstate: "HE001"}`,
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
