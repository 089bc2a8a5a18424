package pgcall

import "time"

// width is how many connections of a set take calls while others wait. Commits that
// wait for a disk are many side by side; calls that take CPU time gain nothing
// from more connections than PostgreSQL has cores, and keep each other, and the
// server where it is on the same machine, from their turn. Which of them it is shows
// only when it is tried: half of the connections are enough if about as many
// calls are done. The set's mutex guards it.
type width struct {
	was    int           // what now was before the set had nothing that waits; 0: not known
	now    int           // connections that take calls; 0: all
	from   int           // what it was before the trial that runs; 0: none runs
	before float64       // calls a second before the trial
	widen  bool          // the next trial is of more connections
	done   int           // calls since
	since  time.Time     // when counting began
	next   time.Time     // when the next trial may begin
	pause  time.Duration // after a trial that gained nothing
}

const (
	fewestTakers  = 2
	trialTime     = 100 * time.Millisecond // for which the calls are counted, at least
	trialSettling = 30 * time.Millisecond  // in which calls end that were in flight before a trial, at least
	trialCalls    = 8                      // of a connection are counted one after the other, at least
	trialKeeps    = 0.95                   // as many calls are done on fewer connections, but for what counting them is wrong by
	trialGains    = 1.1                    // more calls are done on more connections
	shortestPause = 5                      // times as long as a trial, after one that gained nothing; it doubles
	longestPause  = 50                     // the same, at most
)

// observe learns that n more calls were done at now, while others waited, of a set
// that has most connections and needs least of them, and how long a call takes.
func (w *width) observe(now time.Time, n int, call time.Duration, least, most int) {
	d := now.Sub(w.since)
	if d < 0 {
		return // settling
	}
	full := trialOf(call)
	if w.done += n; d < full {
		return
	}
	if d > 10*full { // the database paused
		w.interrupt(now)
		return
	}
	rate := float64(w.done) / d.Seconds()
	w.done, w.since = 0, now
	switch {
	case w.from > 0:
		w.judge(now, rate, call)
	case !now.Before(w.next):
		w.try(now, rate, call, least, most)
	}
}

// trialOf returns for how long calls are counted that take so long.
func trialOf(call time.Duration) time.Duration { return max(trialTime, trialCalls*call) }

// interrupt begins to count anew, when the set was not full until now. A trial that
// runs is not judged. More connections are kept: they may be why no calls waited.
func (w *width) interrupt(now time.Time) {
	w.now, w.from, w.done = max(w.now, w.from), 0, 0
	if w.since.Before(now) {
		w.since = now
	}
}

// rest begins anew, for a set that is not full, and may remember what it learned.
func (w *width) rest(remember bool) {
	was := 0
	if remember {
		was = max(w.now, w.from, w.was)
	}
	*w = width{was: was}
}

// widthMemory is for how long what was learned is worth a try.
const widthMemory = time.Minute

// resume begins where it was before the set had nothing that waits for so long. If
// what calls wait for is another thing by now, a trial of more connections says so
// soon: the fewer there are, the shorter calls and trials are.
func (w *width) resume(idle time.Duration) {
	if idle < widthMemory {
		w.now, w.widen = w.was, true
	}
	w.was = 0
}

// settle has counting begin when those calls are done that are in flight on
// connections of which each has aheadTime of them, or two.
func (w *width) settle(now time.Time, call time.Duration) {
	w.since = now.Add(max(trialSettling, aheadTime+2*call))
}

// judge ends a trial.
func (w *width) judge(now time.Time, rate float64, call time.Duration) {
	narrowed, gain := w.now < w.from, rate/w.before
	if narrowed && gain >= trialKeeps || !narrowed && gain >= trialGains {
		w.pause, w.next = 0, now
	} else {
		w.now, w.widen = w.from, !w.widen
		w.pause = min(max(2*w.pause, shortestPause*trialOf(call)), longestPause*trialOf(call))
		w.next = now.Add(w.pause)
		w.settle(now, call)
	}
	w.from = 0
}

// try begins a trial.
func (w *width) try(now time.Time, rate float64, call time.Duration, least, most int) {
	at := min(w.now, most)
	if at == 0 {
		at = most
	}
	to := max(at/2, least)
	if w.widen || to >= at {
		to = min(2*at, most)
	}
	if w.widen = to > at; to == at {
		return
	}
	w.now, w.from, w.before = to, at, rate
	w.settle(now, call)
}
