package pgcall

import (
	"context"
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
)

// settle returns what a call that failed with err on conn is answered with. inTx
// says that it was a part of a caller's transaction, which ends with its connection.
func settle(ctx context.Context, conn *pgx.Conn, q *Query, inTx bool, err error) error {
	gone, sent := lost(conn, err)
	switch {
	case !gone:
		return forgetStale(ctx, conn, q, err)
	case sent && !q.Statement.Procedure.ReadOnly && !inTx:
		return outcomeUnknown(err)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return unavailable(err)
}

// collided reports whether q met another transaction, after which it was rolled
// back. What the manifest maps is the API's own error.
func collided(q *Query, err error) bool {
	var pg *pgconn.PgError
	if err == nil || !errors.As(err, &pg) || q.Statement.Procedure.rule(pg) != nil {
		return false
	}
	return pg.Code == pgerrcode.SerializationFailure || pg.Code == pgerrcode.DeadlockDetected
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
