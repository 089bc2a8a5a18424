package schema_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// connect returns a session of a superuser.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// app is a database with the sample in it and a session of the server's role.
type app struct {
	*testing.T
	url  string
	conn *pgx.Conn
}

func newApp(t *testing.T) app {
	t.Helper()
	url := pgtest.New(t)
	if _, err := migrate.Apply(t.Context(), connect(t, url), schema.FS, migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	a := app{t, url, connect(t, url)}
	a.exec("set session authorization messenger_server")
	return a
}

func (a app) exec(sql string, args ...any) {
	a.Helper()
	if _, err := a.conn.Exec(a.Context(), sql, args...); err != nil {
		a.Fatalf("%s: %v", sql, err)
	}
}

// rows returns the rows of a query, each as its values joined by spaces.
func (a app) rows(sql string, args ...any) []string {
	a.Helper()
	rows, err := a.conn.Query(a.Context(), sql, args...)
	if err != nil {
		a.Fatalf("%s: %v", sql, err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		return strings.TrimSuffix(fmt.Sprintln(values...), "\n"), err
	})
	if err != nil {
		a.Fatalf("%s: %v", sql, err)
	}
	return out
}

// is checks the rows of a query.
func (a app) is(want, sql string, args ...any) {
	a.Helper()
	if got := strings.Join(a.rows(sql, args...), " | "); got != want {
		a.Errorf("%s\ngot  %s\nwant %s", sql, got, want)
	}
}

// fails checks that a query fails with a SQLSTATE, or with the violation of a constraint.
func (a app) fails(want, sql string, args ...any) {
	a.Helper()
	_, err := a.conn.Exec(a.Context(), sql, args...)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != want && pg.ConstraintName != want {
		a.Errorf("%s: got %v, want %s", sql, err, want)
	}
}

// signUp makes a user with an e-mail address and returns their number.
func (a app) signUp(name string) (id int64) {
	a.Helper()
	err := a.conn.QueryRow(a.Context(), "select user_id from api.fun_sign_up($1, 'secret', $1 || '@example.com')", name).Scan(&id)
	if err != nil {
		a.Fatal(err)
	}
	return id
}

func TestEmbedsEverything(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"manifest.yaml", "migrations/001_roles.sql", "functions/auth/sign_up.sql", "functions/chat/send_message.sql"} {
		if _, err := fs.Stat(schema.FS, p); err != nil {
			t.Error(err)
		}
	}
}
