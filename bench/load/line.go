package load

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// lateAfter is how far behind its due time a request may leave before it counts
// as late: less than that is how exact timers are on a busy machine.
const lateAfter = 10 * time.Millisecond

// window is when requests count, in time since the start of the run.
type window struct {
	from time.Duration
	to   atomic.Int64 // earlier when interrupted
}

func (w *window) end() time.Duration { return time.Duration(w.to.Load()) }

func (w *window) contains(t time.Duration) bool { return t >= w.from && t < w.end() }

// line is the requests of one connection, in flight and counted. It does no I/O
// and asks no clock.
type line struct {
	head    string // of every message, to the value of seq
	middle  string // from there to the parameters
	params  *Template
	numbers numbers
	step    int64 // between the numbers of requests
	window  *window
	pacer   *pacer // nil: closed loop
	framing framing

	slots []slot
	free  []int // indexes into slots
	body  []byte
	counts
}

// slot is a place for a request in flight. The seq of its requests are congruent
// to its index.
type slot struct {
	seq  uint64
	busy bool
	due  time.Duration
}

// counts are what a line has measured.
type counts struct {
	latency    Histogram
	done       uint64     // answers in the window
	failed     uint64     // those that are errors
	failures   *Histogram // their latency; nil: there are none
	errors     map[string]uint64
	mismatched uint64 // answers that nobody waited for
	late       uint64
	sent       uint64 // bytes in the window
	received   uint64
}

func newLine(inFlight int) *line {
	l := &line{slots: make([]slot, inFlight), free: make([]int, inFlight)}
	for i := range inFlight {
		l.slots[i].seq, l.free[i] = uint64(i), inFlight-1-i
	}
	return l
}

// inFlight returns how many requests have no answer.
func (l *line) inFlight() int { return len(l.slots) - len(l.free) }

// fill appends every request that is to leave now. next is when there will be
// another one; 0 when that depends on an answer.
func (l *line) fill(dst []byte, now time.Duration) (frames []byte, next time.Duration) {
	before := len(dst)
	for len(l.free) > 0 && !l.exhausted(now) {
		due := now
		if l.pacer != nil {
			due = l.pacer.next()
			if due > now {
				next = due
				break
			}
			l.pacer.take()
		}
		dst = l.start(dst, due, now)
	}
	if l.window.contains(now) {
		l.sent += uint64(len(dst) - before)
	}
	return dst, next
}

// exhausted reports whether no further request is to be made. In an open loop
// those that were due in time still are when it is over.
func (l *line) exhausted(now time.Duration) bool {
	if l.pacer != nil {
		now = l.pacer.next()
	}
	return now >= l.window.end()
}

func (l *line) start(dst []byte, due, now time.Duration) []byte {
	at := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	s := &l.slots[at]
	s.seq += uint64(len(l.slots))
	s.busy, s.due = true, due
	if now-due > lateAfter && l.window.contains(due) {
		l.late++
	}
	l.body = strconv.AppendUint(append(l.body[:0], l.head...), s.seq, 10)
	l.body = l.params.appendTo(append(l.body, l.middle...), l.numbers)
	l.numbers.i += l.step
	return l.framing.append(dst, append(l.body, '}'))
}

// take counts an answer that came at now.
func (l *line) take(message []byte, now time.Duration) error {
	a, err := parseAnswer(message)
	if err != nil {
		return err
	}
	at := int(a.seq % uint64(len(l.slots)))
	s := &l.slots[at]
	if !s.busy || s.seq != a.seq {
		l.mismatched++
		return fmt.Errorf("an answer with seq %d, which nobody waits for", a.seq)
	}
	s.busy = false
	l.free = append(l.free, at)
	if l.window.contains(s.due) {
		l.latency.Record(now - s.due)
	}
	if l.window.contains(now) {
		l.done++
		l.received += uint64(len(message))
	}
	if a.failed != "" {
		l.fail(a.failed, now)
		l.refused(s.due, now)
	}
	return nil
}

// refused counts the latency of an error.
func (l *line) refused(due, now time.Duration) {
	if !l.window.contains(due) {
		return
	}
	if l.failures == nil {
		l.failures = new(Histogram)
	}
	l.failures.Record(now - due)
}

func (l *line) fail(what string, now time.Duration) {
	if !l.window.contains(now) {
		return
	}
	if l.errors == nil {
		l.errors = map[string]uint64{}
	}
	l.errors[what]++
	l.failed++
}

// unanswered counts the requests of the window without an answer.
func (l *line) unanswered() uint64 {
	var n uint64
	for i := range l.slots {
		if l.slots[i].busy && l.window.contains(l.slots[i].due) {
			n++
		}
	}
	return n
}

// unsent counts the requests that were due in the window and never left.
func (l *line) unsent() uint64 {
	if l.pacer == nil {
		return 0
	}
	rest := *l.pacer
	var n uint64
	for due := rest.next(); due < l.window.end(); due = rest.next() {
		if l.window.contains(due) {
			n++
		}
		rest.take()
	}
	return n
}
