package rpc

import (
	"context"
	"time"
)

// callContext is the context of a call: it ends with the connection, at the
// call's deadline, when the call is cancelled, and when it is answered. Most
// calls are answered without anybody having waited for that, so that it makes no
// timer and no channel before somebody asks for Done. It is the Call itself by
// another name, and of no use after Finish; what Full returns lasts.
type callContext Call

// Deadline implements context.Context.
func (c *callContext) Deadline() (time.Time, bool) { return c.deadline, true }

// Done implements context.Context.
func (c *callContext) Done() <-chan struct{} { return c.Full().Done() }

// Err implements context.Context.
func (c *callContext) Err() error {
	if c.cancel.Load() == &cancelled {
		return context.Canceled
	}
	if err := c.root.Err(); err != nil {
		return err
	}
	if !time.Now().Before(c.deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// Value implements context.Context.
func (c *callContext) Value(key any) any { return c.root.Value(key) }

// AfterFunc is for package context, which would otherwise have a goroutine look at
// the call after Finish.
func (c *callContext) AfterFunc(f func()) (stop func() bool) { return context.AfterFunc(c.Full(), f) }

// Full returns a context that ends when c does, for those that wait for that or
// hand it on.
func (c *callContext) Full() context.Context {
	c.fullMu.Lock()
	defer c.fullMu.Unlock()
	if c.full == nil {
		ctx, cancel := context.WithDeadline(c.root, c.deadline)
		(*Call)(c).start(cancel)
		c.full = ctx
	}
	return c.full
}
