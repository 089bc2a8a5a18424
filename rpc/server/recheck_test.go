package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

// messages is a log that gives away what it is told from a level on.
type messages struct {
	slog.Handler
	told chan string
}

func (m messages) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (m messages) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "the server's role") {
		m.told <- r.Message
	}
	return nil
}

// TestRightsGivenLater gives a server's role a right while the server runs, and
// takes it away.
func TestRightsGivenLater(t *testing.T) {
	t.Parallel()
	url, role := pgtest.New(t), fmt.Sprintf("later_%d", os.Getpid())
	pgtest.Exec(t, url, "create role "+role+" login; create schema app; grant usage on schema app to "+role+"; create table app.t (a int)")
	t.Cleanup(func() { pgtest.Exec(t, url, "drop owned by "+role+"; drop role "+role) })
	database, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	database.ConnConfig.User = role
	log := messages{slog.DiscardHandler, make(chan string, 100)}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "later"}, Database: database, RoleCheck: 20 * time.Millisecond, Logger: slog.New(log),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for began := time.Now(); s.Ready(t.Context()) != nil; {
		if time.Since(began) > time.Minute {
			t.Fatal("the server is not ready")
		}
	}
	tell := func(want string) {
		t.Helper()
		select {
		case got := <-log.told:
			if !strings.Contains(got, want) {
				t.Errorf("the log says %q, want %q", got, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("the log does not say %q", want)
		}
	}
	verbose := func() string {
		t.Helper()
		status, _, body := fetch(t, nil, nil, listener.Addr(), "/readyz?verbose")
		if status != http.StatusOK {
			t.Errorf("/readyz?verbose answers %d: %s", status, body)
		}
		return body
	}
	pgtest.Exec(t, url, "grant select on app.t to "+role)
	tell("was given rights with which it will not start again")
	if body := verbose(); !strings.Contains(body, `"mend": "revoke all on app.t from `+role+`, public;"`) {
		t.Errorf("/readyz?verbose does not have the right: %s", body)
	}
	pgtest.Exec(t, url, "revoke select on app.t from "+role)
	tell("may only call functions again")
	if body := verbose(); strings.Contains(body, "app.t") {
		t.Errorf("/readyz?verbose has a right that is gone: %s", body)
	}
	if len(log.told) > 0 {
		t.Errorf("the log also says %q", <-log.told)
	}
}
