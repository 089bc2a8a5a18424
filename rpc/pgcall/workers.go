package pgcall

import (
	"context"
	"sync"
	"sync/atomic"
)

// workers are goroutines that run queries. A few wait for more to do, with
// stacks that have grown already.
type workers struct {
	serve func(context.Context, *Query)
	jobs  chan job // has no buffer: a job goes to a worker that waits, or to a new one
	limit int64    // workers that may wait
	idle  atomic.Int64
	alive sync.WaitGroup
	close sync.Once
}

type job struct {
	ctx context.Context // the query's own, for its length
	q   *Query
}

func newWorkers(limit int, serve func(context.Context, *Query)) *workers {
	return &workers{serve: serve, jobs: make(chan job), limit: int64(limit)}
}

// do has a worker run q.
func (w *workers) do(ctx context.Context, q *Query) {
	select {
	case w.jobs <- job{ctx, q}:
	default:
		w.alive.Add(1)
		go w.run(job{ctx, q})
	}
}

func (w *workers) run(j job) {
	defer w.alive.Done()
	for ok := true; ok; {
		w.serve(j.ctx, j.q)
		j = job{}
		if w.idle.Add(1) <= w.limit {
			j, ok = <-w.jobs
		} else {
			ok = false
		}
		w.idle.Add(-1)
	}
}

// stop ends the workers. Nothing may be under way or follow.
func (w *workers) stop() {
	w.close.Do(func() { close(w.jobs) })
	w.alive.Wait()
}
