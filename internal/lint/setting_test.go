package lint_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/pgtest"
)

// TestSettings has what only several routines, or a superuser's, show.
func TestSettings(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, `create schema api;
		create function api.clause() returns int language sql stable set app.user_id = '1' as 'select 1';
		create function api.maker() returns text language sql as $$ select set_config('app.trace', 'x', true) $$;
		create function api.reader() returns text language sql stable as $$ select current_setting('app.trace', true) $$;
		create function api.near() returns text language sql stable as $$ select current_setting('app.user_ids', true) $$;
		create function api.unlike() returns text language sql stable as $$ select current_setting('app.tenant_of_old', true) $$;
		create function api.answered() returns text language sql stable as $$ select current_setting('app.x', true) $$;
		comment on function api.answered is E'x\n\n@lint-ignore STA006 an extension makes it';`)
	manifest := func(settings string) string {
		return "version: 1\nschema: api\nsession: {user_id: bigint}\n" + settings
	}
	run := func(text string) (got []string) {
		for _, f := range lint.Run(read(t, connect(t, url), text)) {
			if strings.HasPrefix(f.Code, "STA") {
				got = append(got, f.Key+" => "+f.Hint)
			}
		}
		return got
	}
	got := strings.Join(run(manifest("settings: {app.user_id: session.user_id, app.ip: client.ip}\n")), "\n")
	const want = "STA005 api.clause() app.user_id => use a setting of another name, or answer with `@lint-ignore STA005` why that is meant\n" +
		"STA006 api.near() app.user_ids => did you mean `app.user_id`?\n" +
		"STA006 api.unlike() app.tenant_of_old => add it to `settings` of the manifest, which has app.ip, app.user_id"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, settings := range []string{"", "settings: {}\n", "settings: {other.user_id: session.user_id}\n"} {
		if got := run(manifest(settings)); len(got) > 0 {
			t.Errorf("%q: %v", settings, got)
		}
	}
}
