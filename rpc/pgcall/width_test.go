package pgcall_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// As many connections take calls as get more of them done.
func TestWidth(t *testing.T) {
	t.Parallel()
	processor := func(int) int { return 600 }
	disk := func(connections int) int { return 100 * connections }
	someDisk := func(connections int) int { return 1000 * min(connections, 4) }
	tests := []struct {
		name string
		most int
		rate func(connections int) int // calls a second that so many do
		want int                       // most of the time
	}{
		{"calls that take CPU time", 16, processor, 2},
		{"calls that wait for the disk", 16, disk, 16},
		{"a disk that takes four", 16, someDisk, 4},
		{"an odd number", 7, processor, 2},
		{"one connection", 1, processor, 1},
		{"two connections", 2, disk, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := &pgcall.Width{Most: tt.most}
			if share := widthShare(w, time.Unix(0, 0), time.Minute, tt.rate, tt.want); share < 0.9 {
				t.Errorf("%d connections took calls in %.0f %% of the time only", tt.want, 100*share)
			}
		})
	}
}

// What calls wait for may change while calls wait all the time.
func TestWidthFollows(t *testing.T) {
	t.Parallel()
	w := &pgcall.Width{Most: 16}
	widthShare(w, time.Unix(0, 0), time.Minute, func(int) int { return 600 }, 2)
	widthShare(w, time.Unix(60, 0), 20*time.Second, func(n int) int { return 100 * n }, 16)
	if share := widthShare(w, time.Unix(80, 0), time.Minute, func(n int) int { return 100 * n }, 16); share < 0.9 {
		t.Errorf("all connections took calls in %.0f %% of the time only", 100*share)
	}
}

// A trial that was not judged leaves no fewer connections, as happens when the database
// pauses in it, or when for a while no calls wait.
func TestWidthInterrupted(t *testing.T) {
	t.Parallel()
	disk := func(connections int) int { return 100 * connections }
	for _, pause := range []bool{true, false} {
		w := &pgcall.Width{Most: 16}
		now, connections := time.Unix(0, 0), 16
		for n := 0; connections == 16; n++ {
			if now = now.Add(5 * time.Millisecond); n == 1000 {
				t.Fatal("there was no trial")
			}
			connections = w.Observe(now, disk(connections)/200)
		}
		if now = now.Add(20 * time.Second); !pause {
			w.Interrupt(now)
		}
		if got := w.Observe(now, 1); got != 16 {
			t.Errorf("after a pause (%t) %d connections take calls", pause, got)
		}
	}
}

// What was learned is where the next rush begins, unless that comes much later.
func TestWidthIsRemembered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		idle time.Duration
		want int
	}{{2 * time.Second, 2}, {time.Hour, 16}} {
		w := &pgcall.Width{Most: 16}
		widthShare(w, time.Unix(0, 0), time.Minute, func(int) int { return 600 }, 2)
		w.Rest()
		if got := w.Observe(time.Unix(61, 0), 0); got != 16 {
			t.Errorf("where none wait %d connections take calls", got)
		}
		w.Rest()
		w.Resume(tt.idle)
		if got := w.Observe(time.Unix(60, 0).Add(tt.idle), 0); got != tt.want {
			t.Errorf("after %v without calls that wait %d connections take calls, want %d", tt.idle, got, tt.want)
		}
		if share := widthShare(w, time.Unix(60, 0).Add(tt.idle), 20*time.Second, func(n int) int { return 100 * n }, 16); share < 0.8 {
			t.Errorf("all connections took calls in %.0f %% of the time only", 100*share)
		}
	}
}

