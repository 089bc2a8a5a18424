package bouncertest_test

import "testing"

// Plans that are older than the schema.
func TestStalePlans(t *testing.T) {
	t.Parallel()
	const q, other = "select * from t", "select * from t /* 2 */"
	table := step{does: sql("drop table if exists t; create table t (i int); insert into t values (1)")}
	changed := step{does: sql("alter table t add j int")}
	first := step{client: "a", says: group(parse("s", q), run("s")), want: callParsed + "1" + oneRow}
	checkFacts(t, []fact{
		{"run", []step{table, first, changed, {client: "a", says: group(run("s")), want: stalePlan}}},
		{"described", []step{table, first, changed, {client: "a", says: group(describe("s")), want: stalePlan}}},
		{"parsed again", []step{
			table, first, changed,
			{client: "a", says: group(forget("s"), parse("s", q), run("s")), want: "CloseComplete; " + callParsed + "1," + oneRow, tracked: "CloseComplete; ParseComplete; " + stalePlan},
			{client: "b", says: group(forget("s"), parse("s", q), run("s")), want: "CloseComplete; " + callParsed + "1," + oneRow, tracked: "CloseComplete; ParseComplete; " + stalePlan},
		}},
		{"parsed with other text", []step{
			table, first, changed,
			{client: "a", says: group(forget("s"), parse("s", other), run("s")), want: "CloseComplete; " + callParsed + "1," + oneRow},
		}},
		{"deallocate all", []step{
			table, first, changed,
			{client: "a", says: query("deallocate all"), want: "DEALLOCATE ALL; ready I"},
			{client: "a", says: group(parse("s", q), run("s")), want: callParsed + "1," + oneRow},
		}},
		{"reconnect", []step{
			table, first, changed,
			{does: console("reconnect")},
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: "BindComplete; row 1," + oneRow},
		}},
		{"another function", []step{
			{does: sql("drop function if exists f; create function f(a int) returns int language sql as 'select a'")},
			{client: "a", says: group(parse("s", "select f($1)"), run("s", "5")), want: callParsed + "5" + oneRow},
			{does: sql("drop function f; create function f(a text) returns int language sql as 'select 6'")},
			{client: "a", says: group(run("s", "5")), want: "ERROR 42883 function f(integer) does not exist; ready I"},
			{client: "a", says: group(forget("s"), parse("s", "select f($1)"), run("s", "5")), want: "CloseComplete; " + callParsed + "6" + oneRow, tracked: "CloseComplete; ParseComplete; ERROR 42883 function f(integer) does not exist; ready I"},
			{client: "a", says: group(forget("s"), parse("s", "select f($1) /* 2 */"), run("s", "5")), want: "CloseComplete; " + callParsed + "6" + oneRow},
		}},
	})
}
