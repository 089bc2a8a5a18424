package pgcall

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// laneReply is what the database has said so far to what is first in flight.
type laneReply struct {
	open        bool // flight is that
	flight      flight
	binds       int   // of its group, that were accepted
	executed    int   // of its group, that were executed
	err         error // the first that the database reports
	refused     error // the sink's
	description *pgconn.StatementDescription
}

// outcome returns the error of a call. The sink's own comes first where the
// database did not go on because of it.
func (r *laneReply) outcome() error {
	if r.err != nil {
		return r.err
	}
	return r.refused
}

// read reads replies until the connection ends.
func (k *link) read() {
	for k.err == nil {
		if k.err = k.in.fill(); k.err == nil {
			k.err = k.handleAll()
		}
	}
	close(k.ended)
	k.lane.signal()
}

// handleAll handles the messages that were read.
func (k *link) handleAll() error {
	now, done := time.Now(), 0
	k.heard.Store(now.UnixNano())
	defer func() {
		if done > 0 {
			k.lane.release(done)
		}
		if k.aged.Load() {
			k.lane.signal()
		}
	}()
	for {
		kind, body, long, ok, err := k.in.next()
		if err != nil || !ok {
			return err
		}
		if kind == messageReadyForQuery {
			n, err := k.complete(now)
			if err != nil {
				return err
			}
			done += n
			continue
		}
		if err := k.handle(kind, body, long); err != nil {
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
		r.executed++
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
	if k.flights.len() == 0 {
		return false
	}
	k.reply = laneReply{open: true, flight: *k.flights.first()}
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
		k.reply.err = early(pg, k.reply.binds == k.reply.flight.binds)
	}
	return nil
}

// row hands a row to the sink.
func (k *link) row(body []byte, long bool) (err error) {
	r := &k.reply
	q := r.flight.q
	if q == nil || r.binds < r.flight.binds || r.refused != nil {
		return nil // a helper's, or of no interest any more
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
// follows, and returns how many calls that ended on this connection.
func (k *link) complete(now time.Time) (int, error) {
	if !k.begin() {
		return 0, fmt.Errorf("%w: it is ready for what was not asked", errProtocol)
	}
	r := k.reply
	k.reply = laneReply{}
	k.mu.Lock()
	k.flights.pop()
	k.mu.Unlock()
	start := r.flight.sent
	if k.prior.After(start) {
		start = k.prior
	}
	k.prior = now
	if r.flight.q == nil {
		return k.learn(&r), nil
	}
	if r.flight.watch != nil {
		r.flight.watch()
	}
	k.settle(&r, now.Sub(start))
	return 1, nil
}

// learn ends the preparation of a statement. The calls that waited for it may go
// on, or fail, which counts them as done.
func (k *link) learn(r *laneReply) int {
	p := r.flight.statement
	k.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	if r.err == nil {
		p.state, p.description = statementReady, r.description
		k.ready = append(k.ready, waiting...)
		waiting = nil
	} else {
		p.state = statementUnknown
	}
	k.mu.Unlock()
	if r.err == nil {
		k.lane.signal()
	}
	for _, q := range waiting {
		k.lane.set.of.done(q, &earlyError{r.err})
	}
	return len(waiting)
}

// settle ends a call that the database has answered, or runs it again. took is
// how long the database was at it.
func (k *link) settle(r *laneReply, took time.Duration) {
	q, of, err := r.flight.q, k.lane.set.of, r.outcome()
	p := q.Statement.Procedure
	p.pace.observe(took)
	switch {
	case err == nil:
		r.flight.statement.proved.Store(true)
		of.done(q, nil)
	case isCancel(err) && k.lane.set.class != classOwn && q.run.ctx.Err() == nil:
		q.run.slow = true
		of.again(q)
	case verdict(q, err) == repeatable && q.run.mayRepeat():
		of.againSoon(q)
	case k.outdated(&r.flight, err) && q.run.mayFail():
		of.again(q)
	default:
		of.done(q, err)
	}
	if isReadOnly(err) {
		k.aged.Store(true) // a primary that became a standby: the next connection may find its successor
	}
}

// outdated reports whether a call failed because its statement was older than
// the schema. The next call prepares it anew.
func (k *link) outdated(f *flight, err error) bool {
	if !isStale(err) && !isDrift(err) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	p := f.statement
	if p.generation == f.generation && p.state == statementReady {
		p.state = statementUnknown
		return isStale(err) && p.proved.Load()
	}
	return isStale(err)
}

// isReadOnly reports whether err says that the database takes no writes.
func isReadOnly(err error) bool {
	var pg *pgconn.PgError
	return err != nil && errors.As(err, &pg) && pg.Code == pgerrcode.ReadOnlySQLTransaction
}
