package gen_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/gen"
)

func TestFindingsCarryTheFunctionsPlace(t *testing.T) {
	t.Parallel()
	const sql = `
		create schema shop;
		create function shop.one(a_x integer) returns integer language sql as 'select 1';
		create function shop."Two ""x"""(a_x integer) returns integer language sql as 'select 1';
		create procedure shop.three(a_x integer) language sql as 'select 1';
		create function shop.over(a_x integer) returns integer language sql as 'select 1';
		create function shop.over(a_x text) returns integer language sql as 'select 1';
		create function shop.twice(a_x integer) returns integer language sql as 'select 1';
		create function shop.nowhere(a_x integer) returns integer language sql as 'select 1';
		do $$ declare f regprocedure; begin
			for f in select oid from pg_proc where pronamespace = 'shop'::regnamespace loop
				execute format('comment on routine %s is ''@tpyo''', f);
			end loop;
		end $$;`
	w := newWork(t, sql, `version: 1
schema: shop
services: [{name: goods, ids: 1000-1999}]
methods:
  - {id: 1000, name: One, function: shop.one, access: public}
  - {id: 1001, name: Two, function: 'shop."Two ""x"""', access: public}
  - {id: 1002, name: Three, function: shop.three, access: public}
  - {id: 1003, name: Over, function: shop.over(text), access: public}
  - {id: 1004, name: Twice, function: shop.twice, access: public}
  - {id: 1005, name: Nowhere, function: shop.nowhere, access: public}
ignore: [over]
`)
	w.write("schema/functions/one.sql", "-- é\n  CREATE OR REPLACE\n FUNCTION shop . one\n(a_x integer) …\n")
	w.write("schema/functions/deep/two.sql", "create function\n shop.\"Two \"\"x\"\"\"(a_x integer)")
	w.write("schema/functions/three.sql", "\ufeff\r\n\r\n\tcreate procedure shop.three(")
	w.write("schema/functions/over.sql", "create function shop.over(a_x text)")
	w.write("schema/functions/twice.sql", "create function shop.twice(\ncreate function shop.twice(")
	w.write("schema/functions/notes.txt", "create function shop.nowhere(")
	report, err := gen.Run(t.Context(), w.conn, w.options())
	if err != nil || report.Diagnostics.HasErrors() {
		t.Fatalf("error %v:\n%s", err, text(report.Diagnostics))
	}
	want := map[string]string{
		"shop.one(integer)": "functions/one.sql:2:3", `shop."Two ""x"""(integer)`: "functions/deep/two.sql:1:1",
		"shop.three(integer)": "functions/three.sql:3:2", "shop.over(text)": "manifest.yaml:8:38",
		"shop.twice(integer)": "manifest.yaml:9:39", "shop.nowhere(integer)": "manifest.yaml:10:41",
	}
	found := 0
	for _, d := range report.Diagnostics {
		if d.Code != "TAG001" {
			continue
		}
		found++
		if got := d.Pos.String(); !strings.HasSuffix(got, want[d.Subject]) || want[d.Subject] == "" {
			t.Errorf("%s is at %s, want %s", d.Subject, got, want[d.Subject])
		}
	}
	if found != len(want) {
		t.Errorf("%d findings:\n%s", found, text(report.Diagnostics))
	}
}
