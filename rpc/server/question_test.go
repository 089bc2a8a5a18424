package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
	"github.com/spgen/spgen/rpc/server"
)

// Who asks again and again does not fill the log while the database is away.
func TestNotReadyIsLoggedSeldom(t *testing.T) {
	t.Parallel()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	log := new(rpctest.Log)
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "away"}, Database: database, Logger: slog.New(slog.NewTextHandler(log, nil)), AnyRole: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listen(t)) }()
	for away := 0; away < 50; {
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if strings.Contains(answer.Body.String(), "database") {
			away++
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "not ready"); n == 0 || n > 3 {
		t.Errorf("the log says so %d times", n)
	}
}

// However many ask at a time, the database is asked once; who asks later gets
// another answer.
func TestReadyIsAskedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		errAway := errors.New("away")
		ask, release := server.NewQuestion(), make(chan struct{})
		var asked atomic.Int64
		answers := make(chan error, 100)
		first, leave := context.WithCancel(t.Context())
		for i := range cap(answers) {
			ctx := t.Context()
			if i == 0 {
				ctx = first
			}
			go func() {
				answers <- ask(ctx, func(ctx context.Context) error {
					asked.Add(1)
					<-release
					if ctx.Err() != nil {
						return ctx.Err()
					}
					return errAway
				})
			}()
			if i == 0 {
				synctest.Wait()
			}
		}
		leave() // which is no answer for the others
		synctest.Wait()
		close(release)
		for range cap(answers) {
			if err := <-answers; !errors.Is(err, errAway) {
				t.Errorf("answered %v", err)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
		if err := ask(t.Context(), func(context.Context) error { return nil }); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}
