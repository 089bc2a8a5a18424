package pgcall

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spgen/spgen/rpc"
)

// run runs q, when it is its turn, until its outcome is known or its time is over.
func (k *keyedCalls) run(ctx context.Context, q *Query, turn *keyTurn) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if err := turn.take(ctx); err != nil {
		return held(err)
	}
	defer turn.giveBack()
	var t keyedTries
	for {
		err := k.once(ctx, q, &t)
		if err == nil || !k.again(ctx, q, &t, err) {
			return t.meaning(ctx, err)
		}
		q.Sink.Reset()
	}
}

// errHeld is for a call whose time ends while another one has its key, and may have
// its effect.
var errHeld = rpc.NewError(rpc.CodeDeadlineExceeded, "the call ran out of time while another one with its key was running: send it again with the same key").
	WithData(map[string]bool{"keyed": true}).AsRetryable()

// held returns what err, which ended the wait for a key, means.
func held(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return errHeld.WithCause(err)
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

// slot waits until q may take a connection, and returns what ends that.
func (k *keyedCalls) slot(ctx context.Context, q *Query) (giveBack func(), err error) {
	needed := []chan struct{}{k.slots}
	if q.Statement.Procedure.Lane == LaneCPU {
		needed = []chan struct{}{k.cpu, k.slots}
	}
	for i, slots := range needed {
		select {
		case <-slots:
		case <-ctx.Done():
			for _, taken := range needed[:i] {
				taken <- struct{}{}
			}
			return nil, ctx.Err()
		}
	}
	return func() {
		for _, taken := range needed {
			taken <- struct{}{}
		}
	}, nil
}

// once runs q on a connection.
func (k *keyedCalls) once(ctx context.Context, q *Query, t *keyedTries) error {
	giveBack, err := k.slot(ctx, q)
	if err != nil {
		return err
	}
	defer giveBack()
	conn, err := k.connect(ctx)
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
		return t.begun && awaitDatabase(ctx, err)
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
		return q.run.mayFail() && int64(q.run.useless) <= k.size.Load()+1
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
