package bouncertest_test

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

const (
	one     = "row 1" + oneRow
	crashed = "FATAL 57P01 terminating connection due to administrator command; FATAL 08P01 server conn crashed?; closed"
)

// selectOne is what a client says to see whether it is still served.
func selectOne() said { return query("select 1") }

// whileItSleeps runs sql on the session of the database that sleeps, as soon as
// one does.
func whileItSleeps(t *testing.T, b *bench, sql string) {
	t.Helper()
	pgtest.Exec(t, b.url, `do $$
		begin
			loop
				perform `+sql+`
				from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid() and wait_event = 'PgSleep';
				exit when found;
				perform pg_sleep(0.01);
				perform pg_stat_clear_snapshot();
			end loop;
		end $$`)
}

func TestLosses(t *testing.T) {
	t.Parallel()
	checkFacts(t, []fact{
		{"nothing in flight", []step{
			{client: "a", says: selectOne(), want: one},
			{does: func(t *testing.T, b *bench) { b.endServers(t) }},
			{client: "a", says: selectOne(), want: one},
		}},
		{"ended by itself", []step{
			{
				client: "a",
				says:   join(group(once("select 1")), group(once("select pg_terminate_backend(pg_backend_pid())")), group(once("select 2"))),
				want:   callParsed + "1" + oneRow + "; " + callParsed + "t; " + crashed,
			},
			{client: "b", says: selectOne(), want: one},
		}},
		{"reconnect", []step{
			{client: "a", says: selectOne(), want: one},
			{does: console("reconnect")},
			{client: "a", says: selectOne(), want: one},
		}},
		{"kill", []step{
			{client: "a", says: selectOne(), want: one},
			{does: console("kill postgres")},
			{client: "a", says: selectOne(), want: "FATAL 08P01 database removed; closed"},
		}},
		{"the pooler ends", []step{
			{client: "a", says: selectOne(), want: one},
			{does: func(t *testing.T, b *bench) { b.Restart(t) }},
			{client: "a", says: selectOne(), want: "closed"},
			{client: "b", says: selectOne(), want: one},
		}},
	})
}

// sleeper is a client that sleeps in the second of three groups.
func sleeper(t *testing.T, b *bench) *wire {
	t.Helper()
	a := b.client(t, "a")
	a.send(join(group(once("select 1")), group(once("select pg_sleep(60)")), group(once("select 3")))...)
	return a
}

// asleep is what a sleeper has heard when it sleeps.
const asleep = callParsed + "1" + oneRow + "; ParseComplete; BindComplete; "

func TestTerminatedInAPipeline(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m)
		a := sleeper(t, b)
		whileItSleeps(t, b, "pg_terminate_backend(pid)")
		if got, want := a.hear(3), asleep+crashed; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got := b.client(t, "b").say(selectOne()...); got != one {
			t.Errorf("another client: %s", got)
		}
	})
}

// A request to cancel goes by the key that the pooler gave its client.
func TestCancel(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m)
		a := sleeper(t, b)
		whileItSleeps(t, b, "1")
		cancel(t, b, a)
		want := asleep + "ERROR 57014 canceling statement due to user request; ready I; " + callParsed + "3" + oneRow
		if got := a.hear(3); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// cancel waits for the pooler to close the connection: the old one may crash
// when its client does so first.
func cancel(t *testing.T, b *bench, w *wire) {
	t.Helper()
	conn, err := net.Dial("unix", b.Socket())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	message, err := (&pgproto3.CancelRequest{ProcessID: w.key, SecretKey: w.secret}).Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(message); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("the request to cancel is answered: %d bytes, %v", n, err)
	}
}

// No connection to the database is free for query_wait_timeout, whatever the reason.
func TestWaitingTooLong(t *testing.T) {
	t.Parallel()
	const late = "FATAL 08P01 query_wait_timeout; closed"
	second := bouncertest.Setting("query_wait_timeout", "1")
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m, second)
		b.client(t, "a").say(query("begin")...)
		if got := b.client(t, "b").say(selectOne()...); got != late {
			t.Errorf("in use: %s", got)
		}
		b.client(t, "a").say(query("rollback")...)
		paused := b.client(t, "c")
		b.Console(t, "pause")
		if got := paused.say(selectOne()...); got != late {
			t.Errorf("paused: %s", got)
		}
		down := newBench(t, "postgres:///x?user=postgres&host=/nowhere", m, second)
		if _, got := dial(t, down.Socket(), "postgres", nil); got != late {
			t.Errorf("down: %s", got)
		}
	})
}

func TestTooManyClients(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m, bouncertest.Setting("max_client_conn", "1"))
		b.client(t, "a")
		if _, got := dial(t, b.Socket(), b.user, nil); got != "FATAL 08P01 no more connections allowed (max_client_conn); closed" {
			t.Errorf("%s", got)
		}
	})
}
