package pgcall

import (
	"sync/atomic"
	"time"
)

// Calls of a procedure get a connection of their own when they take longer than
// one part in slowShare of the time that they have on a shared one, on average,
// until they take less than one in fastShare.
const (
	slowShare = 10
	fastShare = 25
)

// pace is how long calls of a procedure take in the database.
type pace struct {
	mean atomic.Int64 // nanoseconds; the last eight or so calls count most
	slow atomic.Bool
}

// observe counts one call, where calls have limit on a shared connection. Of two
// at a time one may be lost.
func (p *pace) observe(d, limit time.Duration) {
	mean := p.mean.Load()
	mean += (int64(d) - mean) / 8
	p.mean.Store(mean)
	switch slow := p.slow.Load(); {
	case !slow && mean > int64(limit/slowShare):
		p.slow.Store(true)
	case slow && mean < int64(limit/fastShare):
		p.slow.Store(false)
	}
}
