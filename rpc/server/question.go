package server

import (
	"context"
	"sync"
)

// question is one that many may ask at a time, and that is answered for all of them
// together: anybody may ask for /readyz, and none of them is to take connections to
// the database that calls wait for.
type question struct {
	mu  sync.Mutex // guards what follows
	now *asking    // nil: nobody asks
}

// asking is a question that is not answered yet.
type asking struct {
	done chan struct{} // closed when err is the answer
	err  error
}

// ask returns what answer does, which is called by the first of those who ask at a
// time, and has readyTimeout for it.
func (q *question) ask(ctx context.Context, answer func(context.Context) error) error {
	q.mu.Lock()
	if a := q.now; a != nil {
		q.mu.Unlock()
		select {
		case <-a.done:
			return a.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	a := &asking{done: make(chan struct{}), err: ErrStarting}
	q.now = a
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		q.now = nil
		q.mu.Unlock()
		close(a.done)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTimeout) // others wait for it, too
	defer cancel()
	a.err = answer(ctx)
	return a.err
}
