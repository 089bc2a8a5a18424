package rpc

import (
	"net/netip"
	"time"
)

// place is what failures are counted by: an account and an address, or one of them.
type place struct {
	account [16]byte
	address netip.Addr
	method  uint32 // that has no accounts, by which its failures are counted
}

// record is how logins went in one place.
type record struct {
	failures int
	pending  int       // calls in flight
	until    time.Time // the next may begin; of an address: when all is forgiven
	last     time.Time
	good     bool // one has succeeded
}

// blank reports whether r says no more than no record would. Such are not kept:
// calls that come to nothing are not counted, and would crowd out those that are.
func (r *record) blank() bool { return r.failures == 0 && r.pending == 0 && !r.good }

// delay returns how long a call must wait where so many failures are free. Then
// they are tried one by one.
func (r *record) delay(now time.Time, free int) time.Duration {
	if r == nil {
		return 0
	}
	failures, pending := r.failures, r.pending
	if now.Sub(r.last) > forgetAfter {
		failures = 0
	}
	if r.good {
		pending /= trusted
	}
	switch {
	case failures+pending < free:
		return 0
	case pending > 0:
		return max(r.until.Sub(now), firstDelay)
	}
	return r.until.Sub(now)
}

// fail counts a failure. The delay doubles with each that is not free, up to most.
func (r *record) fail(now time.Time, free int, most time.Duration) {
	if r == nil {
		return
	}
	if now.Sub(r.last) > forgetAfter {
		r.failures = 0
	}
	r.failures++
	r.last = now
	if over := r.failures - free; over >= 0 {
		r.good = false
		r.until = now.Add(min(firstDelay<<min(over, 30), most))
	}
}

// debt returns how long a call of an address must wait that may fail so often a
// minute. Calls in flight count where they name accounts: tokens are not guessed, and
// many clients of one address may come back at once.
func (r *record) debt(now time.Time, free int, named bool) time.Duration {
	if r == nil {
		return 0
	}
	pending := 0
	if named {
		pending = r.pending
	}
	each := time.Minute / time.Duration(free)
	room := time.Minute - each*time.Duration(pending) - max(r.until.Sub(now), 0)
	if room >= each {
		return 0
	}
	return each - room
}

// owe counts a failure of an address.
func (r *record) owe(now time.Time, free int) {
	if r == nil {
		return
	}
	if r.until.Before(now) {
		r.until = now
	}
	r.until = r.until.Add(time.Minute / time.Duration(free))
	r.failures++
	r.last = now
}

// maxRecords bounds the memory, to about 20 MB.
const maxRecords = 1 << 17

// records are bounded. One that makes room is the least of some that are picked at
// random, so that who wants to be forgotten has to have all others fail as often.
type records map[place]*record

// enter counts a call in flight, in one of so many places at most.
func (all records) enter(p place, now time.Time, most int) *record {
	r := all[p]
	if r == nil {
		if len(all) >= most {
			all.evict(now)
		}
		r = &record{last: now}
		all[p] = r
	}
	r.pending++
	return r
}

// picked is how many records are looked at to make room.
const picked = 16

// evict takes out the record that is worth the least of some: of those without a
// call in flight the one with the fewest failures that count, and the oldest.
func (all records) evict(now time.Time) {
	var least place
	var worst *record
	n := 0
	for p, r := range all { // in random order
		if n++; n > picked && worst != nil {
			break
		}
		if r.pending > 0 {
			continue
		}
		if worst == nil || r.less(worst, now) {
			least, worst = p, r
		}
	}
	if worst != nil {
		delete(all, least)
	}
}

// less reports whether r is worth less than other.
func (r *record) less(other *record, now time.Time) bool {
	if a, b := r.worth(now), other.worth(now); a != b {
		return a < b
	}
	return r.last.Before(other.last)
}

// goodWorth is how many failures a success is worth: who has logged in is not
// forgotten because others fail with names that they make up.
const goodWorth = DefaultFreeFailures

func (r *record) worth(now time.Time) int {
	worth := 0
	if r.good {
		worth = goodWorth
	}
	if now.Sub(r.last) > forgetAfter {
		return worth
	}
	return max(worth, r.failures)
}

// verdict is what became of a login.
type verdict uint8

const (
	undecided verdict = iota // it came to nothing
	failed
	succeeded
)

// judge says what became of a call that was to open a session: a failure is what the
// API or its database answered, not that it could not.
func judge(e *Error, opened bool) verdict {
	switch {
	case e == nil && opened:
		return succeeded
	case e == nil, e.Code > 0:
		return failed
	}
	switch e.Code {
	case CodeRaised, CodeUnauthenticated, CodePermissionDenied, CodeConstraintViolation:
		return failed
	case CodeInvalidParams:
		if e.cause != nil { // the database's
			return failed
		}
	}
	return undecided
}
