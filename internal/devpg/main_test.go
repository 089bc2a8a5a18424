//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/devpg"
)

const childDir = "SPGEN_TEST_CHILD_DIR"

// TestMain is also the program of the tests that need several processes.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if chosen := os.Getenv("SPGEN_TEST_POSTGRES"); chosen != "" {
		_ = os.Setenv("PATH", chosen+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
	if dirs := devpg.ThisHost().Candidates(context.Background()); len(dirs) > 0 {
		_ = os.Setenv("SPGEN_TEST_BINDIR", dirs[0])
	}
	litter, err := catchLitter()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		err := os.RemoveAll(litter)
		if seed.dir != "" {
			err = errors.Join(err, os.RemoveAll(filepath.Dir(seed.dir)))
		}
		if err != nil {
			fmt.Println(err)
			code = 1
		}
		os.Exit(code)
	}))
}

// temp is where the tests have their directories: paths of sockets are short.
var temp = os.TempDir()

// catchLitter makes another temporary directory the program's, for the library
// that downloads leaves a file there each time.
func catchLitter() (dir string, err error) {
	if dir, err = os.MkdirTemp(temp, "devpg-*"); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, os.ModeSticky|0o777); err != nil {
		return "", err
	}
	return dir, os.Setenv("TMPDIR", dir)
}

// child starts the cluster, says so, and stops it when its input ends.
func child(dir string) error {
	ctx := context.Background()
	c, err := devpg.Start(ctx, options(dir))
	if err != nil {
		return err
	}
	fmt.Println("ready", c.Reused())
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return c.Stop(ctx)
}

func options(dir string) devpg.Options {
	return devpg.Options{Dir: dir, Settings: map[string]string{"fsync": "off"}}
}

// scratch is a directory that every user can enter; t.TempDir is not one.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(temp, "devpg-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err = filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// host is this machine without the network, and with its places in dir.
func host(dir string) devpg.Host {
	h := devpg.ThisHost()
	h.Repository = "http://127.0.0.1:1"
	h.Caches = []string{filepath.Join(dir, "cache")}
	h.Places = []string{filepath.Join(dir, "places")}
	h.Temp = []string{dir}
	return h
}

// seed is a cluster that most tests copy: initdb takes a second.
var seed struct {
	sync.Once
	dir string
	err error
}

func makeSeed() {
	var top string
	if top, seed.err = os.MkdirTemp(temp, "devpg-*"); seed.err != nil {
		return
	}
	seed.dir = filepath.Join(top, "seed")
	if seed.err = os.Chmod(top, 0o755); seed.err != nil {
		return
	}
	c, err := devpg.Start(context.Background(), options(seed.dir))
	if err == nil {
		err = c.Stop(context.Background())
	}
	seed.err = err
}

// seeded returns the options of a cluster in dir that has its data already.
func seeded(t *testing.T, dir string) devpg.Options {
	t.Helper()
	seed.Do(makeSeed)
	if seed.err != nil {
		t.Fatal(seed.err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-Rp", filepath.Join(seed.dir, "data"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return options(dir)
}

// start starts a cluster and stops it after the test.
func start(t *testing.T, h devpg.Host, o devpg.Options) *devpg.Cluster {
	t.Helper()
	c, err := h.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, c) })
	return c
}

func stop(t *testing.T, c *devpg.Cluster) {
	t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, c *devpg.Cluster) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL(c.Superuser(), "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// query runs sql on a connection of its own and returns the text it yields.
func query(t *testing.T, c *devpg.Cluster, sql string) string {
	t.Helper()
	conn := connect(t, c)
	defer conn.Close(t.Context())
	results, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	last := results[len(results)-1]
	if len(last.Rows) == 0 {
		return ""
	}
	return string(last.Rows[0][0])
}

func postmaster(t *testing.T, c *devpg.Cluster) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.Home(), "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// assertStopped fails while any process of the server lives.
func assertStopped(t *testing.T, c *devpg.Cluster) {
	t.Helper()
	if pids := c.Survivors(); len(pids) > 0 {
		t.Errorf("processes %v of the server are left", pids)
	}
	if _, err := os.Stat(filepath.Join(c.SocketDir(), ".s.PGSQL.5432")); err == nil {
		t.Error("the socket is left")
	}
}

func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func assertContains(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
