package bouncertest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// mode is a way in which PgBouncer treats named statements.
type mode struct {
	name    string
	version string
	options []bouncertest.Option
	tracks  bool
}

var modes = []mode{
	{name: "old", version: bouncertest.Old},
	{name: "plain", version: bouncertest.New, options: []bouncertest.Option{bouncertest.PreparedStatements(0)}},
	{name: "tracked", version: bouncertest.New, options: []bouncertest.Option{bouncertest.PreparedStatements(200)}, tracks: true},
}

// bench is a database behind a pooler that has one connection to it.
type bench struct {
	*bouncertest.Bouncer
	url     string // of the database itself
	user    string
	clients map[string]*wire
}

// newBench makes one on the database of url, which others may use as well.
func newBench(t *testing.T, url string, m mode, options ...bouncertest.Option) *bench {
	t.Helper()
	b := &bench{url: url, clients: map[string]*wire{}}
	config, err := pgx.ParseConfig(b.url)
	if err != nil {
		t.Fatal(err)
	}
	b.user = config.User
	all := append([]bouncertest.Option{bouncertest.PoolSize(1)}, m.options...)
	b.Bouncer = bouncertest.Start(t, m.version, b.url, append(all, options...)...)
	return b
}

// client returns the one of that name, whom it logs in when he is new.
func (b *bench) client(t *testing.T, name string) *wire {
	t.Helper()
	if w := b.clients[name]; w != nil {
		return w
	}
	w, got := dial(t, b.Socket(), b.user, nil)
	if got != "ready I" {
		t.Fatalf("%s logs in: %s", name, got)
	}
	b.clients[name] = w
	return w
}

// settle returns when the pooler has noticed what happened before: it works on
// one thing at a time, and answers the console after that.
func (b *bench) settle(t *testing.T) {
	t.Helper()
	b.Console(t, "show version")
	b.Console(t, "show version")
}

// endServers ends the pooler's connections to the database, those that run
// something too, and returns when they are gone.
func (b *bench) endServers(t *testing.T) {
	t.Helper()
	pgtest.Exec(t, b.url, `do $$
		begin
			perform pg_terminate_backend(pid, 10000)
			from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid();
		end $$`)
	b.settle(t)
}

// step is something said by a client and what comes back.
type step struct {
	does    func(t *testing.T, b *bench) // instead of saying something
	client  string
	says    said
	want    string
	tracked string // if not "", want of a pooler that tracks statements
}

// fact is a story with one outcome.
type fact struct {
	name  string
	steps []step
}

func (f fact) check(t *testing.T, url string, m mode) {
	t.Helper()
	b := newBench(t, url, m)
	for i, s := range f.steps {
		if s.does != nil {
			s.does(t, b)
			continue
		}
		want := s.want
		if m.tracks && s.tracked != "" {
			want = s.tracked
		}
		if got := b.client(t, s.client).say(s.says...); got != want {
			t.Errorf("step %d, %s hears\n%s, want\n%s", i+1, s.client, got, want)
		}
	}
}

// checkFacts tells every story in every mode, each to a pooler of its own.
func checkFacts(t *testing.T, facts []fact) {
	t.Helper()
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.New(t)
			for _, f := range facts {
				t.Run(f.name, func(t *testing.T) { f.check(t, url, m) })
			}
		})
	}
}

// inModes runs test in every mode, on one database.
func inModes(t *testing.T, test func(t *testing.T, url string, m mode)) {
	t.Helper()
	url := pgtest.New(t)
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) { test(t, url, m) })
	}
}

func sql(text string) func(*testing.T, *bench) {
	return func(t *testing.T, b *bench) { t.Helper(); pgtest.Exec(t, b.url, text) }
}

func console(command string) func(*testing.T, *bench) {
	return func(t *testing.T, b *bench) { t.Helper(); b.Console(t, command) }
}
