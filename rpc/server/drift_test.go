package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

const (
	changesVariable = "SPGEN_SOAK_CHANGES" // how many random changes of the schema; `make soak` sets it
	fewChanges      = 75
	clients         = 4
	inFlight        = 4           // calls of one client
	recovery        = time.Second // until a method that matches again is served
)

// TestDriftUnderLoad changes the schema of a server at random while clients call
// it. Each answer must be that of the schema before or after, or schema_drift.
func TestDriftUnderLoad(t *testing.T) {
	t.Parallel()
	changes, limit := fewChanges, 5*recovery // other packages' tests may have the machine
	if n, err := strconv.Atoi(os.Getenv(changesVariable)); err == nil {
		changes, limit = n, recovery
	}
	for _, announced := range []bool{true, false} {
		t.Run(fmt.Sprintf("announced %t", announced), func(t *testing.T) {
			t.Parallel()
			s := soak(t, announced)
			s.limit = limit
			ctx, stop := context.WithCancel(t.Context())
			var calling sync.WaitGroup
			for n := range clients {
				calling.Go(func() { s.load(ctx, rand.New(rand.NewPCG(uint64(n), 0))) })
			}
			s.change(changes, rand.New(rand.NewPCG(7, 7)))
			stop()
			calling.Wait()
			t.Logf("%d calls, %d drifted, %d denied; %d recoveries, the slowest in %s",
				s.calls.Load(), s.drifted.Load(), s.denied.Load(), s.recoveries, s.slowest.Round(time.Millisecond))
			if s.calls.Load() == 0 || s.drifted.Load() == 0 || s.recoveries == 0 {
				t.Error("nothing was tested")
			}
		})
	}
}

// soak starts a server of the subjects with a role of its own.
func soak(t *testing.T, announced bool) *soaked {
	t.Helper()
	s := &soaked{t: t, subjects: subjects(), url: pgtest.New(t)}
	admin, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	s.admin = admin
	if announced {
		if _, err := migrate.Apply(t.Context(), admin, os.DirFS(t.TempDir()), migrate.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	s.role = fmt.Sprintf("soak_%d_%t", os.Getpid(), announced)
	s.exec("create role " + s.role + " login; create schema api; create schema app; grant usage on schema api, app to " + s.role)
	t.Cleanup(func() { pgtest.Exec(t, s.url, "drop owned by "+s.role+"; drop role "+s.role) })
	for _, sub := range s.subjects {
		s.exec(s.sql(sub, state{granted: true}))
		sub.history = []state{{granted: true}}
	}
	s.start()
	return s
}

// start serves the subjects, with the fingerprints that they have now.
func (s *soaked) start() {
	t := s.t
	prints, err := pgcall.Fingerprints(t.Context(), s.admin, "api")
	if err != nil {
		t.Fatal(err)
	}
	api := &rpc.API{Name: "api"}
	for i, sub := range s.subjects {
		for identity, print := range prints {
			if strings.HasPrefix(identity, "api."+sub.name+"(") {
				sub.procedure.Identity, sub.procedure.Fingerprint = identity, print
			}
		}
		api.Methods = append(api.Methods, rpc.Method{
			ID: uint32(10000 + i), Name: sub.name, Access: rpc.Access{Public: true}, Binding: sub.procedure,
		})
	}
	config, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns, config.ConnConfig.User = 3, s.role
	served, err := server.New(t.Context(), server.Config{API: api, Database: config, AnyRole: true, Limits: server.NoLimits, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- served.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	s.server, s.address = served, listener.Addr().String()
}

// change moves subjects to random states, and measures how long those take to be
// served that match again.
func (s *soaked) change(n int, random *rand.Rand) {
	for range n {
		sub := s.subjects[random.IntN(len(s.subjects))]
		next := state{variant: random.IntN(len(sub.variants)), granted: random.IntN(8) > 0}
		if random.IntN(3) == 0 {
			next = state{granted: true}
		}
		sub.begin(next)
		s.exec(s.sql(sub, next))
		sub.settle()
		if next == (state{granted: true}) {
			s.recover(sub)
		}
	}
	for _, sub := range s.subjects {
		sub.begin(state{granted: true})
		s.exec(s.sql(sub, state{granted: true}))
		sub.settle()
		s.recover(sub)
	}
}

// recover calls a method that matches again until it answers.
func (s *soaked) recover(sub *subject) {
	start := time.Now()
	c := s.dial()
	defer c.close()
	want := sub.variants[0].want
	for {
		c.send(0, sub)
		_, got := c.read()
		took := time.Since(start)
		if got == want {
			s.recoveries++
			s.slowest = max(s.slowest, took)
			if took > s.limit {
				s.t.Errorf("%s was served %s after it matched again", sub.name, took)
			}
			return
		}
		if took > 10*recovery {
			s.t.Fatalf("%s answers %s for %s: %+v", sub.name, got, took, s.server.Schema())
		}
	}
}

func (s *soaked) exec(sql string) {
	s.t.Helper()
	if _, err := s.admin.Exec(s.t.Context(), sql); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}
