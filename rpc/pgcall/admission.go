package pgcall

import (
	"context"
	"math"
	"time"

	"github.com/spgen/spgen/rpc"
)

// DefaultMaxWait is how long a call may have to wait for a connection, by what
// the set is measured to do, before it is refused.
const DefaultMaxWait = time.Second

// slack is how many halves of the mean time of a call most calls take at most.
const slack = 3

// admission refuses calls that would wait for too long. It measures how many calls
// of a set are done a second while others wait, which is all that the database can
// do; without calls that wait it measures nothing and costs nothing. The set's mutex
// guards it.
type admission struct {
	taken   int       // calls that were given to connections, less those that came back
	waits   bool      // calls have waited since a look, or would have had to
	began   time.Time // the first
	flows   bool      // some were done meanwhile
	paused  bool      // the database seemed to pause at the last look
	since   time.Time // when it was last looked, and some were done
	seen    time.Time // the same, while calls waited from one look to the next
	done    int       // calls that were done by then
	from    time.Time // when the count that is measured next began
	count   int       // calls that were done since
	rate    float64   // calls done a second; 0: not known
	loaded  int       // calls in flight
	open    int       // connections that take calls
	perCall time.Duration
}

const (
	lookInterval = 5 * time.Millisecond   // between two looks at the rate, at least
	rateCalls    = 2                      // of a connection are measured one after the other, at least
	rateMemory   = 100 * time.Millisecond // what was done before this, or twice rateCalls, counts little
	pauseShare   = 4                      // the rate of a longer time falls by this or more: the database paused
	rateExpiry   = time.Second            // after so long without calls that wait, or four times rateCalls, the rate is unknown
)

// look measures, when calls were just taken and others wait, or would, or did until
// now.
func (s *laneSet) look(now time.Time) {
	a := &s.admission
	waits := s.queue.calls > 0
	if !a.waits {
		if waits {
			s.startLooking(now)
		}
		return
	}
	a.waits = waits || s.full()
	if now.Sub(a.since) < lookInterval {
		return
	}
	s.survey()
	n := s.finished() - a.done // less than none where calls came back that a broken connection had
	a.done += n
	if n > 0 {
		if a.flows { // the first of all may have waited for a connection to be made
			a.measure(n, now)
			s.adapt(now, n)
		} else {
			a.from, a.count = now, 0
		}
		a.flows, a.since = true, now
	}
}

// finished returns how many of the calls that were taken are done. Those that were
// cut when their time was over are not.
func (s *laneSet) finished() int {
	return s.admission.taken - s.admission.loaded - int(s.cut.Load())
}

// full reports whether a call would have to wait.
func (s *laneSet) full() bool {
	for _, l := range s.lanes[:s.takers()] {
		if l.state.Load() == laneOpen && l.load.Load() < l.most.Load() {
			return false
		}
	}
	return true
}

// some returns how long rateCalls of a connection take.
func (a *admission) some() time.Duration { return rateCalls * a.perCall }

// expiry returns after how long without calls that wait the rate is unknown.
func (a *admission) expiry() time.Duration { return max(rateExpiry, 4*a.some()) }

// adapt learns that n more calls were done, and has as many connections take calls
// as that is worth. Only calls that may write have more than there are cores. Where
// one of the connections is missing it may be of those that would be left.
func (s *laneSet) adapt(now time.Time, n int) {
	switch most := s.usable(); {
	case s.class != classWrite:
	case s.opened() < most:
		s.widen(false)
	default:
		s.width.observe(now, n, s.admission.perCall, min(fewestTakers, most), most)
		s.narrow.Store(int32(s.width.now)) // #nosec G115 -- small
	}
}

// opened returns how many of the lanes to use have a connection.
func (s *laneSet) opened() (n int) {
	for _, l := range s.lanes[:s.usable()] {
		if l.state.Load() == laneOpen {
			n++
		}
	}
	return n
}

// relax widens the set when no calls have waited for a while: those that do not
// wait tell nothing of how many connections they are worth.
func (s *laneSet) relax(now time.Time) {
	if s.narrow.Load() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.calls == 0 && now.Sub(s.admission.seen) > s.admission.expiry() {
		s.widen(true)
	}
}

// widen has all connections take calls again. The width that was worth it before is
// remembered if so.
func (s *laneSet) widen(remember bool) {
	s.width.rest(remember)
	s.narrow.Store(0)
}

// measure learns that n more calls were done by now. A database that pauses does as
// much as before afterwards: only the second time that says so is believed.
func (a *admission) measure(n int, now time.Time) {
	a.seen = now
	a.count += n
	d, memory := now.Sub(a.from), max(rateMemory, 2*a.some())
	if d < a.some() {
		return
	}
	rate := float64(a.count) / d.Seconds()
	a.from, a.count = now, 0
	if a.rate == 0 {
		a.rate = rate
		return
	}
	if a.paused = !a.paused && d > memory && rate < a.rate/pauseShare; a.paused {
		return
	}
	a.rate += (rate - a.rate) * float64(d) / float64(d+memory)
}

// startLooking begins to measure.
func (s *laneSet) startLooking(now time.Time) {
	a := &s.admission
	if idle := now.Sub(a.seen); idle > a.expiry() {
		a.rate = 0
		s.widen(true)
		s.width.resume(idle)
	}
	s.width.interrupt(now)
	s.narrow.Store(int32(s.width.now)) // #nosec G115 -- small
	s.survey()
	a.waits, a.flows, a.began, a.since, a.done = true, false, now, now, s.finished()
}

