package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

var base = dir{
	"migrations/001_a.sql": schemaA,
	"migrations/002_t.sql": "create table a.t (n int); insert into a.t values (1);",
	"functions/f.sql":      "create or replace function a.f() returns int language sql as 'select 1';",
	"functions/x/g.sql":    "create or replace function a.g(n int) returns int language sql as 'select n';",
}

func TestApplyTwiceDoesNothing(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	got := apply(t, conn, base)
	want := `migration migrations/001_a.sql
migration migrations/002_t.sql
function functions/f.sql (new)
function functions/x/g.sql (new)
`
	if got.String() != want {
		t.Errorf("first: got\n%swant\n%s", got, want)
	}
	if !slices.Equal(got.Functions[1].Routines, []string{"a.g(integer)"}) {
		t.Errorf("routines %v", got.Functions[1].Routines)
	}
	if again := apply(t, conn, base); !again.Empty() {
		t.Errorf("second: %v", again)
	}
	if n := one[int](t, conn, "select count(*)::int from a.t"); n != 1 {
		t.Errorf("migration ran %d times", n)
	}
}

func TestPartsMayLack(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	for _, d := range []dir{
		{"manifest.yaml": "version: 1"},
		{"functions/f.sql": "create function f() returns int language sql as 'select 1'"},
	} {
		apply(t, conn, d)
	}
	if got := one[int](t, conn, "select f()"); got != 1 {
		t.Errorf("f() = %d", got)
	}
	url := pgtest.New(t)
	apply(t, connect(t, url), dir{"migrations/001_a.sql": schemaA})
}

func TestWrongDirectory(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, dir{"functions/f.sql": "create function f() returns int language sql as 'select 1'"})
	nowhere := os.DirFS(filepath.Join(t.TempDir(), "nowhere"))
	if _, err := migrate.Apply(t.Context(), conn, nowhere, migrate.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if got := one[int](t, conn, "select f()"); got != 1 {
		t.Errorf("f() = %d", got)
	}
}

func TestPendingChangesNothing(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	pending := func(d dir) string {
		t.Helper()
		r, err := migrate.Pending(t.Context(), conn, d.fs())
		if err != nil {
			t.Fatal(err)
		}
		return r.String()
	}
	first := pending(base)
	if one[bool](t, conn, "select to_regnamespace('spgen') is not null") {
		t.Error("Pending made spgen's schema")
	}
	if applied := apply(t, conn, base).String(); applied != first {
		t.Errorf("pending was\n%sapplied was\n%s", first, applied)
	}
	next := base.with(dir{
		"migrations/003_u.sql": "create table a.u ()", "functions/f.sql": "",
		"functions/x/g.sql": "create or replace function a.g(n int) returns int language sql as 'select n+1';",
	})
	want := `migration migrations/003_u.sql
function functions/x/g.sql (changed)
dropped a.f() (functions/f.sql: file removed)
`
	if got := pending(next); got != want {
		t.Errorf("pending\n%swant\n%s", got, want)
	}
	if got := apply(t, conn, next).String(); got != want {
		t.Errorf("applied\n%swant\n%s", got, want)
	}
	if got := pending(next); got != "" {
		t.Errorf("then pending %s", got)
	}
}

func TestConcurrentApply(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	reports := make([]migrate.Report, 4)
	errs := make([]error, len(reports))
	var wg sync.WaitGroup
	for i := range reports {
		conn := connect(t, url)
		wg.Go(func() { reports[i], errs[i] = migrate.Apply(t.Context(), conn, base.fs(), migrate.Options{}) })
	}
	wg.Wait()
	busy := 0
	for i, r := range reports {
		if errs[i] != nil {
			t.Error(errs[i])
		}
		if !r.Empty() {
			busy++
		}
	}
	if busy != 1 {
		t.Errorf("%d of them did something", busy)
	}
}

func TestLockTimeout(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	gate, holder, waiter := connect(t, url), connect(t, url), connect(t, url)
	exec(t, gate, "select pg_advisory_lock(1)")
	done := make(chan error, 1)
	go func() {
		d := dir{"migrations/001_wait.sql": "select pg_advisory_lock(1);"}
		_, err := migrate.Apply(t.Context(), holder, d.fs(), migrate.Options{})
		done <- err
	}()
	for !one[bool](t, waiter, "select exists (select from pg_locks where locktype = 'advisory' and not granted and objid = 1 and database = (select oid from pg_database where datname = current_database()))") {
		select {
		case err := <-done:
			t.Fatalf("did not wait: %v", err)
		default:
		}
	}
	_, err := migrate.Apply(t.Context(), waiter, base.fs(), migrate.Options{LockTimeout: time.Millisecond})
	if !errors.Is(err, migrate.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", holder.PgConn().PID())) {
		t.Errorf("got %v", err)
	}
	exec(t, gate, "select pg_advisory_unlock(1)")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	holder, waiter := connect(t, url), connect(t, url)
	exec(t, holder, "select pg_advisory_lock(8318262197088157697)")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := migrate.Apply(ctx, waiter, base.fs(), migrate.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestInsideTransaction(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	exec(t, conn, "begin")
	if err := applyError(t, conn, base); !strings.Contains(err.Error(), "inside a transaction") {
		t.Error(err)
	}
}

func TestDatabaseOwnerMigrates(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	role := one[string](t, conn, "select current_database() || '_owner'")
	role = role[max(0, len(role)-60):]
	exec(t, conn, fmt.Sprintf(`
		create role %[1]q login;
		do $$ begin execute format('alter database %%I owner to %[1]s', current_database()); end $$;
		set session authorization %[1]q`, role))
	t.Cleanup(func() {
		sql := fmt.Sprintf("reset session authorization; reassign owned by %[1]q to current_user; drop owned by %[1]q; drop role %[1]q", role)
		if _, err := conn.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
			t.Error(err)
		}
	})
	apply(t, conn, base)
	apply(t, conn, base.with(dir{
		"functions/f.sql":   "create or replace function a.f(x int) returns int language sql as 'select x';",
		"functions/x/g.sql": "",
	}))
	if got := routines(t, conn); !slices.Equal(got, []string{"a.f(integer) integer"}) {
		t.Error(got)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	was := migrate.Hash(base.fs())
	for name, tt := range map[string]struct {
		change dir
		same   bool
	}{
		"nothing":       {nil, true},
		"manifest":      {dir{"manifest.yaml": "x"}, true},
		"no SQL":        {dir{"functions/README.md": "x"}, true},
		"Windows lines": {dir{"migrations/001_a.sql": schemaA}, true},
		"content":       {dir{"functions/f.sql": "select 1"}, false},
		"new file":      {dir{"functions/x/h.sql": "select 1"}, false},
		"removed file":  {dir{"functions/x/g.sql": ""}, false},
	} {
		if got := migrate.Hash(base.with(tt.change).fs()); (got == was) != tt.same {
			t.Errorf("%s: same is %v", name, got == was)
		}
	}
	if migrate.Hash(brokenFS{}) == migrate.Hash(dir{}.fs()) {
		t.Error("a directory that cannot be read hashes as an empty one")
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }
