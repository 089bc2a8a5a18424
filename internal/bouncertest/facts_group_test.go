package bouncertest_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// Groups are what ends with a Sync: each is a transaction of its own.
func TestGroups(t *testing.T) {
	t.Parallel()
	const local = "select set_config('app.user', 'me', true)"
	const user = "select current_setting('app.user', true)"
	checkFacts(t, []fact{
		{"sent at once", []step{
			{
				client: "a",
				says: join(group(once("select 1")), group(once("select 1/0"), once("select 'skipped'")), query("select 2"),
					group(forget("s"), parse("s", "select 3"), run("s")), group(run("s"))),
				want: callParsed + "1" + oneRow + "; ParseComplete; " + divided + "; row 2" + oneRow +
					"; CloseComplete; " + callParsed + "3" + oneRow + "; BindComplete; row 3" + oneRow,
			},
		}},
		{"settings of a group", []step{
			{client: "a", says: join(group(once(local), once(user)), group(once(user))), want: callParsed + "me; SELECT 1; " + callParsed + "me" + oneRow + "; " + callParsed + oneRow},
			{client: "b", says: group(once(user)), want: callParsed + oneRow},
		}},
		{"time limit of a group", []step{
			{
				client: "a",
				says:   join(group(once("select set_config('statement_timeout', '20', true)"), once("select pg_sleep(60)")), group(once("show statement_timeout"))),
				want: callParsed + "20ms; SELECT 1; ParseComplete; BindComplete; ERROR 57014 canceling statement due to statement timeout; ready I; " +
					"ParseComplete; BindComplete; row 0; SHOW; ready I",
			},
		}},
		{"settings of a session", []step{
			{client: "a", says: query("set statement_timeout = 77777"), want: "SET; ready I"},
			{client: "b", says: query("show statement_timeout"), want: "row 77777ms; SHOW; ready I"},
			{client: "a", says: query("set timezone = 'Asia/Tokyo'"), want: "SET; ready I"},
			{client: "b", says: query("select current_setting('timezone') = 'Asia/Tokyo'"), want: "row f" + oneRow},
			{client: "a", says: query("show timezone"), want: "row Asia/Tokyo; SHOW; ready I"},
		}},
		{"listen", []step{
			{client: "a", says: query("listen news"), want: "LISTEN; ready I"},
			{client: "b", says: query("notify news, 'hello'"), want: "NOTIFY; notification hello; ready I"},
			{client: "a", says: query("select 1"), want: "row 1" + oneRow},
		}},
	})
}

// A client keeps its server connection as long as something is in flight.
func TestPipelineHoldsItsConnection(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		if m.version == bouncertest.Old {
			return // see TestPipelineThroughAnOldPooler
		}
		b := newBench(t, url, m)
		a, other := halfSent(t, b)
		if pools := b.Console(t, "show pools"); !waits(pools) {
			t.Errorf("no client waits: %v", pools)
		}
		if got := a.say(group()...); got != callParsed+"2"+oneRow {
			t.Errorf("the second group: %s", got)
		}
		if got := other.hear(1); got != "row 3"+oneRow {
			t.Errorf("who waited: %s", got)
		}
	})
}

// halfSent is two clients: one has the answer to a group and has sent another
// without its Sync, as happens when a pipeline is cut anywhere on its way; the
// other wants the same server connection.
func halfSent(t *testing.T, b *bench) (a, other *wire) {
	t.Helper()
	a, other = b.client(t, "a"), b.client(t, "b")
	a.send(join(group(once("select 1")), once("select 2"))...)
	if got := a.hear(1); got != callParsed+"1"+oneRow {
		t.Errorf("the first group: %s", got)
	}
	other.send(query("select 3")...)
	b.settle(t)
	return a, other
}

// An old pooler gives the server connection away while a group is only half
// sent, and with it the answer.
func TestPipelineThroughAnOldPooler(t *testing.T) {
	t.Parallel()
	a, other := halfSent(t, newBench(t, pgtest.New(t), modes[0]))
	if got := other.hear(1); got != "ParseComplete; BindComplete; row 2; SELECT 1; row 3"+oneRow {
		t.Errorf("another client hears: %s", got)
	}
	if got := a.say(group()...); got != "ready I" {
		t.Errorf("who asked hears: %s", got)
	}
}

func waits(pools []map[string]string) bool {
	for _, p := range pools {
		if p["database"] == "postgres" && p["cl_waiting"] == "1" {
			return true
		}
	}
	return false
}

// The unnamed statement is nobody's once its group has ended: what was parsed
// there may be another client's.
func TestNothingOutlivesItsGroup(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m)
		b.client(t, "a").say(group(parse("", "select 'a'"))...)
		b.Console(t, "reconnect")
		got := b.client(t, "a").say(group(run(""))...)
		if !strings.HasPrefix(got, "ERROR 26000 unnamed prepared statement does not exist") {
			t.Errorf("%s", got)
		}
	})
}