// relearn forgets what was measured, when a connection was made or lost: calls that
// wait have waited for that, too.
func (s *laneSet) relearn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admission.rate, s.admission.waits = 0, false
	s.widen(false)
}

// survey sums up the connections. How long a call takes is known from those that
// take calls now.
func (s *laneSet) survey() {
	open, perCall, takers := 0, int64(0), s.takers()
	s.admission.loaded = 0
	for i, l := range s.lanes {
		s.admission.loaded += int(l.load.Load())
		if i < takers && l.state.Load() == laneOpen {
			open, perCall = open+1, perCall+l.perCall.Load()
		}
	}
	s.admission.open = max(open, 1)
	s.admission.perCall = time.Duration(perCall) / time.Duration(s.admission.open)
}

// admit returns why q is not to wait behind the calls that do, or nil. A call may
// wait for half of the time that it has, or for less where calls take so long that
// it would not be done in the rest. Once calls have waited for
// LaneOptions.MaxWait, so that this is more than a burst, it may wait for no longer
// than that, or as long as calls take if that is more. Without a connection nothing
// is known. MaxWait below 0 leaves the bounds of the queue.
func (s *laneSet) admit(q *Query) error {
	full := s.queue.calls >= s.of.options.Queue || s.queue.bytes > maxQueuedBytes
	if s.of.options.MaxWait < 0 && !full {
		return nil
	}
	if s.queue.calls == 0 {
		if s.admission.waits && !s.full() { // also where those that waited ran out of time and were not taken
			s.admission.waits = false
		}
		return nil
	}
	now := time.Now()
	if !s.admission.waits {
		s.startLooking(now)
	}
	limit := max(s.of.options.MaxWait, s.admission.perCall)
	if now.Sub(s.admission.began) < s.of.options.MaxWait {
		limit = math.MaxInt64
	}
	if deadline, ok := q.run.ctx.Deadline(); ok {
		left := deadline.Sub(now)
		if left <= 0 {
			return orContext(q.run.ctx, context.DeadlineExceeded)
		}
		limit = min(limit, left/2, left-slack*s.admission.perCall/2)
	}
	wait := s.admission.wait(now, s.queue.calls)
	if full || wait > limit && s.open() {
		return overloaded(wait)
	}
	return nil
}

// wait returns how long a call would wait behind so many. Until the rate is known,
// it is what the connections do that go on as they did.
func (a *admission) wait(now time.Time, calls int) time.Duration {
	stalled := now.Sub(a.since) // nothing was done meanwhile, or not looked at yet
	ahead := float64(calls + a.loaded)
	if a.rate == 0 {
		return max(stalled, time.Duration(ahead*float64(a.perCall)/float64(a.open)))
	}
	return max(stalled, time.Duration(ahead/a.rate*float64(time.Second)))
}

// open reports whether there is a connection.
func (s *laneSet) open() bool {
	for _, l := range s.lanes {
		if l.state.Load() == laneOpen {
			return true
		}
	}
	return false
}

// hopeless reports whether q would begin after its time is over, behind so many
// calls on l.
func (l *lane) hopeless(q *Query, ahead int, now time.Time) bool {
	deadline, ok := q.run.ctx.Deadline()
	return ok && ahead > 0 && l.set.of.options.MaxWait >= 0 && deadline.Sub(now) < time.Duration(int64(ahead)*l.perCall.Load())
}

// aheadTime is how much work a shared connection may have before it. More would
// gain nothing: a call waits as well where it may still be refused.
const aheadTime = 10 * time.Millisecond

// overrun learns that a call was cut after d, when its time was over. Nothing was
// done, and it would have taken longer.
func (l *lane) overrun(d time.Duration) {
	l.set.cut.Add(1)
	if int64(d) > l.perCall.Load() {
		l.observe(1, d)
	}
}

// observe learns that n calls took the time d each, which counts for more the more
// calls it is of and the longer they take. It is the reader's.
func (l *lane) observe(n int, d time.Duration) {
	mean := l.perCall.Load()
	if mean == 0 {
		mean = int64(d)
	} else {
		d = min(d, 4*time.Duration(mean)+time.Millisecond) // a pause is not what calls take
		weight := max(min(int64(n), 8), min(int64(d/aheadTime), 4))
		mean += (int64(d) - mean) * weight / 8
	}
	l.perCall.Store(mean)
}

// depth returns how many calls may be in flight on a shared connection: two, so
// that the next is there when one is done, and as many as take aheadTime. Calls that
// take longer themselves go one by one: what they would gain is nothing to that.
func (l *lane) depth() int32 {
	switch mean := l.perCall.Load(); {
	case mean == 0: // not known
		return sharedWindow
	case mean > int64(aheadTime):
		return 1
	default:
		return int32(min(int64(aheadTime)/mean+2, sharedWindow)) // #nosec G115 -- small
	}
}

// maxRetryAfter bounds what a refused client is told to wait.
const maxRetryAfter = 30 * time.Second

// tooMuch is for a call that is refused before any work is done.
var tooMuch = rpc.NewError(rpc.CodeOverloaded, "the server has more to do than it can: try again later").WithCause(errQueueFull)

// overloaded is the error for a call that would wait for about so long.
func overloaded(wait time.Duration) error { return tooMuch.RetryAfter(min(wait, maxRetryAfter)) }
