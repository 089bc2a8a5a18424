package pgtest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

const (
	role    = "SPGEN_TEST_ROLE"
	urlName = "SPGEN_TEST_DATABASE_URL"

	binariesName = "SPGEN_TEST_POSTGRES"
)

func TestMain(m *testing.M) {
	if os.Getenv(role) == "no main" {
		os.Exit(m.Run())
	}
	goleak.VerifyTestMain(pgtest.Stopping(m))
}

// TestInAnotherProcess is run by the tests below, in a process of its own.
func TestInAnotherProcess(t *testing.T) {
	t.Parallel()
	switch os.Getenv(role) {
	case "no main", "given server", "chosen binaries":
		pgtest.New(t)
	case "given server, cluster":
		pgtest.Cluster(t)
	case "bad sql":
		pgtest.Exec(t, pgtest.New(t), "select 1;\nselect 2;\nselect no_such_column;")
	}
}

// inAnotherProcess runs this package with one role and returns what it says.
func inAnotherProcess(t *testing.T, name string, env ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestInAnotherProcess$", "-test.v")
	cmd.Env = append(append(os.Environ(), role+"="+name), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestMisuseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, env, want string }{
		{"no main", "", "func TestMain(m *testing.M) { pgtest.Main(m) }"},
		{"given server", urlName + "=host=somewhere", "must be a URL"},
		{"given server, cluster", urlName + "=postgres://somewhere/db", "unset " + urlName},
		{"chosen binaries", binariesName + "=/nowhere", binariesName + " must be a directory of PostgreSQL's programs"},
		{"bad sql", "", "line 3: select no_such_column;"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, err := inAnotherProcess(t, test.name, test.env)
			if err == nil || !strings.Contains(out, test.want) {
				t.Errorf("error %v, output lacks %q:\n%s", err, test.want, out)
			}
		})
	}
}

func TestGivenServer(t *testing.T) {
	t.Parallel()
	out, err := inAnotherProcess(t, "given server", urlName+"="+pgtest.New(t))
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestDatabasesAreApartAndDropped(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	var names []string
	t.Run("group", func(t *testing.T) {
		for range 3 {
			t.Run("Äpfel & pears/a name longer than any identifier of PostgreSQL's may be", func(t *testing.T) {
				pool := pgtest.Pool(t)
				var name string
				if _, err := pool.Exec(t.Context(), "create table t ()"); err != nil {
					t.Fatal(err)
				}
				if err := pool.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			})
		}
	})
	conn, err := pgx.Connect(t.Context(), c.URL(c.Superuser(), "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var left int
	err = conn.QueryRow(t.Context(), "select count(*) from pg_database where datname = any($1)", names).Scan(&left)
	if err != nil || left != 0 || len(names) != 3 {
		t.Errorf("%d of the databases %q are left (%v)", left, names, err)
	}
}

func TestConnectedSessionsDoNotKeepADatabase(t *testing.T) {
	t.Parallel()
	var conn *pgx.Conn
	t.Run("test", func(t *testing.T) {
		var err error
		if conn, err = pgx.Connect(t.Context(), pgtest.New(t)); err != nil {
			t.Fatal(err)
		}
	})
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a session outlived its test")
	}
	_ = conn.Close(t.Context())
}

func TestExecRunsSeveralStatements(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create table t (i int); insert into t values (1);")
	pgtest.Exec(t, url, "insert into t values (2)")
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var sum int
	if err := conn.QueryRow(t.Context(), "select sum(i) from t").Scan(&sum); err != nil || sum != 3 {
		t.Errorf("sum %d (%v)", sum, err)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		pgtest.New(b)
	}
}
