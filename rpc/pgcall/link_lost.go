package pgcall

import "errors"

var errHungUp = errors.New("the connection to the database ended")

// settleLost sees to the calls of a connection that has broken: those that had
// no effect, or only read, run again, and of others nobody knows. The reader and
// the writer have ended.
func (k *link) settleLost() {
	k.mu.Lock() // Lanes may look at it still
	flights := k.flights.drain()
	k.mu.Unlock()
	var unsent []*Query
	passed := len(k.shared.passed)
	for i, f := range flights {
		if f.watch != nil {
			f.watch()
		}
		switch {
		case f.q == nil:
		case f.unsent:
			unsent = append(unsent, f.q)
		case i > passed && k.endedInOrder():
			unsent = append(unsent, f.q) // PostgreSQL came to its end at the call before
		default:
			k.settleBroken(i == passed, &f)
		}
	}
	unsent = append(unsent, k.ready...)
	for _, p := range k.statements {
		unsent = append(unsent, p.waiting...)
	}
	k.lane.load.Store(0)
	k.lane.set.giveBack(k.tryable(unsent))
}

// endedInOrder reports whether PostgreSQL itself has said that the connection
// ends. What it had done before is what it has answered.
func (k *link) endedInOrder() bool { return k.fatal != nil && k.keeps == keepsOwn }

// cause returns why the connection broke.
func (k *link) cause() error {
	switch {
	case k.fatal != nil:
		return k.fatal
	case k.err != nil:
		return k.err
	}
	return errHungUp
}

// tryable ends the calls that have been given back too often and returns the others.
func (k *link) tryable(calls []*Query) []*Query {
	kept := calls[:0]
	for _, q := range calls {
		if q.run.mayFail() {
			kept = append(kept, q)
		} else {
			k.lane.set.of.done(q, unavailable(k.cause()))
		}
	}
	return kept
}

// settleBroken ends a call that was sent and not answered, or runs it again.
// first says that the reply is about it.
func (k *link) settleBroken(first bool, f *flight) {
	q, of := f.q, k.lane.set.of
	r := &k.reply
	if first && r.open && r.err != nil && k.fatal == nil {
		k.settle(r, 0) // PostgreSQL had refused it before the connection broke
		return
	}
	rolledBack := first && k.endedInOrder() && r.executed < f.binds // it commits only after it has said so
	switch {
	case !rolledBack && !q.Statement.Procedure.ReadOnly:
		of.done(q, outcomeUnknown(k.cause()))
	case q.run.ctx.Err() != nil:
		of.done(q, q.run.ctx.Err())
	case q.run.mayRepeat():
		of.again(q)
	default:
		of.done(q, unavailable(k.cause()))
	}
}
