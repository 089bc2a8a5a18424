package pgcall_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// gated is a server whose executor has a gate.
type gated struct {
	*server
	gate *pgcall.Gate
}

// guard serves methods with a gate, with the fingerprints of what sql makes.
// role calls; "" is the superuser.
func guard(t *testing.T, role, sql string, poll time.Duration, procedures ...*pgcall.Procedure) *gated {
	t.Helper()
	var methods []rpc.Method
	for _, p := range procedures {
		methods = append(methods, method(p))
	}
	s := serve(t, options{conns: 2}, sql, methods...)
	s.print(procedures)
	g := &gated{server: s}
	if role != "" {
		g.server = s.as(role)
		g.start(options{url: g.url, conns: 2}, methods)
		g.url = s.url // changes are the superuser's
	}
	g.watch(t, poll)
	return g
}

// print gives procedures the fingerprints that the database has.
func (s *server) print(procedures []*pgcall.Procedure) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(s.t.Context()))
	prints, err := pgcall.Fingerprints(s.t.Context(), conn, "api")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range procedures {
		name, _, _ := strings.Cut(p.Identity, "(")
		for identity, print := range prints {
			if strings.HasPrefix(identity, name+"(") {
				p.Identity, p.Fingerprint = identity, print
			}
		}
	}
}

func (g *gated) watch(t *testing.T, poll time.Duration) {
	t.Helper()
	config, err := pgxpool.ParseConfig(g.pool.Pool().Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	g.gate = pgcall.NewGate(g.executor, config, pgcall.GateOptions{
		Poll: poll, Logger: slog.New(slog.NewTextHandler(g.log, nil)),
	}, g.api)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { g.gate.Run(ctx) })
	t.Cleanup(running.Wait)
	t.Cleanup(stop)
	<-g.gate.Ready()
}

// state says what the gate has found about the only method.
func (g *gated) state() string {
	r := g.gate.Report()
	var all []string
	for _, states := range []struct {
		name   string
		states []pgcall.MethodState
	}{{"drifted", r.Drifted}, {"denied", r.Denied}, {"differs", r.Differing}} {
		for _, s := range states.states {
			all = append(all, states.name+": "+strings.Join(append(s.Reasons, s.Grants...), "; "))
		}
	}
	if r.Err != "" {
		all = append(all, "error: "+r.Err)
	}
	return strings.Join(all, " | ")
}

// becomes waits until the gate's state is want.
func (g *gated) becomes(want string) {
	g.t.Helper()
	const enough = time.Minute
	deadline := time.After(enough)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for g.state() != want {
		select {
		case <-deadline:
			g.t.Fatalf("the gate says %q, not %q, after %s", g.state(), want, enough)
		case <-tick.C:
		}
	}
}

const fast = 20 * time.Millisecond // between polls, in tests

// TestGate makes one change a row and undoes it.
func TestGate(t *testing.T) {
	t.Parallel()
	for _, test := range slices.Concat(gateRoutineChanges, gateResultChanges, gateArgumentChanges, gateTypeChanges) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := guard(t, "", test.routine.sql, fast, test.routine.procedure())
			g.becomes("")
			before := g.answers("f", test.params, g.call("f", test.params).String())
			g.exec(test.change)
			g.becomes(test.state)
			g.answers("f", test.params, test.answer)
			g.exec(`drop schema if exists api cascade; drop schema if exists ipa cascade; drop schema app cascade; create schema api; create schema app;` + test.routine.sql)
			g.becomes("")
			g.answers("f", test.params, before.String())
		})
	}
}
