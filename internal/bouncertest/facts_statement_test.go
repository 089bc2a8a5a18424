package bouncertest_test

import (
	"strings"
	"testing"
)

const (
	unknown      = `FATAL 08P01 prepared statement did not exist; closed`
	inUse        = `FATAL 08P01 prepared statement name is already in use; closed`
	divided      = `ERROR 22012 division by zero; ready I`
	parsed       = "ParseComplete; ready I"
	stalePlan    = "ERROR 0A000 cached plan must not change result type; ready I"
	noColumn     = `ERROR 42703 column "nope" does not exist; ready I`
	callParsed   = "ParseComplete; BindComplete; row "
	oneRow       = "; SELECT 1; ready I"
	doesNotExist = `ERROR 26000 prepared statement "s" does not exist; ready I`
)

func TestNamedStatements(t *testing.T) {
	t.Parallel()
	long := "select 1 /*" + strings.Repeat("x", 100_000) + "*/"
	checkFacts(t, []fact{
		{"another server connection", []step{
			{client: "a", says: group(parse("s", "select 1")), want: parsed},
			{client: "a", says: group(run("s")), want: "BindComplete; row 1" + oneRow},
			{does: console("reconnect")},
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: "BindComplete; row 1" + oneRow},
		}},
		{"a name that another client parsed", []step{
			{client: "a", says: group(parse("s", "select 'a'")), want: parsed},
			{client: "b", says: group(run("s")), want: "BindComplete; row a" + oneRow, tracked: unknown},
			{client: "c", says: group(parse("s", "select 'c'")), want: `ERROR 42P05 prepared statement "s" already exists; ready I`, tracked: parsed},
			{client: "c", says: group(run("s")), want: "BindComplete; row a" + oneRow, tracked: "BindComplete; row c" + oneRow},
			{client: "a", says: group(run("s")), want: "BindComplete; row a" + oneRow},
		}},
		{"a name that nobody parsed", []step{
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: unknown},
			{client: "b", says: group(describe("s")), want: doesNotExist, tracked: unknown},
		}},
		{"a name parsed twice", []step{
			{client: "a", says: group(parse("s", "select 1")), want: parsed},
			{client: "a", says: group(forget("s"), parse("s", "select 2"), run("s")), want: "CloseComplete; ParseComplete; BindComplete; row 2" + oneRow},
			{client: "a", says: group(forget("nobody's"), forget("s"), parse("s", "select 3")), want: "CloseComplete; CloseComplete; ParseComplete; ready I"},
			{client: "a", says: group(parse("s", "select 3")), want: `ERROR 42P05 prepared statement "s" already exists; ready I`, tracked: inUse},
		}},
		{"a Parse that fails", []step{
			{client: "a", says: group(parse("s", "select nope")), want: noColumn},
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: noColumn},
			{client: "a", says: group(forget("s"), parse("s", "select 1"), run("s")), want: "CloseComplete; ParseComplete; BindComplete; row 1" + oneRow},
			{client: "b", says: group(parse("t", "select nope")), want: noColumn},
			{client: "b", says: group(parse("t", "select nope")), want: noColumn, tracked: inUse},
		}},
		{"a Parse that is skipped", []step{
			{client: "a", says: group(once("select 1/0"), parse("s", "select 1")), want: "ParseComplete; " + divided},
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: "BindComplete; row 1" + oneRow},
			{client: "a", says: group(parse("s", "select 1")), want: parsed, tracked: inUse},
		}},
		{"deallocate all", []step{
			{client: "a", says: group(parse("s", "select 1")), want: parsed},
			{client: "b", says: group(parse("t", "select 2")), want: parsed},
			{client: "a", says: query("deallocate all"), want: "DEALLOCATE ALL; ready I"},
			{client: "b", says: group(run("t")), want: `ERROR 26000 prepared statement "t" does not exist; ready I`, tracked: "BindComplete; row 2" + oneRow},
			{client: "a", says: group(run("s")), want: doesNotExist, tracked: unknown},
		}},
		{"large", []step{
			{client: "a", says: group(parse("s", long), run("s")), want: callParsed + "1" + oneRow},
			{client: "a", says: group(parse("t", "select length($1::text)"), run("t", strings.Repeat("x", 3_000_000))), want: callParsed + "3000000" + oneRow},
		}},
		{"the unnamed one", []step{
			{client: "a", says: group(parse("", "select 'a'")), want: parsed},
			{client: "b", says: group(once("select $1::text", "b")), want: callParsed + "b" + oneRow},
			{client: "a", says: group(parse("", "select 'a'")), want: parsed},
			{client: "b", says: group(run("")), want: "BindComplete; row a" + oneRow},
		}},
	})
}
