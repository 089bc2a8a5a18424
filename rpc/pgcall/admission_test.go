package pgcall_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/rpctest"
)

// TestOverload has five times as many calls as the database can do. Most are
// refused, before Dispatch returns, and all others have their results in time.
func TestOverload(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lane: pgcall.LaneSlow, lanes: pgcall.LaneOptions{Own: 2}}, napSQL, napMethods()...)
	s.answers("nap", `{"ms":50}`, "50")
	var all []answers
	refused, late := 0, 0
	const calls = 500
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for range calls {
		<-ticker.C
		a := s.begin(t.Context(), &rpc.Call{Name: "nap", Params: []byte(`{"ms":50}`), Meta: rpc.Meta{Timeout: 10 * time.Second}})
		if len(a) == 0 {
			all = append(all, a)
			continue
		}
		refused++
		checkOverloaded(t, <-a)
	}
	for _, a := range all {
		if got := <-a; got.String() != "50" {
			late++
			checkOverloaded(t, got)
		}
	}
	if refused < calls/4 || late > 0 {
		t.Errorf("%d calls were refused at once and %d later", refused, late)
	}
	if got, want := s.begun(), fmt.Sprint(1+len(all)-late); got != want {
		t.Errorf("the database began %s calls, and %s were admitted", got, want)
	}
	s.answers("nap", `{"ms":50}`, "50")
}

// checkOverloaded checks that a call was refused, and says when to come back.
func checkOverloaded(t *testing.T, got answer) {
	t.Helper()
	if got.String() != "overloaded" || !got.Err.Retryable || !strings.HasPrefix(string(got.Err.Data), `{"retry_after_ms":`) {
		t.Errorf("answered %s, %v", got, got.Err)
	}
}

