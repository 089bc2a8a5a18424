package chaos_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
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

// windows are how many calls each client has in flight.
var windows = []int{1, 1, 2, 4, 8, 8, 16, 16, 32, 64, 128}

// run is a round that is played.
type run struct {
	*harness
	*round
	seed       uint64
	base       int64 // the first nonce
	fates      []fate
	kinds      []*kind
	dispatcher *rpc.Dispatcher
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
	api := newAPI()
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

// client keeps a number of calls in flight.
type client struct {
	run   *run
	dice  *rand.Rand
	free  chan int                // indexes of open that are free
	open  []atomic.Pointer[probe] // calls that are not answered
	visit *visit                  // nil: it stays

	lottery lottery
}

func newClient(u *run, window int, n uint64) *client {
	c := &client{
		run: u, dice: rand.New(rand.NewPCG(u.seed, n)), lottery: u.lottery(),
		free: make(chan int, window), open: make([]atomic.Pointer[probe], window),
	}
	for i := range window {
		c.free <- i
	}
	c.arrive()
	return c
}

// arrive makes a new connection.
func (c *client) arrive() {
	ctx, leave := context.WithCancel(context.Background())
	c.visit = &visit{ctx: ctx, leave: leave}
}

// call makes calls until there are enough, and waits for their answers.
func (c *client) call(ctx context.Context) {
	defer func() { c.visit.leave() }()
	for ctx.Err() == nil {
		i := c.run.next.Add(1) - 1
		if i >= int64(c.run.calls) {
			break
		}
		at, ok := c.take()
		if !ok {
			return
		}
		c.send(i, at)
	}
	for range c.open {
		if _, ok := c.take(); !ok {
			return
		}
	}
}

// take waits for a place in the window.
func (c *client) take() (at int, ok bool) {
	select {
	case at = <-c.free:
		return at, true
	case <-c.run.abandoned:
		return 0, false
	}
}

// send makes the round's i-th call.
func (c *client) send(i int64, at int) {
	if c.dice.Float64() < c.run.leave {
		c.visit.end()
		c.arrive()
	}
	p := c.draw(i)
	var timer *time.Timer
	p.answered = func(p *probe, v verdict) {
		if timer != nil {
			timer.Stop()
		}
		c.run.note(p, v, i)
		c.open[at].Store(nil)
		c.free <- at
	}
	c.open[at].Store(p)
	c.run.sent.Add(1)
	p.begun = time.Now()
	if c.dice.Float64() < c.run.quit {
		timer = time.AfterFunc(spread(c.dice, 50*time.Microsecond, 300*time.Millisecond), p.giveUp)
	}
	c.run.dispatcher.Dispatch(p.visit.ctx, &p.Call)
}

// draw draws a call.
func (c *client) draw(i int64) *probe {
	p := &probe{kind: c.lottery.draw(c.dice), nonce: c.run.base + i, stormy: c.run.stormy(), visit: c.visit}
	p.complain = func(wrong string) { c.run.complain("%s: %s: %s", c.run.name, p, wrong) }
	for p.kind.slotted && !c.run.takeSlot(p) {
		p.kind = c.lottery.draw(c.dice)
	}
	c.run.kinds[i] = p.kind
	if p.kind.draw != nil {
		p.kind.draw(c.dice, p)
	}
	if c.dice.Float64() < c.run.hurry {
		p.timeout = spread(c.dice, time.Millisecond, 200*time.Millisecond).Truncate(time.Millisecond)
	}
	p.Name, p.Params, p.Answer = p.methodName(), p.appendParams(nil), p
	p.Meta.Timeout = p.timeout
	return p
}

// spread draws a duration; small ones are as frequent as large ones.
func spread(d *rand.Rand, least, most time.Duration) time.Duration {
	return time.Duration(float64(least) * math.Exp(d.Float64()*math.Log(float64(most)/float64(least))))
}

// takeSlot gives p a slot, if there is one.
func (h *harness) takeSlot(p *probe) bool {
	select {
	case p.slot = <-h.slots:
		return true
	default:
		return false
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

func (u *run) String() string { return fmt.Sprintf("%s, seed %d", u.name, u.seed) }
