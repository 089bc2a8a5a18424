package pgcall

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// laneReply is what the database has said so far to what is first in flight.
type laneReply struct {
	open        bool // flight is that
	flight      flight
	binds       int   // of its group, that were accepted
	executed    int   // of its group, that were executed
	joins       bool  // others of its transaction were before it
	err         error // the first that the database reports
	refused     error // the sink's
	unwanted    int   // bytes of rows after that
	description *pgconn.StatementDescription
}

// outcome returns the error of a call. The sink's own comes first where the
// database did not go on because of it.
func (r *laneReply) outcome() error {
	if r.err == nil || r.refused != nil && isCancel(r.err) {
		return r.refused
	}
	return r.err
}

// read reads replies until the connection ends.
func (k *link) read() {
	answers := k.lane.set.of.options.Answers
	for k.err == nil {
		if k.err = k.in.fill(); k.err == nil {
			answers.Gather()
			k.err = k.handleAll()
			waiting := k.lane.set.queued.Load() > 0 && k.busy()
			k.sendNext()
			answers.Flush(waiting)
		}
	}
	close(k.ended)
	k.lane.signal()
}

// handleAll handles the messages that were read.
func (k *link) handleAll() error {
	now := time.Now()
	k.heard.Store(now.UnixNano())
	for {
		kind, body, long, ok, err := k.in.next()
		switch {
		case err != nil:
			return err
		case !ok:
			if k.aged.Load() {
				k.lane.signal()
			}
			return nil
		case kind == messageReadyForQuery:
			err = k.complete(now)
		default:
			err = k.handle(kind, body, long)
		}
		if err != nil {
			return err
		}
	}
}

// handle handles a message in the middle of a reply.
func (k *link) handle(kind byte, body []byte, long bool) error {
	switch kind {
	case messageParameterStatus, messageNotice, messageNotification:
		return nil
	case messageErrorResponse:
		return k.fail(body)
	}
	r := &k.reply
	if !k.begin() {
		return fmt.Errorf("%w: a message %q that answers nothing", errProtocol, kind)
	}
	switch kind {
	case messageDataRow:
		return k.row(body, long)
	case messageBindComplete:
		r.binds++
	case messageParameters, messageRowDescription:
		return r.describe(kind, body)
	case messageCommandComplete, messageEmptyQuery:
		if r.executed++; r.executed == r.flight.binds && !r.flight.last {
			k.pass()
		}
	case messageParseComplete, messageCloseComplete, messageNoData:
	default:
		return fmt.Errorf("%w: a message %q", errProtocol, kind)
	}
	return nil
}

// begin makes what is first in flight the subject of the reply, and reports
// whether there is one.
func (k *link) begin() bool {
	if k.reply.open {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	before := len(k.shared.passed)
	if k.flights.len() <= before {
		return false
	}
	k.reply = laneReply{open: true, flight: *k.flights.at(before), joins: before > 0}
	return true
}

// fail keeps an error of the database.
func (k *link) fail(body []byte) error {
	var message pgproto3.ErrorResponse
	if err := message.Decode(body); err != nil {
		return fmt.Errorf("%w: %w", errProtocol, err)
	}
	pg := pgconn.ErrorResponseToPgError(&message)
	if fatal(pg) {
		k.fatal = pg
	}
	if k.begin() && k.reply.err == nil {
		k.reply.err = k.reply.meaning(pg)
	}
	return nil
}

// meaning says what an error of the database is about: the prologue of a call,
// its arguments or its plan, or the call itself.
func (r *laneReply) meaning(err error) error {
	if r.flight.q != nil && r.flight.q.Prologue != nil && r.executed == r.flight.binds-2 {
		return untold(err)
	}
	return early(err, r.binds == r.flight.binds)
}

// row hands a row to the sink.
func (k *link) row(body []byte, long bool) (err error) {
	r := &k.reply
	q := r.flight.q
	if q == nil || r.binds < r.flight.binds {
		return nil // a helper's
	}
	if r.refused != nil {
		k.unwanted(len(body))
		return nil
	}
	if long {
		r.refused = errLongRow
		return nil
	}
	if k.values, err = appendValues(k.values[:0], body); err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			r.refused = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	r.refused = q.Sink.Row(k.values)
	return nil
}

// unwanted counts bytes of rows that nobody wants. Where no other call is behind
// it, PostgreSQL is asked to stop once there are many; elsewhere its time is short.
func (k *link) unwanted(n int) {
	r := &k.reply
	before := r.unwanted
	r.unwanted += n
	if k.lane.set.class.alone() && before <= maxDrain && r.unwanted > maxDrain {
		ctx, cancel := context.WithTimeout(context.Background(), cancelPatience)
		defer cancel()
		_ = k.conn.PgConn().CancelRequest(ctx) // if it fails, the rest is read
	}
}

// describe keeps what a statement was prepared to be.
func (r *laneReply) describe(kind byte, body []byte) error {
	if r.description == nil {
		r.description = &pgconn.StatementDescription{}
	}
	if kind == messageParameters {
		var message pgproto3.ParameterDescription
		if err := message.Decode(body); err != nil {
			return fmt.Errorf("%w: %w", errProtocol, err)
		}
		r.description.ParamOIDs = append([]uint32(nil), message.ParameterOIDs...)
		return nil
	}
	var message pgproto3.RowDescription
	if err := message.Decode(body); err != nil {
		return fmt.Errorf("%w: %w", errProtocol, err)
	}
	for _, f := range message.Fields {
		r.description.Fields = append(r.description.Fields, pgconn.FieldDescription{
			Name: string(f.Name), DataTypeOID: f.DataTypeOID,
		})
	}
	return nil
}

// complete ends what was first in flight, when the database is ready for what
// follows.
func (k *link) complete(now time.Time) error {
	if !k.begin() {
		return fmt.Errorf("%w: it is ready for what was not asked", errProtocol)
	}
	r := k.reply
	if r.err == nil && !r.flight.last {
		return fmt.Errorf("%w: it is ready in the middle of a transaction", errProtocol)
	}
	k.reply = laneReply{}
	first := k.popTransaction(&r)
	start := first.sent
	if k.prior.After(start) {
		start = k.prior
	}
	k.prior = now
	if r.flight.q == nil {
		k.learn(&r)
		return nil
	}
	asked := first.watch != nil && first.watch() || r.unwanted > maxDrain && k.lane.set.class.alone()
	if asked && !isCancel(r.err) {
		k.aged.Store(true) // a cancel request that is late hits the next call
	}
	k.settleAll(&r, now.Sub(start))
	return nil
}

// learn ends the preparation of a statement. The calls that waited for it may go
// on, or fail.
func (k *link) learn(r *laneReply) {
	p := r.flight.statement
	k.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	switch {
	case r.err == nil:
		p.state, p.description = statementReady, r.description
	default:
		p.state = statementUnknown
	}
	if r.err == nil || k.mayBeOld(p, r.err) {
		k.ready = append(k.ready, waiting...) // which are prepared for again, or sent
		k.hasReady.Store(true)
		waiting = nil
	}
	k.mu.Unlock()
	k.lane.signal()
	for _, q := range waiting {
		k.lane.load.Add(-1)
		if k.tooSlow(q, r.err) {
			k.lane.set.of.again(q)
		} else {
			k.lane.set.of.done(q, p.unprepared(q, r.err))
		}
	}
}
