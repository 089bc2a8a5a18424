package chaos_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// round is so many calls under the same circumstances.
type round struct {
	name      string
	calls     int
	faults    faults
	terminate bool    // backends are terminated
	blackout  bool    // now and then nobody can connect
	hurry     float64 // part of the calls that have a deadline of their own
	quit      float64 // part of the calls that are cancelled
	leave     float64 // part of the calls before which their client leaves
	naps      bool    // there are many slow calls
}

// stormy reports whether the database may be lost during a call.
func (r *round) stormy() bool { return r.terminate || r.blackout || r.faults.cut || r.faults.short }

// lottery returns what the round's calls are drawn from.
func (r *round) lottery() lottery {
	switch {
	case r.naps:
		return sleepy
	case r.stormy():
		return writing
	}
	return likely
}

// run is a round that is played.
type run struct {
	*harness
	*round
	seed       uint64
	base       int64 // the first nonce
	fates      []fate
	kinds      []*kind
	dispatcher *rpc.Dispatcher
	forwarded  [2]int64     // bytes through the proxy, up and down
	next       atomic.Int64 // the next call
	sent       atomic.Int64
	answered   atomic.Int64
	clients    []*client
	abandoned  chan struct{} // closed when no answers come any more
}

// play plays a round and checks what came of it. The end of ctx ends it early.
func (h *harness) play(ctx context.Context, r *round) {
	u := &run{harness: h, round: r, seed: h.dice.Uint64(), base: h.base, abandoned: make(chan struct{})}
	h.base += int64(r.calls)
	u.fates, u.kinds = make([]fate, r.calls), make([]*kind, r.calls)
	for i := range u.fates {
		u.fates[i] = open
	}
	began := time.Now()
	if !u.rage(ctx) {
		return
	}
	h.checkLedger(u)
	h.tell("%s: %d calls in %s, %.0f/s", r.name, u.answered.Load(), time.Since(began).Round(time.Millisecond),
		float64(u.answered.Load())/time.Since(began).Seconds())
}

// rage makes the calls, until all are answered and no backend is left.
func (u *run) rage(ctx context.Context) bool {
	config, through, err := u.connect(u.round, u.seed)
	if err != nil {
		u.complain("%s: %v", u.name, err)
		return false
	}
	invoker, err := u.open(context.Background(), config)
	if err != nil {
		u.complain("%s: %v", u.name, err)
		return false
	}
	if u.dispatcher, err = newDispatcher(invoker); err != nil {
		u.complain("%s: %v", u.name, err)
		return false
	}
	storm, calm := context.WithCancel(context.Background())
	var raging sync.WaitGroup
	u.brew(storm, &raging, through)
	u.load(ctx)
	calm()
	raging.Wait()
	u.reportLost()
	u.closeInvoker(invoker)
	if through != nil {
		through.close()
		u.cuts += through.cuts.Load()
	}
	return u.waitForBackends()
}

// newDispatcher serves the API of schema.sql on an invoker.
func newDispatcher(invoker pgcall.Invoker) (*rpc.Dispatcher, error) {
	return dispatcherOf(invoker, newAPI())
}

func dispatcherOf(invoker pgcall.Invoker, api *rpc.API) (*rpc.Dispatcher, error) {
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		return nil, err
	}
	executor := pgcall.NewExecutor(invoker, pgcall.ExecutorOptions{MaxResultBytes: maxResult}, api)
	return rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{Logger: slog.New(slog.DiscardHandler)})
}

// load makes the calls and waits for the answers.
func (u *run) load(ctx context.Context) {
	finished := make(chan struct{})
	var watching, calling sync.WaitGroup
	watching.Go(func() { u.watch(finished) })
	for n, window := range windows {
		c := newClient(u, window, uint64(n))
		u.clients = append(u.clients, c)
		calling.Go(func() { c.call(ctx) })
	}
	calling.Wait()
	close(finished)
	watching.Wait()
}

// watch abandons the round when no answer has come for long.
func (u *run) watch(finished <-chan struct{}) {
	last, since := u.answered.Load(), time.Now()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-finished:
			return
		case <-ticker.C:
		}
		if n := u.answered.Load(); n != last {
			last, since = n, time.Now()
		} else if time.Since(since) > u.patience {
			close(u.abandoned)
			return
		}
	}
}

// reportLost reports the calls that have no answer.
func (u *run) reportLost() {
	if u.sent.Load() == u.answered.Load() {
		return
	}
	u.lost += int(u.sent.Load() - u.answered.Load())
	for _, c := range u.clients {
		for i := range c.open {
			if p := c.open[i].Load(); p != nil {
				u.complain("%s: lost: %s", u.name, p)
			}
		}
	}
}

// closeInvoker closes it, unless that hangs.
func (u *run) closeInvoker(i invoker) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		i.Close()
	}()
	select {
	case <-closed:
	case <-time.After(u.patience):
		u.complain("%s: the invoker does not close", u.name)
	}
}

// note keeps what came of the i-th call.
func (u *run) note(p *probe, v verdict, i int64) {
	u.fates[i] = v.fate
	if !p.kind.write {
		u.fates[i] = undone
	}
	if v.wrong != "" {
		p.complain(v.wrong)
	}
	if p.kind.slotted {
		u.slots <- p.slot
	}
	u.count(p, v)
	u.answered.Add(1)
}
