package chaos_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/spgen/spgen/rpc"
)

// windows are how many calls each client has in flight.
var windows = []int{1, 1, 2, 4, 8, 8, 16, 16, 32, 64, 128}

// client keeps a number of calls in flight.
type client struct {
	run   *run
	dice  *rand.Rand
	free  chan int                // indexes of open that are free
	open  []atomic.Pointer[probe] // calls that are not answered
	peer  *rpc.Peer               // of the calls that may share transactions
	visit *visit                  // nil: it stays

	lottery lottery
}

func newClient(u *run, window int, n uint64) *client {
	c := &client{
		run: u, dice: rand.New(rand.NewPCG(u.seed, n)), lottery: u.lottery(),
		free: make(chan int, window), open: make([]atomic.Pointer[probe], window), peer: &rpc.Peer{ID: "client"},
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
	p := &probe{kind: c.lottery.draw(c.dice), nonce: c.run.base + i, stormy: c.run.stormy(), fast: c.run.fast, sheds: c.run.sheds, visit: c.visit}
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
	p.Peer = c.peer
	if p.kind.personal || p.kind.slotted { // it names the client, or counts how often it runs
		p.Peer = &rpc.Peer{ID: "client of " + strconv.FormatInt(p.nonce, 10)}
	}
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
