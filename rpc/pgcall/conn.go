package pgcall

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/pgjson"
)

// connKey holds a *connState in a connection's custom data.
const connKey = "spgen"

// connState is what this package knows of one connection.
type connState struct {
	oids    pgjson.OIDs // of typed calls
	watcher *watcher
	keeps   keeping
	known   bool // keeps is
}

func stateOf(conn *pgx.Conn) *connState {
	data := conn.PgConn().CustomData()
	state, ok := data[connKey].(*connState)
	if !ok {
		state = &connState{watcher: newWatcher(conn)}
		data[connKey] = state
	}
	return state
}

// run sends q on conn and feeds its sink, without calling Done.
func run(ctx context.Context, conn *pgx.Conn, q *Query) error {
	keeps, err := keepingOf(ctx, conn)
	if err != nil {
		return &earlyError{err}
	}
	if s := q.Prologue; s != nil && keeps != keepsNone {
		if _, err := conn.Prepare(ctx, s.Name, s.SQL); err != nil {
			return untold(err)
		}
	}
	if err := prepare(ctx, conn, q); err != nil {
		return err
	}
	return exchange(ctx, conn, q)
}

// prepare makes sure that conn has q's statement and that it is what the
// contract says.
func prepare(ctx context.Context, conn *pgx.Conn, q *Query) error {
	s, name := q.Statement, q.Statement.Name
	if stateOf(conn).keeps == keepsNone {
		name = "" // which the call brings along
	}
	description, err := conn.Prepare(ctx, name, s.SQL)
	if err != nil {
		return &earlyError{err}
	}
	return verify(s.Procedure, s.Params, description, q.OIDs)
}

// forget drops a prepared statement, so that the next call prepares it anew.
func forget(ctx context.Context, conn *pgx.Conn, name string) error {
	if name == "" || stateOf(conn).keeps == keepsNone {
		return nil
	}
	return conn.Deallocate(ctx, name)
}

// forgetStale drops what conn knows of a schema that has changed.
func forgetStale(ctx context.Context, conn *pgx.Conn, q *Query, err error) error {
	var untold *identityError
	if errors.As(err, &untold) {
		return errors.Join(err, forget(ctx, conn, q.Prologue.Name))
	}
	if !isStale(err) && !isDrift(err) {
		return err
	}
	stateOf(conn).oids = nil
	return errors.Join(err, forget(ctx, conn, q.Statement.Name))
}