// Calls that were in flight on the others are done during a trial of fewer
// connections, and more connections do nothing more until their first calls are done.
func TestWidthOfSlowCalls(t *testing.T) {
	t.Parallel()
	for _, call := range []time.Duration{5 * time.Millisecond, 60 * time.Millisecond, 400 * time.Millisecond} {
		t.Run(call.String(), func(t *testing.T) {
			t.Parallel()
			const most, step = 16, 5 * time.Millisecond
			w := &pgcall.Width{Most: most, Call: call}
			var flights [most]int // calls in flight on each
			var rest [most]time.Duration
			now, takers, there, all := time.Unix(0, 0), most, 0, 0
			for end := now.Add(time.Minute); now.Before(end); now = now.Add(step) {
				done := 0
				for i := range flights {
					if i < takers {
						flights[i] = 2
					}
					if flights[i] == 0 {
						rest[i] = call
					} else if rest[i] -= step; rest[i] <= 0 {
						flights[i], rest[i], done = flights[i]-1, call, done+1
					}
				}
				if done > 0 {
					takers = w.Observe(now, done)
				}
				if all++; takers == most {
					there++
				}
			}
			if share := float64(there) / float64(all); share < 0.7 {
				t.Errorf("all connections took calls in %.0f %% of the time only", 100*share)
			}
		})
	}
}

// widthShare has a set loaded for d from now on, and returns for which share of
// the time want connections took calls.
func widthShare(w *pgcall.Width, now time.Time, d time.Duration, rate func(int) int, want int) float64 {
	const step = 5 * time.Millisecond
	connections, there, all := w.Observe(now, 0), 0, 0
	rest := 0
	for end := now.Add(d); now.Before(end); now = now.Add(step) {
		rest += rate(connections) * int(step/time.Millisecond)
		connections = w.Observe(now, rest/1000)
		rest %= 1000
		if all++; connections == want {
			there++
		}
	}
	return float64(there) / float64(all)
}

// inTurn has a write of which one runs at a time, so that no more than one connection
// gets more of them done.
const inTurn = `create function api.in_turn() returns int language plpgsql as $$
	begin perform pg_advisory_xact_lock(5), pg_sleep(0.001); return 1; end $$;`

// crowd calls in_turn from many clients until it is stopped, and counts the answers.
type crowd struct {
	done atomic.Int64
	stop func()
}

func (s *server) crowd(size int) *crowd {
	c := new(crowd)
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	for range size {
		clients.Go(func() {
			peer := new(rpc.Peer)
			for ctx.Err() == nil {
				a := make(answers, 1)
				s.Dispatch(context.Background(), &rpc.Call{Name: "in_turn", Answer: a, Peer: peer})
				if got := <-a; got.Err == nil {
					c.done.Add(1)
				}
			}
		})
	}
	c.stop = sync.OnceFunc(func() { cancel(); clients.Wait() })
	s.t.Cleanup(c.stop)
	return c
}

// untilTakers waits until so many connections take writes that wait.
func (s *server) untilTakers(want int) {
	s.t.Helper()
	for began := time.Now(); s.pool.Takers() != want; time.Sleep(time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			s.t.Fatalf("%d connections take calls, want %d", s.pool.Takers(), want)
		}
	}
}

func serveInTurn(t *testing.T, n *network) *server {
	t.Helper()
	lanes := pgcall.LaneOptions{Writes: 8, FastTimeout: time.Minute, MaxWait: -1}
	return serve(t, options{lanes: lanes, network: n}, inTurn, method(function("in_turn", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))))
}

// When calls are left that do not wait for each other, all connections take them.
func TestWidthRelaxes(t *testing.T) {
	t.Parallel()
	s := serveInTurn(t, nil)
	many := s.crowd(200)
	s.untilTakers(2)
	many.stop()
	s.crowd(1)
	s.untilTakers(8)
}

// Connections that cannot be made again are not those that are left to take calls.
func TestWidthOfLostConnections(t *testing.T) {
	t.Parallel()
	n := new(network)
	s := serveInTurn(t, n)
	c := s.crowd(200)
	s.untilTakers(2)
	for { // until it is two that work: the others have nothing to do
		n.down.Store(true)
		const busy = "state = 'active' and query like '%in_turn%' and " + others
		if s.query("select count(*)::text from pg_stat_activity where "+busy) == "2" {
			s.query("select count(pg_terminate_backend(pid, 10000))::text from pg_stat_activity where " + busy)
			break
		}
		n.down.Store(false)
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for range 20 {
		before := c.done.Load()
		for range 20 { // a machine that stands still does neither
			time.Sleep(10 * time.Millisecond)
			if err := conn.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if c.done.Load() == before {
			t.Fatal("for 200 ms no call was done, and six connections are there")
		}
	}
}
