package pgcall

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/spgen/spgen/rpc"
)

// The statements around a keyed call. See internal/migrate/runtime_keyed.sql.
var (
	beginStatement  = &Statement{SQL: "begin"}
	commitStatement = &Statement{SQL: "commit"}
	claimStatement  = newHelper("select spgen.claim_key($1)")
	storeStatement  = newHelper("select spgen.store_answer($1, $2, $3)")
)

const answeredState = "SPGKA" // what spgen.claim_key says of a key whose call was answered

var errAnswered = errors.New("the call was answered before")

// keyedStep is one statement of an exchange.
type keyedStep struct {
	statement *Statement
	args      [][]byte
	formats   []int16
}

// keyedExchange runs one keyed call on a connection, in a transaction of two round
// trips: the claim and the call, and then the answer and the commit.
type keyedExchange struct {
	conn    *pgx.Conn
	q       *Query
	limits  [keepsNone + 1]*Statement // bound the transaction, and set what a pooler does not keep
	seconds int64                     // that the answer is kept
	limit   *Statement                // one of limits
	claimed bool                      // nobody else has the key, and no call was answered
	commits bool                      // the commit was sent: a connection that breaks leaves it open what came of it
}

// run runs the call. After an error of the database nothing of it is left, and
// the connection can go on; errAnswered says that nothing was to be done.
func (x *keyedExchange) run(ctx context.Context) error {
	if err := x.prepare(ctx); err != nil {
		return err
	}
	err := x.call(ctx)
	if err == nil {
		err = x.commit(ctx)
	}
	if err != nil {
		x.rollback(ctx)
	}
	return err
}

// prepare makes sure that the connection has the statements.
func (x *keyedExchange) prepare(ctx context.Context) error {
	keeps, err := keepingOf(ctx, x.conn)
	if err != nil {
		return &earlyError{err}
	}
	x.limit = x.limits[keeps]
	helpers := []*Statement{x.limit, claimStatement, storeStatement}
	if keeps == keepsNone {
		helpers = nil
	}
	for _, s := range helpers {
		if _, err := x.conn.Prepare(ctx, s.Name, s.SQL); err != nil {
			return notInstalled(err)
		}
	}
	if s := x.q.Prologue; s != nil && keeps != keepsNone {
		if _, err := x.conn.Prepare(ctx, s.Name, s.SQL); err != nil {
			return untold(err)
		}
	}
	return prepare(ctx, x.conn, x.q)
}

// The places of steps in the first round trip.
const (
	stepClaim = 2
	stepCall  = 3 // the prologue's, where there is one
)

func (x *keyedExchange) call(ctx context.Context) error {
	q := x.q
	timeout := []byte(strconv.FormatInt(millisecondsOf(ctx), 10))
	steps := []keyedStep{
		{statement: beginStatement},
		{x.limit, [][]byte{timeout}, nil},
		{claimStatement, [][]byte{q.claim.id[:]}, []int16{1}},
	}
	if q.Prologue != nil {
		steps = append(steps, keyedStep{q.Prologue, q.PrologueArgs, q.PrologueFormats})
	}
	steps = append(steps, keyedStep{q.Statement, q.Args, q.Formats})
	r := stepReply{rows: len(steps) - 1}
	r.conn, r.sink = x.conn.PgConn(), q.Sink
	err := x.exchange(ctx, steps, &r)
	x.claimed = r.at > stepClaim
	switch {
	case err == nil || r.err == nil || r.refused != nil:
		return err
	case r.at < stepClaim:
		return &earlyError{err}
	case r.at == stepClaim && isCancel(err) && !errors.Is(ctx.Err(), context.Canceled):
		return held(err)
	case r.at == stepClaim:
		return notInstalled(err)
	case r.at == stepCall && q.Prologue != nil:
		return untold(err)
	case stateOfError(err) == pgerrcode.InvalidTransactionTermination:
		return rpc.Unkeyed("this procedure commits by itself")
	}
	return early(err, r.bound)
}

// commit stores the answer and commits.
func (x *keyedExchange) commit(ctx context.Context) error {
	answer, err := x.q.claim.answer()
	if err != nil {
		return err
	}
	seconds := strconv.FormatInt(x.seconds, 10)
	steps := []keyedStep{
		{storeStatement, [][]byte{x.q.claim.id[:], answer, []byte(seconds)}, []int16{1, 1, 0}},
		{statement: commitStatement},
	}
	x.commits = true
	r := stepReply{rows: -1}
	r.conn = x.conn.PgConn()
	err = x.exchange(ctx, steps, &r)
	if err != nil && r.err != nil && r.at == 0 {
		return notStored(err)
	}
	return err
}

