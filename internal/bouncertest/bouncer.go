package bouncertest

import (
	"context"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Versions that build.sh makes.
const (
	Old = "1.18.0" // knows no prepared statements in transaction mode
	New = "1.24.1" // keeps track of them, like every version from 1.21
)

const (
	port     = 6432       // part of the socket's name; nothing listens on it over TCP
	database = "postgres" // as clients call it
	admin    = "pgbouncer"
	bound    = 30 * time.Second // for anything that bouncertest itself asks for
)

// Bouncer is a running PgBouncer.
type Bouncer struct {
	user    string
	dir     string
	account account
	process *process
}

// Start runs a PgBouncer of version, [Old] or [New], in front of the database
// of databaseURL. It ends with the test; what it logged is shown when that fails.
func Start(t testing.TB, version, databaseURL string, options ...Option) *Bouncer {
	t.Helper()
	program, err := programOf(version)
	if err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	target, err := pgconn.ParseConfig(databaseURL)
	if err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	b := &Bouncer{user: target.User}
	if err := b.prepare(t, program, target, settingsOf(options)); err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	b.run(t)
	t.Cleanup(func() {
		b.process.end()
		if t.Failed() {
			t.Logf("PgBouncer %s:\n%s", version, b.process.log())
		}
	})
	return b
}

// URL connects to the database through the pooler.
func (b *Bouncer) URL() string { return b.url(b.user, database, port) }

func (b *Bouncer) url(user, database string, port int) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database}
	query := url.Values{"host": {b.dir}, "port": {strconv.Itoa(port)}, "sslmode": {"disable"}}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return u.String()
}

// Socket is the path of the socket that the pooler listens on.
func (b *Bouncer) Socket() string {
	return filepath.Join(b.dir, ".s.PGSQL."+strconv.Itoa(port))
}

// Console runs a command of PgBouncer's console, such as RECONNECT or SHOW
// SERVERS, and returns its rows by column.
func (b *Bouncer) Console(t testing.TB, command string) []map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	conn, err := pgconn.Connect(ctx, b.url(admin, admin, port))
	if err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	results, err := conn.Exec(ctx, command).ReadAll()
	if err != nil {
		t.Fatalf("bouncertest: %s: %v", command, err)
	}
	var rows []map[string]string
	for _, result := range results {
		rows = append(rows, rowsOf(result)...)
	}
	return rows
}

func rowsOf(result *pgconn.Result) []map[string]string {
	var rows []map[string]string
	for _, values := range result.Rows {
		row := make(map[string]string, len(values))
		for i, v := range values {
			row[result.FieldDescriptions[i].Name] = string(v)
		}
		rows = append(rows, row)
	}
	return rows
}

// Kill ends the pooler at once, with all connections.
func (b *Bouncer) Kill() { b.process.end() }

// Restart ends the pooler, if it runs, and starts it again at the same URL.
func (b *Bouncer) Restart(t testing.TB) {
	t.Helper()
	b.process.end()
	b.run(t)
}

func (b *Bouncer) run(t testing.TB) {
	t.Helper()
	p, err := launch(b.account, filepath.Join(b.dir, programName), filepath.Join(b.dir, configName))
	if err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	b.process = p
}
