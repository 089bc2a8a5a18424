package pgcall_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
)

// TestAttemptsWhileAway asks without end for a database that cannot be reached,
// through lanes of every class and the pool. They all share few attempts to
// connect, and all are served when it is back.
func TestAttemptsWhileAway(t *testing.T) {
	t.Parallel()
	n := new(network)
	n.down.Store(true)
	s := serve(t, options{network: n, conns: 4}, ledgerSQL, ledgerMethods()...)
	const away, connections = 1500 * time.Millisecond, 2 + 8 + 4 + 4
	var asking sync.WaitGroup
	began := time.Now()
	for _, name := range []string{"read", "write", "pool"} {
		for range 8 {
			asking.Go(func() {
				for time.Since(began) < away {
					if name == "pool" {
						if err := s.pool.Ping(t.Context()); err == nil {
							t.Error("the pool has a connection")
						}
					} else {
						s.answers(name, `{"n":1}`, "unavailable")
					}
				}
			})
		}
	}
	asking.Wait()
	took := time.Since(began)
	if made := n.dials.Load(); float64(made) > 2*connections*took.Seconds() {
		t.Errorf("%d attempts to connect in %s, with %d connections", made, took, connections)
	} else {
		t.Logf("%d attempts to connect in %s", made, took)
	}
	n.down.Store(false)
	s.answers("write", `{"n":2}`, "2")
	s.answers("read", `{"n":3}`, "3")
	if err := s.pool.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTooManyConnections has others take every connection that the role may have.
// Calls are refused meanwhile, and served when there is one.
func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	role, squatters := config.Database+"_caller", make([]*pgx.Conn, 3)
	pgtest.Exec(t, url, fmt.Sprintf(`create schema api; create schema app; %s;
		create role %[2]q login connection limit %d; grant usage on schema api, app to %[2]q;
		grant all on all tables in schema app to %[2]q; grant all on all sequences in schema app to %[2]q;`, ledgerSQL, role, len(squatters)))
	t.Cleanup(func() { pgtest.Exec(t, url, fmt.Sprintf(`drop owned by %[1]q; drop role %[1]q`, role)) })
	config.User = role
	for i := range squatters {
		if squatters[i], err = pgx.ConnectConfig(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		defer squatters[i].Close(context.Background()) //nolint:errcheck // nothing is left to do
	}
	s := &server{t: t, url: url, log: new(rpctest.Log)}
	s.start(options{url: "user=" + role + " host=" + config.Host + " dbname=" + config.Database, lanes: patient}, ledgerMethods())
	for range 5 {
		if got := s.call("write", `{"n":1}`); got.Err == nil || got.Err.Code != rpc.CodeUnavailable || !got.Err.Retryable {
			t.Fatalf("answered %s (%v)", got, got.Err)
		}
	}
	if err := squatters[0].Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for { // until PostgreSQL has noticed
		if got := s.call("write", `{"n":2}`); got.Err == nil {
			break
		} else if got.Err.Code != rpc.CodeUnavailable {
			t.Fatalf("answered %s (%v)", got, got.Err)
		}
	}
	s.ledger("2", "1")
}
