package chaos_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
)

const (
	callsVariable = "SPGEN_CHAOS_CALLS" // how many calls to make in calm; `make soak-calls` sets it
	seedVariable  = "SPGEN_CHAOS_SEED"  // draws the calls
	defaultCalls  = 1_000_000
	cycle         = 250_000 // calls that one run through the rounds makes in calm

	hastyCalls = 25_000
	slowCalls  = 1_000
	budget     = 5 * time.Minute // for the default number of calls
)

// rounds are played in this order. In those of calm nothing is lost.
var rounds = []round{
	{name: "calm", calls: 70_000},
	{name: "resets", calls: 6_000, faults: faults{cut: true}},
	{name: "hurried", calls: 10_000, hurry: 0.2, quit: 0.2, leave: 0.001, naps: true},
	{name: "terminated", calls: 8_000, terminate: true},
	{name: "calm again", calls: 85_000, hurry: 0.005, quit: 0.005, leave: 0.0001},
	{name: "split", calls: 15_000, faults: faults{split: true, stall: true}},
	{name: "blackout", calls: 6_000, blackout: true, faults: faults{split: true}},
	{name: "short writes", calls: 6_000, faults: faults{short: true}},
	{name: "calm still", calls: 70_000},
	{name: "everything", calls: 6_000, terminate: true, blackout: true, faults: faults{cut: true, split: true, stall: true}, hurry: 0.05, quit: 0.05, leave: 0.001, naps: true},
}

// TestNoAnswerReachesTheWrongRequest makes calls of every kind in all weathers.
func TestNoAnswerReachesTheWrongRequest(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	h.loud = true
	calls := int(number(callsVariable, defaultCalls))
	if os.Getenv(callsVariable) != "" {
		ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
		defer stop()
		defer h.print(ctx, calls)()
		h.cycles(ctx, calls)
	} else {
		if testing.Short() {
			calls /= 20
		}
		ctx, stop := context.WithTimeout(t.Context(), budget)
		defer stop()
		if h.cycles(ctx, calls); ctx.Err() != nil {
			t.Logf("only %d of %d calls in calm were made within %s; %s=%d makes them all", h.calm, calls, budget, callsVariable, calls)
		}
	}
	t.Logf("seed %d: %d calls, %d of them in calm; %d backends terminated, %d connections reset, %d in the middle of a write%s",
		h.seed, h.made.Load(), h.calm, h.terminated, h.cuts, h.shortWrites.Load(), h.summary())
	h.report()
	if h.calm >= cycle {
		h.checkCoverage()
	}
}

// TestHaste plays a few rounds with lanes that take nearly every call for slow.
func TestHaste(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	h.open, h.fast, h.sheds = newHasty, hastyTimeout, true
	h.cycles(t.Context(), hastyCalls)
	t.Logf("%d calls%s", h.made.Load(), h.summary())
	h.report()
}

// TestSlowNetwork plays a round with a database that is far away, whose answers
// come byte by byte.
func TestSlowNetwork(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	h.play(t.Context(), &round{name: "slow network", calls: slowCalls, faults: faults{slice: true, delay: true}})
	t.Logf("%d calls%s", h.made.Load(), h.summary())
	h.report()
}

// cycles plays the rounds until so many calls were made in calm, or ctx ends.
func (h *harness) cycles(ctx context.Context, calls int) {
	scale := min(1, float64(calls)/cycle)
	for h.calm < calls {
		for _, r := range rounds {
			if ctx.Err() != nil || h.lost > 0 {
				return
			}
			r.calls = int(float64(r.calls)*scale) + 1
			made := h.made.Load()
			h.play(ctx, &r)
			if !r.stormy() {
				h.calm += int(h.made.Load() - made)
			}
		}
	}
}

// checkCoverage checks that what was to happen did happen.
func (h *harness) checkCoverage() {
	h.t.Helper()
	for _, k := range kinds {
		if len(h.answers[k.label]) == 0 {
			h.t.Errorf("no call of kind %s was made", k.label)
		}
	}
	for _, code := range []rpc.Code{rpc.CodeUnavailable, rpc.CodeOutcomeUnknown, rpc.CodeCancelled, rpc.CodeDeadlineExceeded, rpc.CodeConflict} {
		if h.answered(code) == 0 {
			h.t.Errorf("no call was answered with %s", code)
		}
	}
	if h.terminated == 0 || h.cuts == 0 || h.shortWrites.Load() == 0 {
		h.t.Errorf("%d backends were terminated, %d connections reset, %d in the middle of a write", h.terminated, h.cuts, h.shortWrites.Load())
	}
	if given := h.answered(rpc.CodeCancelled) + h.answered(rpc.CodeDeadlineExceeded); h.doubtful > given/20 {
		h.t.Errorf("the outcome of %d writes that ended early in calm is unknown, and of %d calls it is not", h.doubtful, given)
	}
}

// number returns the number in a variable of the environment, or def.
func number(variable string, def uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(variable), 10, 64); err == nil {
		return n
	}
	return def
}

// interval is how often progress is printed.
const interval = 10 * time.Second

// print prints progress until it is stopped.
func (h *harness) print(ctx context.Context, calls int) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for began := time.Now(); pause(ctx, interval); {
			h.printProgress(float64(h.made.Load()), float64(calls)*stormShare(), time.Since(began))
		}
	}()
	return func() { cancel(); <-done }
}

func (h *harness) printProgress(made, all float64, took time.Duration) {
	h.mu.Lock()
	wrong := h.wrong
	h.mu.Unlock()
	rate := made / took.Seconds()
	left := time.Duration(max(all-made, 0) / max(rate, 1) * float64(time.Second))
	h.t.Logf("%5.1f %%  %.0f calls  %.0f/s  %d wrong  %s left", 100*min(made/all, 1), made, rate, wrong, left.Round(time.Second))
}

// stormShare is how many calls all rounds make for each one in calm.
func stormShare() float64 {
	all, calm := 0, 0
	for i := range rounds {
		all += rounds[i].calls
		if !rounds[i].stormy() {
			calm += rounds[i].calls
		}
	}
	return float64(all) / float64(calm)
}