// While a database does nothing, calls are refused that would wait; when it goes
// on, calls are taken again, however long the ones before took.
func TestAdmissionAfterAStall(t *testing.T) {
	t.Parallel()
	lanes := pgcall.LaneOptions{Writes: 1, FastTimeout: time.Minute, MaxWait: 2 * time.Second}
	s := serve(t, options{lanes: lanes}, ledgerSQL, ledgerMethods()...)
	for range 20 {
		s.answers("write", `{"n":0}`, "0")
	}
	release := s.hold()
	var all []answers
	for refused := false; !refused && len(all) < 4000; time.Sleep(time.Millisecond) {
		a := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":1}`)})
		if refused = len(a) > 0; refused {
			checkOverloaded(t, <-a)
		} else {
			all = append(all, a)
		}
	}
	release()
	if len(all) == 4000 {
		t.Error("4000 calls wait, and none was refused")
	}
	for _, a := range all {
		if got := <-a; got.String() != "1" {
			t.Errorf("a call that waited answered %s (%v)", got, got.Err)
		}
	}
	for range 3 { // together, so that some wait
		all = all[:0]
		for range 100 {
			all = append(all, s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":2}`)}))
		}
		for _, a := range all {
			if got := <-a; got.String() != "2" {
				t.Errorf("a call after that answered %s (%v)", got, got.Err)
			}
		}
	}
}

// What a set did when its calls were slow is forgotten when they are quick, also
// where some wait every now and then, for too short a time to measure anything.
func TestAdmissionForgetsSlowCalls(t *testing.T) {
	t.Parallel()
	lanes := pgcall.LaneOptions{Writes: 1, FastTimeout: time.Minute}
	s := serve(t, options{lanes: lanes}, napSQL, napMethods()...)
	s.answers("write_nap", `{"ms":0}`, "0")
	var all []answers
	for range 12 {
		all = append(all, s.begin(t.Context(), &rpc.Call{Name: "write_nap", Params: []byte(`{"ms":400}`)}))
	}
	for _, a := range all {
		if got := <-a; got.String() != "400" {
			t.Fatalf("a slow call answered %s (%v)", got, got.Err)
		}
	}
	const patience = 2 * time.Second // in which the rate is forgotten
	for began := time.Now(); time.Since(began) < patience+time.Second; time.Sleep(20 * time.Millisecond) {
		all = all[:0]
		for range 8 {
			all = append(all, s.begin(t.Context(), &rpc.Call{Name: "write_nap", Params: []byte(`{"ms":0}`), Meta: rpc.Meta{Timeout: 5 * time.Second}}))
		}
		for _, a := range all {
			if got := <-a; got.String() != "0" && time.Since(began) > patience {
				t.Fatalf("%v later a quick call answered %s (%v)", time.Since(began), got, got.Err)
			}
		}
	}
}

// Calls that take a good part of their time are admitted only where they will be
// done in it, and have no other before them on their connection.
func TestSlowCallsAreDoneInTime(t *testing.T) {
	t.Parallel()
	lanes := pgcall.LaneOptions{Writes: 2, FastTimeout: time.Minute}
	s := serve(t, options{lanes: lanes}, napSQL, napMethods()...)
	s.answers("write_nap", `{"ms":0}`, "0")
	const learning, counted = 3 * time.Second, 5 * time.Second
	var all []answers
	for began := time.Now(); time.Since(began) < learning+counted; time.Sleep(20 * time.Millisecond) {
		a := s.begin(t.Context(), &rpc.Call{Name: "write_nap", Params: []byte(`{"ms":400}`), Meta: rpc.Meta{Timeout: time.Second}})
		switch {
		case len(a) > 0:
			checkOverloaded(t, <-a)
		case time.Since(began) > learning:
			all = append(all, a)
		}
	}
	if len(all) < 12 {
		t.Errorf("%d calls were admitted, of 25 that could be done", len(all))
	}
	late := 0
	for _, a := range all {
		if got := <-a; got.String() != "400" {
			late++
			t.Logf("a call that was admitted answered %s (%v)", got, got.Err)
		}
	}
	if late > len(all)/4 { // none, but for a machine that stands still now and then
		t.Errorf("%d of %d calls that were admitted ran out of time", late, len(all))
	}
}

// TestConnectionStorm has many calls ask for a database that takes no connection.
// Each set tries once at a time.
func TestConnectionStorm(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	config, err := pgxpool.ParseConfig(pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 4
	config.ConnConfig.DialFunc = func(context.Context, string, string) (net.Conn, error) {
		attempts.Add(1)
		return nil, errors.New("the database is full")
	}
	s := &server{t: t, log: new(rpctest.Log)}
	s.startOn(config, options{lanes: pgcall.LaneOptions{Reads: 2, Writes: 16}}, napMethods())
	began := time.Now()
	var asking sync.WaitGroup
	for _, name := range []string{"nap", "write_nap"} {
		for range 50 {
			asking.Go(func() {
				for time.Since(began) < 2*time.Second {
					if got := s.call(name, `{"ms":0}`); got.String() != "unavailable" {
						t.Errorf("answered %s (%v)", got, got.Err)
					}
				}
			})
		}
	}
	asking.Wait()
	const pool = 2 + 16 + 4 + 4
	if got, most := attempts.Load(), int64(2*pool*time.Since(began).Seconds()); got > most {
		t.Errorf("%d attempts to connect in %v, want %d at most", got, time.Since(began), most)
	}
}

// Calls of lane cpu run side by side no more than there are connections for them.
func TestLaneCPU(t *testing.T) {
	t.Parallel()
	const sql = `create function api.lone() returns int language plpgsql as $$
		begin
			if not pg_try_advisory_xact_lock(9) then raise 'another one runs'; end if;
			perform pg_sleep(0.02);
			return 1;
		end $$;`
	lone := method(function("lone", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)))
	s := serve(t, options{conns: 4, lane: pgcall.LaneCPU, lanes: pgcall.LaneOptions{CPU: 1, Own: 4}}, sql, lone)
	var all []answers
	for range 10 {
		all = append(all, s.begin(t.Context(), &rpc.Call{Name: "lone"}))
	}
	for _, a := range all {
		if got := <-a; got.String() != "1" {
			t.Errorf("answered %s (%v)", got, got.Err)
		}
	}
}

// TestFastCallsDuringAFlood has small calls go on while many that keep a core busy,
// as logins do, are asked for.
func TestFastCallsDuringAFlood(t *testing.T) {
	t.Parallel()
	const sql = `create function api.hash() returns bigint language sql as $$ select count(*) from generate_series(1, 400000) $$;
		create function api.small() returns int language sql stable as $$ select 1 $$;`
	hash := method(function("hash", pgcall.ShapeScalar, nil, scalar(&pgjson.Int8)))
	hash.Binding.(*pgcall.Procedure).Lane = pgcall.LaneCPU
	s := serve(t, options{conns: 8}, sql, hash, method(readOnly(function("small", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)))))
	s.answers("hash", "{}", `"400000"`)
	p50 := func() time.Duration {
		var took []time.Duration
		for range 100 {
			began := time.Now()
			s.answers("small", "{}", "1")
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	p50() // the connection is made
	before := p50()
	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	for range 40 {
		flood.Go(func() {
			for ctx.Err() == nil {
				a := make(answers, 1)
				s.Dispatch(ctx, &rpc.Call{Name: "hash", Answer: a, Peer: &rpc.Peer{}})
				<-a
			}
		})
	}
	during := p50()
	stop()
	flood.Wait()
	t.Logf("p50 of small calls: %v alone, %v during a flood", before, during)
	if during > 20*before+100*time.Millisecond {
		t.Errorf("p50 of small calls: %v alone, %v during a flood", before, during)
	}
}
