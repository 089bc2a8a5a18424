package client

import (
	"context"
	"fmt"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/tidwall/gjson"
)

// Conn is a connection to a server. Its methods may be called from any
// goroutine. Close it when it is no longer needed.
type Conn struct {
	link       *link   // the only one, if keeper is nil
	keeper     *keeper // of links; nil: the Conn does not reconnect
	timeout    time.Duration
	maxRequest int
}

// Call calls the method with that ID and waits for its answer. params is nil
// for a method without parameters. decode reads the JSON of the result, which
// is the call's own memory and may be kept; see Into, Value and Void. A nil
// decode ignores the result.
//
// An error answer is returned as an *rpc.Error. When ctx ends first, Call
// returns ctx.Err() at once and tells the server to stop the work, which may
// have taken effect nevertheless. The deadline of ctx, or else the connection's
// timeout, is sent along. When the connection is lost, the error is a
// *ClosedError.
func (c *Conn) Call(ctx context.Context, method uint32, params pgval.Object, decode func(result []byte) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, ok := ctx.Deadline(); !ok && c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	roundTrip := c.roundTrip
	if c.keeper != nil {
		roundTrip = c.persist
	}
	result, err := roundTrip(ctx, method, params)
	if err != nil || decode == nil {
		return err
	}
	if err := decode(result); err != nil {
		return fmt.Errorf("method %d: read the result: %w; "+
			"if the API has changed, generate the client again", method, err)
	}
	return nil
}

// roundTrip sends one request and returns the result of its answer.
func (c *Conn) roundTrip(ctx context.Context, method uint32, params pgval.Object) ([]byte, error) {
	return c.send(ctx, c.link, method, params, givenKey(ctx))
}

// send is roundTrip on l, with a key if it is not "".
func (c *Conn) send(ctx context.Context, l *link, method uint32, params pgval.Object, key string) ([]byte, error) {
	call := newCall(method, l.nextSeq())
	var err error
	if call.frame, err = appendRequest(make([]byte, 0, 128), call, params, timeLeft(ctx), key); err != nil {
		return nil, fmt.Errorf("method %d: %w", method, err)
	}
	if err := checkRequest(call.frame, c.maxRequest); err != nil {
		return nil, fmt.Errorf("method %d: %w", method, err)
	}
	return l.exchange(ctx, call)
}

// Ping calls the server and returns its time.
func (c *Conn) Ping(ctx context.Context) (time.Time, error) {
	var now time.Time
	err := c.Call(ctx, rpc.PingID, nil, func(result []byte) (err error) {
		now, err = time.Parse(time.RFC3339Nano, gjson.GetBytes(result, "time").String())
		return err
	})
	return now, err
}

// Close ends the connection: calls in flight fail, the server is told, and all
// goroutines have ended when Close returns, after two seconds at most. It may
// be called more than once; the error is always nil.
func (c *Conn) Close() error {
	if c.keeper != nil {
		c.keeper.close()
		return nil
	}
	c.link.fail(&ClosedError{Code: closeNormal, Reason: "Close was called", local: true}, closeNormal)
	<-c.link.ended
	return nil
}

// Done returns a channel that is closed when the connection is lost or closed;
// with WithReconnect, when it is lost for good.
func (c *Conn) Done() <-chan struct{} {
	if c.keeper != nil {
		return c.keeper.done
	}
	return c.link.done
}

// Err returns why the connection ended, or nil while it is open: a *ClosedError,
// or, with WithReconnect, the *RefusedError of the last attempt to connect.
func (c *Conn) Err() error {
	if c.keeper != nil {
		return c.keeper.failure()
	}
	if err := c.link.closed(); err != nil {
		return err
	}
	return nil
}
