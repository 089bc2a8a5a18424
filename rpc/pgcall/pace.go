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

// Reads share transactions while they take less than one part in shareShare of
// FastTimeout on average, because the first is answered with the last; and while
// one in failShare fails at most, because the others of its transaction run again.
const (
	shareShare = 50
	failShare  = 32
)

// pace is how calls of a procedure go in the database.
type pace struct {
	mean   atomic.Int64 // nanoseconds; the last eight or so calls count most
	failed atomic.Int64 // one part in failUnit of the calls; the last 64 or so count most
	slow   atomic.Bool
}

const failUnit = 1 << 20

// observe counts one call, where calls have limit on a shared connection. Of two
// at a time one may be lost.
func (p *pace) observe(d, limit time.Duration, failed bool) {
	mean := p.mean.Load()
	mean += (int64(d) - mean) / 8
	p.mean.Store(mean)
	if was := p.failed.Load(); failed {
		p.failed.Store(was + (failUnit-was)/64)
	} else if was > 0 {
		p.failed.Store(was - (was+63)/64)
	}
	switch slow := p.slow.Load(); {
	case !slow && mean > int64(limit/slowShare):
		p.slow.Store(true)
	case slow && mean < int64(limit/fastShare):
		p.slow.Store(false)
	}
}

// mayShare reports whether calls may share transactions.
func (p *pace) mayShare(limit time.Duration) bool {
	return p.mean.Load() < int64(limit/shareShare) && p.failed.Load() < failUnit/failShare
}
