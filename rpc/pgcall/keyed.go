package pgcall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
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
	ttl     time.Duration
	limit   int64 // calls that may wait
	running atomic.Int64
	bytes   atomic.Int64                // of the arguments of calls
	outage  atomic.Pointer[keyedOutage] // nil: the database was reached the last time
	limits  [keepsNone + 1]*Statement   // by what the connection keeps
	took    atomic.Int64                // nanoseconds of a call, on average
	told    atomic.Bool                 // that keyed calls are not installed
	closing context.Context             // its end cancels every call
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
		pool: pool, slots: make(chan struct{}, o.Keyed), ttl: o.KeyTTL, limit: int64(o.Queue) + int64(o.Keyed), logger: o.Logger,
	}
	k.closing, k.close = context.WithCancel(context.Background())
	for range o.Keyed {
		k.slots <- struct{}{}
	}
	const idleLimit = ", pg_catalog.set_config('idle_in_transaction_session_timeout', $1, true)"
	k.limits[keepsOwn] = newHelper(timeoutHelper.SQL + idleLimit)
	k.limits[keepsTracked] = newHelper(pool.pooled.helper().SQL + idleLimit)
	k.limits[keepsNone] = k.limits[keepsTracked]
	return k, nil
}

// defaultKeyed is how many connections keyed calls have: as they wait for the disk
// most of the time, more than cores.
func defaultKeyed() int { return min(4*runtime.GOMAXPROCS(0), 16) }

// shrink leaves but n connections, one at least.
func (k *keyedCalls) shrink(n int) {
	for range cap(k.slots) - max(n, 1) {
		select {
		case <-k.slots:
		default:
			return // they are in use: it is a default, no promise
		}
	}
}

// startKeyed runs q, which has a claim.
func (l *Lanes) startKeyed(ctx context.Context, q *Query) {
	l.running.Add(1)
	if l.closed.Load() {
		l.done(q, unavailable(errClosed))
		return
	}
	q.run = progress{ctx: ctx}
	for _, arg := range q.Args {
		q.run.size += len(arg)
	}
	k, size := l.keyed, int64(q.run.size)
	calls, bytes := k.running.Add(1), k.bytes.Add(size)
	end := func(err error) {
		k.running.Add(-1)
		k.bytes.Add(-size)
		l.done(q, err)
	}
	if calls > k.limit || bytes > maxQueuedBytes && calls > 1 || k.late(ctx, calls) {
		end(overloaded())
		return
	}
	l.ended.Go(func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(k.closing, cancel)()
		end(k.run(ctx, q))
	})
}

// late reports whether the time of a call would be over before it is its turn.
func (k *keyedCalls) late(ctx context.Context, calls int64) bool {
	deadline, ok := ctx.Deadline()
	slots := int64(cap(k.slots))
	return ok && calls > slots && time.Duration((calls-slots)/slots*k.took.Load()) > time.Until(deadline)
}

// observe learns how long a call took. Two that do so at once may lose one.
func (k *keyedCalls) observe(took time.Duration) {
	before := k.took.Load()
	k.took.Store(before + (int64(took)-before)/16)
}

// run runs q until its outcome is known or its time is over.
func (k *keyedCalls) run(ctx context.Context, q *Query) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	var t keyedTries
	for {
		err := k.once(ctx, q, &t)
		if err == nil || !k.again(ctx, q, &t, err) {
			return t.meaning(ctx, err)
		}
		q.Sink.Reset()
	}
}

// keyedTries are the runs of one call.
type keyedTries struct {
	begun   bool // the database was reached
	unknown bool // a commit was sent and not answered, and no claim since
	breaks  int
}

// unreachedError is that of a call for which there was no connection, brokenError
// that of one whose connection broke.
type (
	unreachedError struct{ error }
	brokenError    struct {
		error
		sent bool
	}
)

// once runs q on a connection.
func (k *keyedCalls) once(ctx context.Context, q *Query, t *keyedTries) error {
	select {
	case <-k.slots:
		defer func() { k.slots <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := k.connect(ctx, t)
	if err != nil {
		return err
	}
	defer conn.Release()
	t.begun = true
	defer func(began time.Time) { k.observe(time.Since(began)) }(time.Now())
	x := keyedExchange{conn: conn.Conn(), q: q, limits: k.limits, seconds: max(int64(k.ttl/time.Second), 1)}
	if err = x.run(ctx); errors.Is(err, errAnswered) {
		err = x.replay(ctx)
	}
	t.unknown = t.unknown && !x.claimed
	if err == nil {
		return nil
	}
	gone, sent := lost(x.conn, err)
	switch {
	case gone:
		t.unknown = t.unknown || x.commits && sent
		return &brokenError{err, sent}
	case isReadOnly(err):
		hangUp(x.conn.PgConn()) // a primary that became a standby
	case isUnkeyed(err) && !k.told.Swap(true):
		k.logger.Warn("keyed calls are refused: what they need is not installed in the database", "error", err,
			"remedy", "spgen migrate, or the SQL that spgen migrate --runtime-sql prints")
	}
	return forgetStale(ctx, x.conn, q, err)
}

func isUnkeyed(err error) bool {
	var e *rpc.Error
	return errors.As(err, &e) && e.Code == rpc.CodeInvalidRequest && errors.Unwrap(e) != nil
}

// maxBreaks is how many connections may break under a call: a call that ends its
// backend each time must not do so for long.
const maxBreaks = 5

// again reports whether q is to run once more, after a pause where one is due.
func (k *keyedCalls) again(ctx context.Context, q *Query, t *keyedTries, err error) bool {
	var (
		broken    *brokenError
		unreached *unreachedError
	)
	switch {
	case ctx.Err() != nil:
		return false
	case errors.As(err, &unreached):
		return t.begun && pauseFor(ctx, firstBackoff+jitter(firstBackoff))
	case errors.As(err, &broken):
		if broken.sent {
			t.breaks++
		}
		return t.breaks < maxBreaks && q.run.mayFail() && pauseFor(ctx, jitter(maxPause))
	case errors.Is(err, errAnswered): // the answer expired in this moment
		return q.run.mayFail()
	case collided(q, err):
		return q.run.mayRepeat() && pauseFor(ctx, jitter(maxPause))
	case isStale(err):
		return q.run.mayFail() && int(q.run.useless) <= cap(k.slots)+1
	}
	return false
}

// meaning returns what a call that ended with err is answered with.
func (t *keyedTries) meaning(ctx context.Context, err error) error {
	var (
		broken    *brokenError
		unreached *unreachedError
	)
	switch {
	case err == nil:
		return nil
	case t.unknown:
		return rpc.NewError(rpc.CodeUnavailable, "the connection to the database broke: send the call again with the same key").
			WithData(map[string]bool{"keyed": true}).AsRetryable().WithCause(err)
	case !errors.As(err, &broken) && !errors.As(err, &unreached) && !errors.Is(err, errAnswered):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return unavailable(err)
}
