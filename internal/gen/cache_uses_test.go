package gen_test

import (
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
)

const usesSQL = smallSQL + `
create schema app;
create table app.log (line text);
create function app.helper() returns void language plpgsql as 'begin insert into app.log values (''x''); end';
create function shop.uses() returns void language sql as 'select app.helper()';
`

const usesManifest = smallManifest + `  - {id: 1003, name: Uses, function: shop.uses(), access: public}
errors:
  - {code: 1, name: out_of_stock, sqlstate: AA001}
`

// TestCacheHasWhatBodiesUse holds that docs do not go stale when something changes
// that only a body knows: the function that it calls, a trigger of a table.
func TestCacheHasWhatBodiesUse(t *testing.T) {
	t.Parallel()
	w := newWork(t, usesSQL, usesManifest)
	w.run()
	for _, sql := range []string{
		"create or replace function app.helper() returns void language plpgsql as 'begin insert into app.log values (''x''); raise sqlstate ''AA001''; end'",
		"create or replace function app.helper() returns void language plpgsql as 'begin insert into app.log values (''y''); end'",
		`create function app.on_log() returns trigger language plpgsql as 'begin raise sqlstate ''AA001''; end';
		create trigger on_log before insert on app.log for each row execute function app.on_log()`,
	} {
		if w.run(check).Stale() {
			t.Error("stale before the change")
		}
		pgtest.Exec(t, w.conn.Config().ConnString(), sql)
		if !w.run(check).Stale() {
			t.Errorf("not seen: %s", sql)
		}
		w.run()
	}
}