// exchange sends steps and reads what they give. A connection on which that does
// not come to its end is closed.
func (x *keyedExchange) exchange(ctx context.Context, steps []keyedStep, r *stepReply) error {
	if err := ready(ctx, x.conn.PgConn()); err != nil {
		return err
	}
	w := stateOf(x.conn).watcher
	stop, complete := w.watch(ctx), false
	defer func() {
		w.unwatch(stop)
		if !complete {
			hangUp(x.conn.PgConn())
		}
	}()
	f, withSQL := x.conn.PgConn().Frontend(), stateOf(x.conn).keeps == keepsNone
	for _, s := range steps {
		sendCall(f, s.statement, s.args, s.formats, withSQL || s.statement.Name == "")
	}
	f.SendSync(&pgproto3.Sync{})
	if err := f.Flush(); err != nil {
		return &replyError{err}
	}
	if err := r.read(ctx); err != nil {
		return err
	}
	complete = r.unwanted <= maxDrain || isCancel(r.err)
	return r.outcome()
}

// stepReply is what the database says to the steps of an exchange.
type stepReply struct {
	reply
	rows int // the step whose rows the sink wants
	at   int // the step that the reply is about
}

func (r *stepReply) read(ctx context.Context) error {
	for {
		message, err := r.conn.ReceiveMessage(context.Background())
		switch message := message.(type) {
		case *pgproto3.DataRow:
			if r.at == r.rows {
				r.row(ctx, message.Values)
			}
		case *pgproto3.BindComplete:
			r.bound = true
		case *pgproto3.CommandComplete:
			r.at, r.bound = r.at+1, false
		case *pgproto3.ErrorResponse:
			r.keep(pgconn.ErrorResponseToPgError(message))
		case *pgproto3.ReadyForQuery:
			return nil
		case nil:
			return r.lost(err)
		}
	}
}

// keep keeps the first error as it is: what it means depends on its step.
func (r *stepReply) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// lost returns the error of a reply that ended early.
func (r *stepReply) lost(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		r.keep(pg)
		return r.err
	}
	return &replyError{err}
}

// rollback ends the transaction, if there still is one.
func (x *keyedExchange) rollback(ctx context.Context) {
	conn := x.conn.PgConn()
	if conn.IsClosed() || conn.TxStatus() == idle {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer cancel()
	if _, err := conn.Exec(ctx, "rollback").ReadAll(); err != nil {
		hangUp(conn)
	}
}

// replay answers the call with what is stored, or returns errAnswered where that
// has expired just now.
func (x *keyedExchange) replay(ctx context.Context) error {
	claim := x.q.claim
	opens := []byte(strconv.FormatBool(len(x.q.Statement.Procedure.Opens) > 0))
	r := x.conn.PgConn().ExecParams(ctx, "select answer, ended from spgen.replay_answer($1, $2)",
		[][]byte{claim.id[:], opens}, nil, []int16{1, 0}, []int16{1, 1}).Read()
	switch {
	case r.Err != nil:
		return r.Err
	case len(r.Rows) == 0:
		return errAnswered
	case r.Rows[0][1][0] != 0:
		return rpc.NewError(rpc.CodeUnauthenticated, "this call opened a session before, which may have ended since: log in again")
	}
	return claim.replay(r.Rows[0][0])
}

// millisecondsOf returns how long ctx goes on; 0 is for ever.
func millisecondsOf(ctx context.Context) int64 {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0
	}
	return max(time.Until(deadline).Milliseconds(), 1)
}

// stateOfError returns the SQLSTATE of err, or "".
func stateOfError(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// notInstalled says what an error of claiming a key means.
func notInstalled(err error) error {
	switch stateOfError(err) {
	case answeredState:
		return errAnswered
	case pgerrcode.UndefinedFunction, pgerrcode.InvalidSchemaName, pgerrcode.InsufficientPrivilege:
		return rpc.Unkeyed("keyed calls are not installed in this server's database").WithCause(err)
	}
	return err
}

// notStored says what an error of storing an answer means. In a transaction that
// does not see what others commit meanwhile, the claim does not either.
func notStored(err error) error {
	if stateOfError(err) == pgerrcode.UniqueViolation {
		return &pgconn.PgError{Code: pgerrcode.SerializationFailure, Message: "a call with the same key was faster"}
	}
	return err
}
