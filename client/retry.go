package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/tidwall/gjson"
)

// attempts are those of one call.
type attempts struct {
	key      string // that it is sent with; "" for none
	made     string // the key, if it is not the caller's own; "" until it is needed
	given    bool   // it is the caller's own
	sent     bool   // one of them may have taken effect
	failures int
	broke    *ClosedError // the end of one that was sent
}

// persist makes a call until it is answered for good, its context ends, or it may
// not be sent again.
func (c *Conn) persist(ctx context.Context, method uint32, params pgval.Object) ([]byte, error) {
	a := attempts{key: givenKey(ctx)}
	a.given = a.key != ""
	for {
		l, err := c.keeper.current(ctx)
		if err != nil {
			return nil, a.of(err)
		}
		a.choose(l, method)
		result, err := c.send(ctx, l, method, params, a.key)
		a.learn(err)
		if err == nil || !c.again(ctx, l, &a, method, err) {
			return result, a.of(a.over(ctx, err))
		}
	}
}

// choose says which key the next attempt has, on l. One that was sent keeps its own.
func (a *attempts) choose(l *link, method uint32) {
	switch {
	case a.given, a.sent:
	case !l.takesKeys(method):
		a.key = ""
	default:
		if a.made == "" {
			a.made = newKey()
		}
		a.key = a.made
	}
}

// learn notes what err, with which an attempt ended, says of its effect.
func (a *attempts) learn(err error) {
	var (
		closed *ClosedError
		answer *rpc.Error
	)
	switch {
	case errors.As(err, &closed):
		if closed.Sent {
			a.sent, a.broke = true, closed
		}
	case errors.As(err, &answer):
		a.sent = a.sent || gjson.GetBytes(answer.Data, "keyed").Type == gjson.True
	}
}

// again reports whether a call that ended with err on l may be sent again, after
// the pause that is due.
func (c *Conn) again(ctx context.Context, l *link, a *attempts, method uint32, err error) bool {
	var (
		closed *ClosedError
		answer *rpc.Error
	)
	switch {
	case ctx.Err() != nil:
		return false
	case errors.As(err, &closed):
		return !closed.Sent || a.key != "" && !closed.ofMessage()
	case !errors.As(err, &answer):
		return false
	case refusesKeys(answer) && !a.given && a.key != "" && !a.sent:
		l.refusedKey(method)
		return true
	case !answer.Retryable:
		return false
	}
	pause := retryAfter(answer)
	if pause <= 0 {
		pause = c.keeper.o.pause(a.failures)
	}
	a.failures++
	deadline, ok := ctx.Deadline()
	return (!ok || time.Until(deadline) > pause) && sleep(ctx, pause)
}

// over returns the error of a call that has no time for another attempt. One that
// may have taken effect does not look as if it could be made again: that would be
// with another key.
func (a *attempts) over(ctx context.Context, err error) error {
	var (
		closed *ClosedError
		answer *rpc.Error
	)
	switch {
	case ctx.Err() != nil && errors.As(err, &closed):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case errors.As(err, &answer) && answer.Retryable && a.sent && !a.given:
		final := *answer
		final.Retryable = false
		return fmt.Errorf("%w: the call may have taken effect: %w", context.DeadlineExceeded, &final)
	case errors.As(err, &answer) && a.broke != nil && ofAttempt(answer):
		return fmt.Errorf("%w; it was sent before: %w", err, a.broke)
	}
	return err
}

// ofAttempt reports whether e may say something of one attempt alone: the server
// answers so without knowing what became of others with the same key.
func ofAttempt(e *rpc.Error) bool {
	return slices.Contains([]rpc.Code{
		rpc.CodeInvalidRequest, rpc.CodeMethodNotFound, rpc.CodeUnauthenticated, rpc.CodePermissionDenied,
		rpc.CodeDeadlineExceeded, rpc.CodeCancelled, rpc.CodeSchemaDrift, rpc.CodeInternal,
	}, e.Code)
}

// of returns err as that of the call: a request that was sent once is not unsent
// because the next attempt was not made.
func (a *attempts) of(err error) error {
	var (
		closed  *ClosedError
		refused *RefusedError
		answer  *rpc.Error
	)
	switch {
	case errors.As(err, &refused) && a.broke != nil:
		return fmt.Errorf("%w; the request was sent before: %w", err, a.broke)
	case !errors.As(err, &closed), errors.As(err, &answer), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return err
	}
	forCall := *closed
	forCall.ofCall, forCall.Sent = true, closed.Sent || a.sent
	return &forCall
}

// refusesKeys reports whether e says that the method takes no keys, and did nothing.
func refusesKeys(e *rpc.Error) bool {
	return e.Code == rpc.CodeInvalidRequest && gjson.GetBytes(e.Data, "keyed").Type == gjson.False
}

// retryAfter returns the pause that the server asks for, or 0.
func retryAfter(e *rpc.Error) time.Duration {
	const longest = 24 * 60 * 60 * 1000
	ms := gjson.GetBytes(e.Data, "retry_after_ms").Float()
	return time.Duration(min(max(ms, 0), longest) * float64(time.Millisecond))
}
