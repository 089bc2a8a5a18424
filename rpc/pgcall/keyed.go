package pgcall

import (
	"context"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
)

// DefaultKeyTTL is how long the answers of keyed calls are kept.
const DefaultKeyTTL = 24 * time.Hour

// keyer is an Invoker that runs keyed calls.
type keyer interface {
	startKeyed(ctx context.Context, q *Query)
}

// isKeyed reports whether t's call has a key that counts.
func (t *task) isKeyed() bool { return t.call.Meta.Key != "" && !t.p.ReadOnly }

// startKeyed starts the call, whose parameters are bound, in a transaction with
// its answer.
func (t *task) startKeyed() {
	k, ok := t.executor.invoker.(keyer)
	if !ok {
		t.finish(rpc.Unkeyed("this server has no keyed calls"))
		return
	}
	claim, err := newClaim(t, t.executor.expires)
	if err != nil {
		t.finish(err)
		return
	}
	t.claim, t.query.claim = claim, claim
	k.startKeyed(full(t.ctx), &t.query)
}

// keyedCalls runs keyed calls, each on a connection of its own for its length.
type keyedCalls struct {
	pool    *Pool
	slots   chan struct{} // holds an element for each connection that is not in use
	size    atomic.Int64  // how many connections there are
	cpu     chan struct{} // one for each that a call of LaneCPU may take
	turns   keyTurns
	ttl     time.Duration
	limit   int64 // calls that may wait
	running atomic.Int64
	bytes   atomic.Int64              // of the arguments of calls
	limits  [keepsNone + 1]*Statement // by what the connection keeps
	took    atomic.Int64              // nanoseconds of a call, on average
	told    atomic.Bool               // that keyed calls are not installed
	closing context.Context           // its end cancels every call
	close   context.CancelFunc
	logger  *slog.Logger
}

// newKeyedCalls takes config over, a copy of the lanes'.
func newKeyedCalls(ctx context.Context, config *pgxpool.Config, o LaneOptions) (*keyedCalls, error) {
	config.MaxConns = int32(o.Keyed) // #nosec G115 -- small
	config.MinConns, config.MinIdleConns = 0, 0
	pool, err := NewPool(ctx, config)
	if err != nil {
		return nil, err
	}
	k := &keyedCalls{
		pool: pool, slots: newSlots(o.Keyed), cpu: newSlots(o.CPU), ttl: o.KeyTTL, limit: int64(o.Queue) + int64(o.Keyed), logger: o.Logger,
	}
	k.size.Store(int64(o.Keyed))
	k.closing, k.close = context.WithCancel(context.Background())
	const idleLimit = ", pg_catalog.set_config('idle_in_transaction_session_timeout', $1, true)"
	k.limits[keepsOwn] = newHelper(timeoutHelper.SQL + idleLimit)
	k.limits[keepsTracked] = newHelper(pool.pooled.helper().SQL + idleLimit)
	k.limits[keepsNone] = k.limits[keepsTracked]
	return k, nil
}

// newSlots returns a channel that holds n elements.
func newSlots(n int) chan struct{} {
	slots := make(chan struct{}, n)
	for range n {
		slots <- struct{}{}
	}
	return slots
}

// defaultKeyed is how many connections keyed calls have: as they wait for the disk
// most of the time, more than cores.
func defaultKeyed() int { return min(4*runtime.GOMAXPROCS(0), 16) }

// shrink leaves but n connections, one at least.
func (k *keyedCalls) shrink(n int) {
	for range cap(k.slots) - max(n, 1) {
		select {
		case <-k.slots:
			k.size.Add(-1)
		default:
			return // they are in use: it is a default, no promise
		}
	}
}

// startKeyed runs q, which has a claim.
func (l *Lanes) startKeyed(ctx context.Context, q *Query) {
	if !l.begin(ctx, q) {
		return
	}
	k, size, key := l.keyed, int64(q.run.size), q.claim.id
	calls, bytes := k.running.Add(1), k.bytes.Add(size)
	turn, keys, ofCPU := k.turns.enter(key, q.Statement.Procedure.Lane == LaneCPU)
	end := func(err error) {
		k.turns.leave(key, turn)
		k.running.Add(-1)
		k.bytes.Add(-size)
		l.done(q, err)
	}
	wait := k.wait(keys, int(k.size.Load()))
	if q.Statement.Procedure.Lane == LaneCPU {
		wait = max(wait, k.wait(ofCPU, cap(k.cpu)))
	}
	full := calls > k.limit || bytes > maxQueuedBytes && calls > 1
	deadline, ok := ctx.Deadline()
	if full || ok && l.options.MaxWait >= 0 && wait > 0 && wait > time.Until(deadline) {
		end(overloaded(wait))
		return
	}
	l.ended.Go(func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(k.closing, cancel)()
		end(k.run(ctx, q, turn))
	})
}

// wait returns how long the last of so many calls waits for one of so many connections.
func (k *keyedCalls) wait(calls, connections int) time.Duration {
	return time.Duration(k.took.Load()) * time.Duration(max(calls-connections, 0)) / time.Duration(connections)
}

// observe learns how long a call took. Two that do so at once may lose one.
func (k *keyedCalls) observe(took time.Duration) {
	before := k.took.Load()
	k.took.Store(before + (int64(took)-before)/16)
}
