package chaos_test

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// cuts are after how many bytes the next connection is reset; 0: it stays. Those
// after it stay.
type cuts struct{ up, down atomic.Int64 }

// plan is a proxy's.
func (c *cuts) plan() (up, down int) {
	limit := func(n int64) int {
		if n == 0 {
			return math.MaxInt
		}
		return int(n)
	}
	return limit(c.up.Swap(0)), limit(c.down.Swap(0))
}

const (
	sampledVariable = "SPGEN_CHAOS_SAMPLED" // one in so many offsets is tried; `make soak-chaos` tries all
	defaultSampled  = 10
)

// TestResetAtEveryOffset makes writes on a connection that is reset after n bytes,
// for every n of what is sent while it is made and for two calls, and of what
// PostgreSQL answers to that. Whatever came of them, they were told.
func TestResetAtEveryOffset(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	u := &run{harness: h, round: &round{name: "offsets", faults: faults{cut: true}}, base: h.base}
	next := new(cuts)
	u.writeTwice(next) // in calm, to see how much there is
	up, down := int(u.forwarded[0]), int(u.forwarded[1])
	step := max(int(number(sampledVariable, defaultSampled)), 1)
	for n := 1 + h.dice.IntN(step); n <= up; n += step {
		next.up.Store(int64(n))
		u.writeTwice(next)
	}
	for n := 1 + h.dice.IntN(step); n <= down; n += step {
		next.down.Store(int64(n))
		u.writeTwice(next)
	}
	if u.waitForBackends() {
		h.checkLedger(u)
	}
	t.Logf("seed %d: %d bytes up and %d down, one in %d: %d writes%s", h.seed, up, down, step, len(u.fates), h.summary())
	if h.report(); h.answered(rpc.CodeOutcomeUnknown) == 0 || h.answered(rpc.CodeUnavailable) == 0 {
		t.Error("no call was answered with unavailable or outcome_unknown")
	}
}

// writeTwice makes two writes, one after the other, on new connections.
func (u *run) writeTwice(next *cuts) {
	u.t.Helper()
	config, through, err := u.connect(u.round, u.dice.Uint64())
	if err != nil {
		u.t.Fatal(err)
	}
	defer through.close()
	through.obey(next.plan, nil)
	config.MaxConns = 1
	lanes, err := pgcall.NewLanes(u.t.Context(), config, pgcall.LaneOptions{
		Reads: 1, Writes: 1, Own: 1, FastTimeout: time.Minute, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		u.t.Fatal(err)
	}
	defer lanes.Close()
	api := newAPI() // but for what needs the pool, which would connect first
	api.Methods = slices.DeleteFunc(api.Methods, func(m rpc.Method) bool { return m.Name != "write" })
	if u.dispatcher, err = dispatcherOf(lanes, api); err != nil {
		u.t.Fatal(err)
	}
	u.ask("write", 0)
	u.ask("write", 0)
	u.forwarded = [2]int64{through.forwarded[0].Load(), through.forwarded[1].Load()}
}

// ask makes a call of the kind that has the label, and returns what is thought of
// its answer. 0 is no timeout.
func (u *run) ask(label string, timeout time.Duration) verdict {
	k := kinds[slices.IndexFunc(kinds, func(k *kind) bool { return k.label == label })]
	u.mu.Lock()
	i := len(u.fates)
	u.fates, u.kinds = append(u.fates, open), append(u.kinds, k)
	u.mu.Unlock()
	p := &probe{kind: k, nonce: u.base + int64(i), stormy: true, timeout: timeout, begun: time.Now()}
	answered := make(chan verdict, 1)
	p.complain = func(wrong string) { u.complain("%s: %s: %s", u.name, p, wrong) }
	p.answered = func(_ *probe, v verdict) { answered <- v }
	p.Name, p.Params, p.Answer, p.Peer = p.methodName(), p.appendParams(nil), p, &rpc.Peer{ID: "client"}
	p.Meta.Timeout = timeout
	u.dispatcher.Dispatch(context.Background(), &p.Call)
	v := <-answered
	u.mu.Lock()
	u.fates[i] = v.fate
	if !k.write {
		u.fates[i] = undone
	}
	u.mu.Unlock()
	if v.wrong != "" {
		p.complain(v.wrong)
	}
	u.count(p, v)
	return v
}
