package pgcall

import (
	"errors"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// settle ends a call that the database has answered, or runs it again. took is
// how long the database was at it.
func (k *link) settle(r *laneReply, took time.Duration) {
	q, of, err := r.flight.q, k.lane.set.of, r.outcome()
	p := q.Statement.Procedure
	quick := time.Duration(0)
	if !p.ReadOnly {
		quick = of.quickWrites.observe(took)
	}
	p.pace.observe(took, of.options.FastTimeout, quick, k.lane.set.class.alone(), r.err != nil)
	q.run.alone = q.run.alone || r.err != nil // if it runs again, it takes nobody with it
	switch {
	case err == nil:
		r.flight.statement.proved.Store(true)
		of.done(q, nil)
	case k.tooSlow(q, err):
		of.again(q)
	case collided(q, err) && q.run.mayRepeat():
		of.againSoon(q)
	case k.outdated(&r.flight, err) && q.run.mayFail():
		of.again(q)
	case r.joins && r.err != nil:
		k.againAlone([]*Query{q})
	default:
		of.done(q, err)
	}
	if isReadOnly(err) {
		k.aged.Store(true) // a primary that became a standby: the next connection may find its successor
	}
}

// tooSlow reports whether q failed with err because it took longer than it may on
// a shared connection. It runs again on one of its own then.
func (k *link) tooSlow(q *Query, err error) bool {
	if err == nil || k.lane.set.class.alone() || !isCancel(err) || q.run.ctx.Err() != nil {
		return false
	}
	q.run.slow = true
	return true
}

// outdated reports whether a call failed because its statement was older than
// the schema. The next call prepares it anew.
func (k *link) outdated(f *flight, err error) bool {
	var untold *identityError
	if !isStale(err) && !isDrift(err) && !errors.As(err, &untold) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	p := f.statement
	if untold != nil {
		p = k.statements[f.q.Prologue.Name]
	}
	proved := p.proved.Load() || k.mayBeOld(p, err)
	if p.state == statementReady && (p.generation == f.generation || untold != nil) {
		p.state = statementUnknown
	} else {
		proved = true // somebody prepares it anew already
	}
	return isStale(err) && proved
}

// mayBeOld reports whether p failed because a pooler that tracks statements went
// on with an older plan for the same text. The next text is another.
func (k *link) mayBeOld(p *prepared, err error) bool {
	return k.keeps == keepsTracked && p.generation == 1 && isStale(&earlyError{err})
}

// isReadOnly reports whether err says that the database takes no writes.
func isReadOnly(err error) bool {
	if err == nil {
		return false // before pg, which would be allocated
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == pgerrcode.ReadOnlySQLTransaction
}
