//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/devpg"
)

func TestStartStopStart(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := options(filepath.Join(dir, "new", "pg"))
	o.Settings["max_connections"] = "17"
	c := start(t, host(dir), o)
	if c.Reused() || c.Version() < 12 {
		t.Errorf("reused %v, version %d", c.Reused(), c.Version())
	}
	for sql, want := range map[string]string{
		"show server_encoding":                            "UTF8",
		"show timezone":                                   "UTC",
		"show log_timezone":                               "UTC",
		"show listen_addresses":                           "",
		"show max_connections":                            "17",
		"show fsync":                                      "off",
		"select current_user":                             "postgres",
		"select left(datcollate, 1) from pg_database":     "C",
		"create table kept as select 7 as n; select 'ok'": "ok",
	} {
		if got := query(t, c, sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
	pid := postmaster(t, c)
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("the server is in process group %d (%v), a Ctrl-C would reach it", group, err)
	}
	stop(t, c)
	stop(t, c)
	assertStopped(t, c)

	begin := time.Now()
	again := start(t, host(dir), o)
	t.Logf("second start took %v", time.Since(begin))
	if got := query(t, again, "select n from kept"); got != "7" {
		t.Errorf("kept %q", got)
	}
	if again.Reused() {
		t.Error("reused a server that was stopped")
	}
}

func TestOnlyTheOwnerReachesTheServer(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	c := start(t, host(dir), seeded(t, filepath.Join(dir, "pg")))
	for _, path := range []string{c.SocketDir(), filepath.Join(c.Home(), "data")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

func TestCreateDatabase(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	c := start(t, host(dir), seeded(t, filepath.Join(dir, "pg")))
	query(t, c, `create role "the owner"`)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := c.CreateDatabase(t.Context(), `odd "name`, "the owner"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got := query(t, c, `select pg_get_userbyid(datdba) from pg_database where datname = 'odd "name'`)
	if got != "the owner" {
		t.Errorf("owner %q", got)
	}
	assertContains(t, c.CreateDatabase(t.Context(), "other", "nobody_there"), "create database other", "nobody_there")
}

func TestStopOfACancelledContextStops(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	c := start(t, host(dir), seeded(t, filepath.Join(dir, "pg")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
	assertStopped(t, c)
}

func TestStopEndsSessions(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	c := start(t, host(dir), seeded(t, filepath.Join(dir, "pg")))
	conn := connect(t, c)
	ended := make(chan error, 1)
	go func() {
		_, err := conn.Exec(t.Context(), "select pg_sleep(600)")
		ended <- err
	}()
	waitUntil(t, "the session sleeps", func() bool {
		return query(t, c, "select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1"
	})
	stop(t, c)
	assertStopped(t, c)
	assertContains(t, <-ended, "terminating connection")
}

func TestFailedStartQuotesTheLog(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	o.Settings["shared_preload_libraries"] = "no_such_library"
	_, err := host(dir).Start(t.Context(), o)
	assertContains(t, err, "no_such_library", filepath.Join(dir, "pg", "log"))
	start(t, host(dir), options(o.Dir))
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	_, err := devpg.Start(t.Context(), devpg.Options{})
	assertContains(t, err, "no directory")
	_, err = devpg.Start(t.Context(), devpg.Options{
		Dir: filepath.Join(dir, "pg"), Settings: map[string]string{"listen_addresses": "*"},
	})
	assertContains(t, err, "listen_addresses")
	if _, err := os.Stat(filepath.Join(dir, "pg")); err == nil {
		t.Error("bad options made a directory")
	}
}

// programs makes a directory of PostgreSQL's programs as shell scripts; their
// text may run the real ones, which are in $SPGEN_TEST_BINDIR.
func programs(t *testing.T, dir string, scripts map[string]string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	realPostgres = `exec "$SPGEN_TEST_BINDIR/postgres" "$@"`
	realInitdb   = `exec "$SPGEN_TEST_BINDIR/initdb" "$@"`
)

func TestCancelledStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	// A server that never gets ready.
	h.Path = programs(t, filepath.Join(dir, "bin"), map[string]string{
		"postgres": `case "$1" in -V) ` + realPostgres + `;; esac; echo not yet; exec sleep 600`,
		"initdb":   realInitdb,
	})
	h.Globs = nil
	o := seeded(t, filepath.Join(dir, "pg"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		_, err := h.Start(ctx, o)
		failed <- err
	}()
	waitUntil(t, "the server runs", func() bool {
		return strings.Contains(read(filepath.Join(dir, "pg", "log")), "not yet")
	})
	cancel()
	err := <-failed
	assertContains(t, err, "context canceled", "not yet")
	c := start(t, host(dir), o)
	if c.Reused() {
		t.Error("something was left running")
	}
}

func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// canceller cancels when something is written to it.
type canceller context.CancelFunc

func (c canceller) Write(p []byte) (int, error) { c(); return len(p), nil }

func TestInterruptedInitdb(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := options(filepath.Join(dir, "pg"))
	if err := os.MkdirAll(filepath.Join(o.Dir, "data.new-1", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	o.Output = canceller(cancel)
	_, err := host(dir).Start(ctx, o)
	assertContains(t, err, "context canceled")
	if _, err := os.Stat(filepath.Join(o.Dir, "data")); err == nil {
		t.Error("an interrupted initdb left data")
	}
	start(t, host(dir), options(o.Dir))
	if left, err := filepath.Glob(filepath.Join(o.Dir, "data.new-*")); err != nil || len(left) > 0 {
		t.Errorf("left %v (%v)", left, err)
	}
}

func TestForeignFilesAreNoCluster(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	mine := filepath.Join(dir, "pg", "data", "mine")
	if err := os.MkdirAll(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := host(dir).Start(t.Context(), options(filepath.Join(dir, "pg")))
	assertContains(t, err, "PG_VERSION", "move it away")
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}
