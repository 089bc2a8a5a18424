package pgcall

import (
	"sync/atomic"
	"time"
)

// Calls whose procedure takes longer than slowAfter on average get a connection
// of their own, until it takes less than fastBelow.
const (
	slowAfter = 5 * time.Millisecond
	fastBelow = 2 * time.Millisecond
)

// pace is how long calls of a procedure take in the database.
type pace struct {
	mean atomic.Int64 // nanoseconds; the last eight or so calls count most
	slow atomic.Bool
}

// observe counts one call. Of two at a time one may be lost.
func (p *pace) observe(d time.Duration) {
	mean := p.mean.Load()
	mean += (int64(d) - mean) / 8
	p.mean.Store(mean)
	switch slow := p.slow.Load(); {
	case !slow && mean > int64(slowAfter):
		p.slow.Store(true)
	case slow && mean < int64(fastBelow):
		p.slow.Store(false)
	}
}
