package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/devpg"
)

const bound = time.Minute // for anything that pgtest itself asks of the server

var made atomic.Int64

// Cluster returns the cluster that the module's tests share.
func Cluster(t testing.TB) *devpg.Cluster {
	t.Helper()
	requireMain(t)
	if os.Getenv(urlVariable) != "" {
		t.Fatalf("pgtest: this test needs a cluster of its own: unset %s", urlVariable)
	}
	c, err := shared.get()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return c
}

// New makes an empty database, named after the test, and returns the URL of a
// superuser on it. The database is dropped when the test ends, with whatever
// is still connected.
func New(t testing.TB) string {
	t.Helper()
	requireMain(t)
	admin, err := shared.superuserURL("")
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name := databaseName(t.Name())
	quoted := pgx.Identifier{name}.Sanitize()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	if err := execute(ctx, admin, "create database "+quoted+" template template0"); err != nil {
		t.Fatalf("pgtest: create the test's database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), bound)
		defer cancel()
		if err := execute(ctx, admin, "drop database "+quoted+" with (force)"); err != nil {
			t.Errorf("pgtest: drop the test's database: %v", err)
		}
	})
	url, err := shared.superuserURL(name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return url
}

// Pool returns a pool on a new database; both end with the test.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), New(t))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Exec runs sql, one statement or several, on the database of url.
func Exec(t testing.TB, url, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	if err := execute(ctx, url, sql); err != nil {
		t.Fatalf("pgtest: %v%s", err, place(err, sql))
	}
}

// place quotes the line of sql at which err points, or nothing.
func place(err error, sql string) string {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) || pgErr.Position < 1 {
		return ""
	}
	before := []rune(sql)
	before = before[:min(int(pgErr.Position)-1, len(before))]
	n := strings.Count(string(before), "\n")
	return fmt.Sprintf("\nline %d: %s", n+1, strings.Split(sql, "\n")[n])
}

func requireMain(t testing.TB) {
	t.Helper()
	if !shared.started.Load() {
		t.Fatal("pgtest: the server would stay behind: add func TestMain(m *testing.M) { pgtest.Main(m) }")
	}
}

var (
	notWord  = regexp.MustCompile(`[^a-z0-9]+`)
	fromTest = regexp.MustCompile(`^t_(\d+)_\d+_`)
)

const maxName = 63 // bytes of an identifier

// databaseName is unique among the processes that share a server: it begins
// with the number of this one.
func databaseName(test string) string {
	name := fmt.Sprintf("t_%d_%d_%s", os.Getpid(), made.Add(1), notWord.ReplaceAllString(strings.ToLower(test), "_"))
	return name[:min(len(name), maxName)]
}

// sweep drops the databases of processes that died without doing so.
func sweep(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "select datname from pg_database where datname like 't\\_%' order by 1")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		if !abandoned(name) {
			continue
		}
		if _, err := conn.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)"); err != nil {
			return err
		}
	}
	return err
}

func abandoned(name string) bool {
	m := fromTest.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	pid, err := strconv.Atoi(m[1])
	return err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
