//go:build linux

package endure_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
)

const (
	talkers = 8
	callers = 4                     // that share a talker
	rest    = 60 * time.Millisecond // of a caller between two calls, at most: within the rates that a server permits
)

// fate is what an answer says about a write.
type fate uint8

const (
	undone fate = iota // it has no effect
	done               // it has its effect, once
	either             // once or not at all
)

// load is clients that call without end.
type load struct {
	seed    uint64
	talkers []*talker
	calling sync.WaitGroup
	over    atomic.Bool
	nonce   atomic.Int64
	first   atomic.Pointer[first]

	mu      sync.Mutex // guards what follows
	fates   map[int64]fate
	answers map[string]int // how many
	wrong   []string
}

// first waits for the first success of a call that was sent after a moment.
type first struct {
	since time.Time
	once  sync.Once
	at    chan time.Time
}

// newLoad starts calling the server at address.
func newLoad(seed uint64, address func() string) *load {
	l := &load{seed: seed, fates: make(map[int64]fate), answers: make(map[string]int)}
	for n := range talkers {
		k := &talker{address: address}
		l.talkers = append(l.talkers, k)
		for m := range callers {
			c := &caller{load: l, talker: k, dice: rand.New(rand.NewPCG(seed, uint64(n*callers+m)))}
			l.calling.Go(c.run)
		}
	}
	return l
}

// stop ends the calls and waits for their answers.
func (l *load) stop(t testing.TB) {
	t.Helper()
	l.over.Store(true)
	l.calling.Wait()
	for _, k := range l.talkers {
		if err := k.close(); err != nil {
			t.Error(err)
		}
	}
}

// awaitSuccess returns where the time of the first success will come from.
func (l *load) awaitSuccess(since time.Time) <-chan time.Time {
	f := &first{since: since, at: make(chan time.Time, 1)}
	l.first.Store(f)
	return f.at
}

func (l *load) complain(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// note keeps what came of a call.
func (l *load) note(what string, nonce int64, f fate, write bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[what]++
	if write {
		l.fates[nonce] = f
	}
}

// caller makes one call after the other.
type caller struct {
	*load
	talker *talker
	dice   *rand.Rand
	mine   []int64 // that were written, for certain
}

func (c *caller) run() {
	for !c.over.Load() {
		began := time.Now()
		var ok bool
		switch n := c.dice.IntN(10); {
		case n < 3:
			ok = c.write()
		case n < 5:
			ok = c.writeKeyed()
		case n < 8 && len(c.mine) > 0:
			nonce := c.mine[c.dice.IntN(len(c.mine))]
			ok = c.read("seen", nonce, 1)
		default:
			nonce := c.nonce.Add(1)
			ok = c.read("one", nonce, nonce)
		}
		if f := c.first.Load(); ok && f != nil && began.After(f.since) {
			f.once.Do(func() { f.at <- time.Now() })
		}
		time.Sleep(time.Duration(c.dice.Int64N(int64(rest))))
	}
}

// read makes a call that must answer want, or that the database is away.
func (c *caller) read(method string, nonce, want int64) (ok bool) {
	r, sent := c.talker.ask(method, nonce, "")
	what := c.judge(method, &r, sent, want)
	c.note(method+" "+what, nonce, undone, false)
	return what == success
}

// write writes a nonce.
func (c *caller) write() (ok bool) {
	nonce := c.nonce.Add(1)
	r, sent := c.talker.ask("write", nonce, "")
	what := c.judge("write", &r, sent, nonce)
	f := undone
	switch {
	case what == success:
		f, c.mine = done, append(c.mine, nonce)
	case sent && (r.lost() || r.Error != nil && r.Error.Code == rpc.CodeOutcomeUnknown):
		f = either
	}
	c.note("write "+what, nonce, f, true)
	return what == success
}

// writeKeyed writes a nonce under a key, and sends the call again until it is
// answered, sometimes once more.
func (c *caller) writeKeyed() (ok bool) {
	nonce := c.nonce.Add(1)
	meta := fmt.Sprintf(`,"meta":{"key":"%d-%d"}`, c.seed, nonce)
	c.note("keyed", nonce, either, true)
	for began, again := time.Now(), c.dice.IntN(4) == 0; ; time.Sleep(time.Duration(c.dice.Int64N(int64(rest)))) {
		r, sent := c.talker.ask("write", nonce, meta)
		what := c.judge("keyed write", &r, sent, nonce)
		switch {
		case what == "wrong":
			return false
		case what != success && time.Since(began) > patience:
			c.complain("keyed write %d has no answer: %s", nonce, what)
			return false
		case what == success && again:
			again = false // its answer was lost, say
			continue
		}
		c.note("keyed write "+what, nonce, done, what == success)
		if what == success {
			c.mine = append(c.mine, nonce)
			return true
		}
	}
}

const success = "success"

// judge says what an answer is, and complains of one that may not be.
func (c *caller) judge(method string, r *reply, sent bool, want int64) (what string) {
	switch {
	case !sent:
		return "not sent"
	case r.lost():
		return "lost"
	case r.Error == nil && string(r.Result) == strconv.Quote(strconv.FormatInt(want, 10)):
		return success
	case r.Error == nil:
		c.complain("%s was answered %s instead of %d", method, r.Result, want)
		return "wrong"
	}
	switch code := r.Error.Code; {
	case code == rpc.CodeUnavailable && r.Error.Retryable, code == rpc.CodeOverloaded && r.Error.Retryable,
		code == rpc.CodeOutcomeUnknown && !r.Error.Retryable && method == "write":
		return code.String()
	}
	c.complain("%s was answered %v", method, r.Error)
	return "wrong"
}
