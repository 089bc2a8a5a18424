package pgcall

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/pgjson"
)

// prepared is a statement that a connection knows or is about to.
type prepared struct {
	name        string
	sql         string
	text        string // sql, or what stands for it
	state       uint8
	generation  int                          // it is prepared so often
	proved      atomic.Bool                  // a call of this generation has worked
	description *pgconn.StatementDescription // of what PostgreSQL prepared
	fits        *Statement                   // that it was found to be as the contract says, for
	oids        *pgjson.OIDs                 // and the OIDs that it was compared with
	waiting     []*Query                     // for its preparation
}

// verify compares the statement with what q's contract says.
func (p *prepared) verify(q *Query) error {
	s := q.Statement
	if p.fits == s && q.oids != nil && p.oids == q.oids {
		return nil
	}
	if err := verify(s.Procedure, s.Params, p.description, q.OIDs); err != nil {
		return err
	}
	p.fits, p.oids = s, q.oids
	return nil
}

// unprepared returns the error of q, which p could not be prepared for.
func (p *prepared) unprepared(q *Query, err error) error {
	var before *earlyError
	if !errors.As(err, &before) {
		before = &earlyError{err}
	}
	if q.Prologue != nil && q.Prologue.Name == p.name {
		return untold(before.err)
	}
	return before
}

// States of a prepared statement.
const (
	statementUnknown = iota
	statementAsked
	statementReady
)

// step is what the writer does next: prepare a statement, or send a call.
type step struct {
	q         *Query
	statement *prepared
	prepare   bool
	timeout   string
}

// plan decides what is to be sent for batch.
func (k *link) plan(batch []*Query, now time.Time) {
	var failed []*Query
	var errs []error
	k.mu.Lock()
	for _, q := range batch {
		if err := k.planCall(q, now); err != nil {
			failed, errs = append(failed, q), append(errs, err)
		}
	}
	k.mu.Unlock()
	for i, q := range failed {
		k.lane.load.Add(-1)
		k.lane.set.of.done(q, errs[i])
	}
}

// planCall adds the steps for q. k.mu is held.
func (k *link) planCall(q *Query, now time.Time) error {
	timeout := k.timeoutOf(q, now)
	if timeout != "" && !k.need(k.helper(), q) || q.Prologue != nil && !k.need(q.Prologue, q) || !k.need(q.Statement, q) {
		return nil
	}
	p := k.statements[q.Statement.Name]
	if err := p.verify(q); err != nil {
		p.state = statementUnknown
		if !p.proved.Load() || !q.run.mayFail() {
			return err
		}
		k.need(q.Statement, q)
		return nil
	}
	k.steps = append(k.steps, step{q: q, statement: p, timeout: timeout})
	return nil
}

// need reports whether s is ready. If it is not, q waits for it.
func (k *link) need(s *Statement, q *Query) bool {
	p := k.statements[s.Name]
	if p == nil {
		p = &prepared{name: s.Name, sql: s.SQL}
		k.statements[s.Name] = p
	}
	if p.sql != s.SQL { // the unnamed statement is whatever was prepared last
		p.sql, p.state = s.SQL, statementUnknown
	}
	switch p.state {
	case statementReady:
		return true
	case statementUnknown:
		p.text = p.sql
		if p.generation > 0 && k.keeps == keepsTracked {
			p.text = salted(p.sql)
		}
		k.steps = append(k.steps, step{statement: p, prepare: true})
		p.state, p.fits = statementAsked, nil
		p.proved.Store(false)
		p.generation++
	}
	p.waiting = append(p.waiting, q)
	return false
}

// timeoutOf returns the statement_timeout in milliseconds that q needs, or "" where
// that of the connection does, which a pooler's has none of.
func (k *link) timeoutOf(q *Query, now time.Time) string {
	limit := time.Duration(0) // none
	if deadline, ok := q.run.ctx.Deadline(); ok {
		limit = max(deadline.Sub(now), time.Millisecond)
	}
	if !k.lane.set.class.alone() && q.Statement.Procedure.Lane != LaneFast {
		fast := k.lane.set.of.options.FastTimeout
		if limit > 0 && limit < fast {
			fast = limit
		} else if k.keeps == keepsOwn {
			return ""
		}
		limit = max(fast, time.Millisecond)
	}
	if limit == 0 && k.keeps == keepsOwn {
		return ""
	}
	return strconv.FormatInt(limit.Milliseconds(), 10)
}

// helper returns the statement that makes the settings of a call.
func (k *link) helper() *Statement {
	if k.keeps == keepsOwn {
		return timeoutHelper
	}
	return k.lane.set.of.helper
}

// encode appends the messages of s to out, or nothing. No Sync is among them.
func (k *link) encode(s *step, out []byte, now time.Time) (f flight, _ []byte, err error) {
	f = flight{q: s.q, statement: s.statement, generation: s.statement.generation, sent: now}
	kept := out
	if s.prepare {
		out, err = appendPrepare(out, k.nameOf(s.statement.name), s.statement.text)
	} else {
		out, err = k.encodeCall(s, out, &f)
	}
	if err != nil {
		return f, kept, err
	}
	return f, out, nil
}

// nameOf returns the name that a statement has on the connection.
func (k *link) nameOf(name string) string {
	if k.keeps == keepsNone {
		return ""
	}
	return name
}

// encodeCall appends a call, and what goes before it in its transaction.
func (k *link) encodeCall(s *step, out []byte, f *flight) (_ []byte, err error) {
	q := s.q
	if s.timeout != "" {
		if out, err = k.encodeOne(out, f, k.helper(), [][]byte{[]byte(s.timeout)}, nil); err != nil {
			return out, err
		}
	}
	if q.Prologue != nil {
		if out, err = k.encodeOne(out, f, q.Prologue, q.PrologueArgs, q.PrologueFormats); err != nil {
			return out, err
		}
	}
	return k.encodeOne(out, f, q.Statement, q.Args, q.Formats)
}

// encodeOne appends the messages that run s. Where nobody keeps it, or it has no
// name to be kept under, its SQL goes before.
func (k *link) encodeOne(out []byte, f *flight, s *Statement, args [][]byte, formats []int16) (_ []byte, err error) {
	f.binds++
	name := k.nameOf(s.Name)
	if name == "" {
		if out, err = appendParse(out, "", s.SQL); err != nil {
			return out, err
		}
	}
	return appendCall(out, name, args, formats, s.ResultFormats)
}
