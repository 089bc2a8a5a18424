package pgcall

import (
	"sync/atomic"
	"time"
)

// Calls of a procedure get a connection of their own when they take longer than
// one part in slowShare of the time that they have on a shared one, on average,
// until they take less than two fifths of that. One call is enough that takes all
// of that time even there. Where the disk is slow all writes take long, and would
// do so on their own: up to one part in patientShare is no sign before it is
// slowWrite times what quick ones take.
const (
	slowShare    = 10
	patientShare = 2
	slowWrite    = 8
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

// observe counts one call, perhaps on a connection of its own, where calls have
// limit on a shared one, and quick ones of its kind take so long. Of two at a time
// one may be lost.
func (p *pace) observe(d, limit, quick time.Duration, own, failed bool) {
	mean := p.mean.Load()
	mean += (int64(d) - mean) / 8
	p.mean.Store(mean)
	if was := p.failed.Load(); failed {
		p.failed.Store(was + (failUnit-was)/64)
	} else if was > 0 {
		p.failed.Store(was - (was+63)/64)
	}
	most := int64(max(limit/slowShare, min(slowWrite*quick, limit/patientShare)))
	switch slow := p.slow.Load(); {
	case !slow && (mean > most || own && d >= limit):
		p.slow.Store(true)
	case slow && mean < most*2/5:
		p.slow.Store(false)
	}
}

// mayShare reports whether calls may share transactions.
func (p *pace) mayShare(limit time.Duration) bool {
	return p.mean.Load() < int64(limit/shareShare) && p.failed.Load() < failUnit/failShare
}

// quartile is about what the quickest quarter of calls takes at most.
type quartile struct{ atomic.Int64 }

// observe counts one call and returns the quartile. A call that was answered
// together with another has taken no time of its own, and says nothing. Of two at
// a time one may be lost.
func (q *quartile) observe(d time.Duration) time.Duration {
	const part = 64
	at := q.Load()
	switch step := at/part + 1; {
	case d == 0:
	case at == 0:
		at = int64(d)
	case at < int64(d):
		at += step
	default:
		at = max(at-3*step, 1)
	}
	q.Store(at)
	return time.Duration(at)
}
