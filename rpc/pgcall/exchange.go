package pgcall

import (
	"context"
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// exchange executes the prepared q and feeds its sink. It does so message by
// message, because pgconn would have the rows described with each call, and
// would not tell when the call itself begins. A connection on which the
// exchange does not come to its end is closed, also when the sink panics.
func exchange(ctx context.Context, conn *pgx.Conn, q *Query) error {
	if err := ready(ctx, conn.PgConn()); err != nil {
		return err
	}
	w := stateOf(conn).watcher
	stop, complete := w.watch(ctx), false
	defer func() {
		w.unwatch(stop)
		if !complete {
			hangUp(conn.PgConn())
		}
	}()
	if err := request(conn.PgConn().Frontend(), q, stateOf(conn).keeps == keepsNone); err != nil {
		return err
	}
	r := reply{conn: conn.PgConn(), sink: q.Sink, prologue: q.Prologue != nil}
	if err := r.read(ctx); err != nil {
		return err
	}
	complete = r.unwanted <= maxDrain || isCancel(r.err) // a cancel request that is late hits the next call
	return r.outcome()
}

var errBusy = errors.New("the connection is busy: read the rows of its query to the end first")

// ready says why a call cannot be sent.
func ready(ctx context.Context, conn *pgconn.PgConn) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case conn.IsClosed():
		return &earlyError{pgconn.ErrConnClosed}
	case conn.IsBusy():
		return errBusy
	}
	return nil
}

// request sends the call, and its prologue before. withSQL has them parsed first,
// for poolers that keep no statements, and the unnamed one only until the next Sync.
func request(f *pgproto3.Frontend, q *Query, withSQL bool) error {
	if s := q.Prologue; s != nil {
		sendCall(f, s, q.PrologueArgs, q.PrologueFormats, withSQL)
	}
	sendCall(f, q.Statement, q.Args, q.Formats, withSQL)
	f.SendSync(&pgproto3.Sync{})
	return f.Flush()
}

func sendCall(f *pgproto3.Frontend, s *Statement, args [][]byte, formats []int16, withSQL bool) {
	name := s.Name
	if withSQL {
		name = ""
		f.SendParse(&pgproto3.Parse{Query: s.SQL})
	}
	f.SendBind(&pgproto3.Bind{
		PreparedStatement: name, ResultFormatCodes: s.ResultFormats, Parameters: args, ParameterFormatCodes: formats,
	})
	f.SendExecute(&pgproto3.Execute{})
}

// maxDrain is how many bytes of rows that nobody wants are read to the end.
// Rows beyond are worth the trouble of stopping the call.
const maxDrain = 1 << 20

// reply is what the database says to a call.
type reply struct {
	conn     *pgconn.PgConn
	sink     Sink
	prologue bool  // what comes is about the prologue
	bound    bool  // the arguments are bound to a plan: what follows comes from the call itself
	err      error // the first that the database reports
	refused  error // the sink's
	unwanted int   // bytes of rows after that
}

// read reads the reply to its end. It counts only then: an error after rows, or
// at commit, undoes them. The error is the connection's.
func (r *reply) read(ctx context.Context) error {
	for {
		message, err := r.conn.ReceiveMessage(context.Background())
		switch message := message.(type) {
		case *pgproto3.DataRow:
			r.row(ctx, message.Values)
		case *pgproto3.BindComplete:
			r.bound = !r.prologue
		case *pgproto3.CommandComplete:
			r.prologue = false
		case *pgproto3.ErrorResponse:
			r.fail(pgconn.ErrorResponseToPgError(message))
		case *pgproto3.ReadyForQuery:
			return nil
		case nil:
			return r.lost(err)
		}
	}
}

func (r *reply) row(ctx context.Context, values [][]byte) {
	if r.prologue {
		return
	}
	if r.refused == nil {
		r.refused = r.sink.Row(values)
		return
	}
	before := r.unwanted
	for _, v := range values {
		r.unwanted += len(v)
	}
	if before <= maxDrain && r.unwanted > maxDrain {
		_ = r.conn.CancelRequest(ctx) // if it fails, the rest is read
	}
}

// fail keeps an error of the database.
func (r *reply) fail(err error) {
	switch {
	case r.err != nil:
	case r.prologue:
		r.err = untold(err)
	default:
		r.err = early(err, r.bound)
	}
}

// lost returns the error of a reply that ended early. What the database said
// before tells more than that the connection is gone.
func (r *reply) lost(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		r.fail(pg)
	}
	if r.err != nil {
		return r.err
	}
	return &replyError{err}
}

// outcome returns the error of the call. The sink's own comes first where it
// made the database stop.
func (r *reply) outcome() error {
	if r.err == nil || r.refused != nil && isCancel(r.err) {
		return r.refused
	}
	return r.err
}

// isCancel reports whether err says that PostgreSQL cancelled the call.
func isCancel(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == pgerrcode.QueryCanceled
}

// replyError is that of a connection that broke after a call was sent. It hides
// that pgconn takes any failure to read for one before a call.
type replyError struct{ err error }

func (e *replyError) Error() string   { return "read the reply: " + e.err.Error() }
func (e *replyError) Unwrap() error   { return e.err }
func (*replyError) SafeToRetry() bool { return false }

// hangUp closes a connection on which a call may still run. pgconn notices at
// the next write, and then has the database cancel the call, in the background.
func hangUp(conn *pgconn.PgConn) {
	_ = conn.Conn().Close()
	_ = conn.Exec(context.Background(), "").Close()
}
