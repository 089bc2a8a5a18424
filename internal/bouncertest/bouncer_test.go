package bouncertest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// connect opens a connection without startup parameters.
func connect(t *testing.T, url string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// ask returns the first column of the first row.
func ask(t *testing.T, conn *pgconn.PgConn, sql string) string {
	t.Helper()
	results, err := conn.Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(results[len(results)-1].Rows[0][0])
}

// versions runs test on each of them.
func versions(t *testing.T, test func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range []string{bouncertest.Old, bouncertest.New} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	versions(t, func(t *testing.T, version string) {
		url := pgtest.New(t)
		b := bouncertest.Start(t, version, url)
		if got := b.Console(t, "show version"); got[0]["version"] != "PgBouncer "+version {
			t.Errorf("version %q", got)
		}
		direct, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, connect(t, b.URL()), "select current_database()"); got != direct.Database {
			t.Errorf("database %q, want %q", got, direct.Database)
		}
	})
}

func TestOptions(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	b := bouncertest.Start(t, bouncertest.New, url,
		bouncertest.PoolSize(3), bouncertest.PreparedStatements(7), bouncertest.IgnoreStartup("jit"), bouncertest.Setting("query_timeout", "99"))
	config := map[string]string{}
	for _, row := range b.Console(t, "show config") {
		config[row["key"]] = row["value"]
	}
	want := map[string]string{
		"pool_mode": "transaction", "default_pool_size": "3", "max_prepared_statements": "7",
		"ignore_startup_parameters": "jit", "query_timeout": "99",
	}
	for key, value := range want {
		if config[key] != value {
			t.Errorf("%s is %q, want %q", key, config[key], value)
		}
	}
}

func TestKillAndRestart(t *testing.T) {
	t.Parallel()
	versions(t, func(t *testing.T, version string) {
		b := bouncertest.Start(t, version, pgtest.New(t))
		conn := connect(t, b.URL())
		b.Kill()
		if err := conn.Ping(t.Context()); err == nil {
			t.Error("a connection outlived the pooler")
		}
		if _, err := net.Dial("unix", b.Socket()); err == nil {
			t.Error("it listens after Kill")
		}
		for range 2 {
			b.Restart(t)
			ask(t, connect(t, b.URL()), "select 1")
		}
	})
}

func TestEndsWithTheTest(t *testing.T) {
	t.Parallel()
	var b *bouncertest.Bouncer
	var conn net.Conn
	t.Run("test", func(t *testing.T) {
		b = bouncertest.Start(t, bouncertest.New, nowhere)
		var err error
		if conn, err = net.Dial("unix", b.Socket()); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := conn.Read(make([]byte, 1)); ended(err) != "closed" {
		t.Errorf("it goes on: %v", err)
	}
	_ = conn.Close()
	if _, err := os.Stat(filepath.Dir(b.Socket())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory is left: %v", err)
	}
}

// nowhere is the URL of no database.
const nowhere = "postgres:///x?user=postgres&host=/nowhere"

// unfortunate is a test that keeps why it failed.
type unfortunate struct {
	testing.TB
	why string
}

func (*unfortunate) Helper() {}

func (u *unfortunate) Fatalf(format string, args ...any) {
	u.why = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, version, url string
		option             bouncertest.Option
		want               string
	}{
		{"no such version", "1.2.3", nowhere, bouncertest.PoolSize(1), "PgBouncer 1.2.3 is not among those"},
		{"no such setting", bouncertest.Old, nowhere, bouncertest.PreparedStatements(1), "max_prepared_statements"},
		{"no such mode", bouncertest.New, nowhere, bouncertest.Setting("pool_mode", "none"), "pool_mode"},
		{"no URL", bouncertest.New, "postgres://%", bouncertest.PoolSize(1), "cannot parse"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u := &unfortunate{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				bouncertest.Start(u, test.version, test.url, test.option)
			}()
			<-done
			if !strings.Contains(u.why, test.want) {
				t.Errorf("it says %q, not %q", u.why, test.want)
			}
		})
	}
}

const socketVariable = "SPGEN_TEST_PRINTS_SOCKET"

// TestInAnotherProcess is run by the test below, in a process of its own.
func TestInAnotherProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv(socketVariable) == "" {
		return
	}
	b := bouncertest.Start(t, bouncertest.New, nowhere)
	fmt.Println("socket:" + b.Socket())
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
}

// PgBouncer does not stay behind when the tests crash.
func TestEndsWhenTheTestsCrash(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestInAnotherProcess$")
	cmd.Env = append(os.Environ(), socketVariable+"=1")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	socket := ""
	for s := bufio.NewScanner(out); socket == "" && s.Scan(); {
		_, socket, _ = strings.Cut(s.Text(), "socket:")
	}
	conn, err := net.Dial("unix", socket)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); ended(err) != "closed" {
		t.Errorf("it goes on: %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(socket)); err != nil {
		t.Error(err)
	}
}
