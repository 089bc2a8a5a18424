package pgcall

import "time"

// sharing is what PostgreSQL has done of a transaction that calls share. It is
// the reader's.
type sharing struct {
	passed  []laneReply // of calls that are done, when the others are
	skipped []*Query    // after one that failed; between popTransaction and settleAll
}

// shares reports whether the call of s may share a transaction: it only reads,
// takes little time, and needs no setting before it, as all do behind a pooler.
func (k *link) shares(s *step) bool {
	set, q := k.lane.set, s.q
	return !s.prepare && set.class == classRead && !set.of.options.SeparateReads &&
		s.timeout == "" && q.Prologue == nil && q.peer != nil && !q.run.alone &&
		q.Statement.Procedure.pace.mayShare(set.of.options.FastTimeout)
}

// joins reports whether the call of s may share the transaction of open, which
// may be shared: nobody's but of the same client and session.
func (k *link) joins(s *step, open *Query) bool {
	return k.shares(s) && s.q.peer == open.peer && s.q.session == open.session
}

// endTransaction ends the one of the last flight, which was encoded into out.
// k.mu is held.
func (k *link) endTransaction(out []byte) []byte {
	out = appendSync(out)
	f := k.flights.at(k.flights.len() - 1)
	f.last, f.end = true, len(out)
	return out
}

// pass sets aside the reply to a call that is done, and whose transaction goes on.
func (k *link) pass() {
	k.shared.passed = append(k.shared.passed, k.reply)
	k.reply = laneReply{}
}

// popTransaction takes the flights of the transaction that r ends, and returns
// the first. Those behind an error were skipped.
func (k *link) popTransaction(r *laneReply) (first flight) {
	k.mu.Lock()
	defer k.mu.Unlock()
	first = k.flights.pop()
	for range k.shared.passed {
		k.flights.pop()
	}
	for last := r.flight.last; !last; {
		f := k.flights.pop()
		last = f.last
		k.shared.skipped = append(k.shared.skipped, f.q)
	}
	return first
}

// settleAll ends the calls of the transaction that r ends, which took so long. If
// its call has failed, the others run again, each on its own.
func (k *link) settleAll(r *laneReply, took time.Duration) {
	passed, skipped := k.shared.passed, k.shared.skipped
	k.shared.passed, k.shared.skipped = passed[:0], skipped[:0]
	k.lane.load.Add(-int32(len(passed) + 1 + len(skipped))) // #nosec G115 -- a window's
	took /= time.Duration(len(passed) + 1)
	if r.err != nil && len(passed) == 0 && isCancel(r.err) {
		k.lane.overrun(took)
	} else {
		k.lane.observe(len(passed)+1, took)
	}
	k.lane.most.Store(k.window())
	if r.err != nil {
		k.againAlone(append(calls(passed), skipped...))
	} else {
		for i := range passed {
			k.settle(&passed[i], took)
		}
	}
	k.settle(r, took)
	clear(passed)
	clear(skipped)
}

// calls returns those that replies are to.
func calls(replies []laneReply) (all []*Query) {
	for i := range replies {
		all = append(all, replies[i].flight.q)
	}
	return all
}

// againAlone runs calls once more, each in a transaction of its own. They were let
// in before and are not refused because others wait.
func (k *link) againAlone(calls []*Query) {
	for _, q := range calls {
		q.run.alone = true
	}
	k.lane.set.giveBack(calls)
}
