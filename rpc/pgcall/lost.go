package pgcall

import (
	"context"
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
)

// settle says what became of a call that failed with err on conn. inTx says
// that it was a part of a caller's transaction, which ends with its connection.
func settle(ctx context.Context, conn *pgx.Conn, q *Query, inTx bool, err error) (what fate, _ error) {
	gone, sent := lost(conn, err)
	switch {
	case !gone:
		return verdict(q, err), forgetStale(ctx, conn, q, err)
	case sent && !q.Statement.Procedure.ReadOnly && !inTx:
		return failed, outcomeUnknown(err)
	case ctx.Err() != nil:
		return failed, ctx.Err()
	case sent:
		return repeatable, unavailable(err)
	}
	return unsent, unavailable(err)
}

// fate is what may be done about a call that failed.
type fate uint8

const (
	failed     fate = iota // it is over
	repeatable             // it had no effect and may be run again
	unsent                 // it did not reach the database
)

// verdict tells a collision with another transaction, after which the call was
// rolled back, from other errors. One that the manifest maps is the API's own.
func verdict(q *Query, err error) fate {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || q.Statement.Procedure.rule(pg) != nil {
		return failed
	}
	if pg.Code == pgerrcode.SerializationFailure || pg.Code == pgerrcode.DeadlockDetected {
		return repeatable
	}
	return failed
}

// lost reports whether err means that the connection is gone, and whether the
// call may have reached the database.
func lost(conn *pgx.Conn, err error) (gone, sent bool) {
	var answered *rpc.Error
	if errors.As(err, &answered) {
		return false, false // the call was answered, even if its connection is of no more use
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && !fatal(pg) {
		return false, false
	}
	if !conn.IsClosed() && !fatal(pg) {
		return false, false
	}
	var before *earlyError
	if errors.As(err, &before) || pgconn.SafeToRetry(err) {
		return true, false
	}
	return true, true
}

// fatal reports whether pg ends its session.
func fatal(pg *pgconn.PgError) bool {
	return pg != nil && (pg.SeverityUnlocalized == "FATAL" || pg.SeverityUnlocalized == "PANIC")
}
