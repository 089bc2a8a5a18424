package pgcall

import (
	"context"
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/pgjson"
)

// connKey holds a *connState in a connection's custom data.
const connKey = "spgen"

// connState is what this package knows of one connection.
type connState struct {
	oids     pgjson.OIDs                             // of typed calls
	prepared map[string]*pgconn.StatementDescription // by name, as far as calls have used it
}

func stateOf(conn *pgx.Conn) *connState {
	data := conn.PgConn().CustomData()
	state, ok := data[connKey].(*connState)
	if !ok {
		state = &connState{prepared: make(map[string]*pgconn.StatementDescription)}
		data[connKey] = state
	}
	return state
}

// run sends q on conn and feeds its sink, without calling Done. fresh says that
// the statement was prepared for this very call.
func run(ctx context.Context, conn *pgx.Conn, q *Query) (fresh bool, err error) {
	description, fresh, err := prepare(ctx, conn, q)
	if err != nil {
		return fresh, err
	}
	return fresh, send(ctx, conn, q, description)
}

// maxDrain is how many bytes of rows that nobody wants are read to the end.
// Rows beyond are worth the trouble of stopping the call.
const maxDrain = 1 << 20

// send executes the prepared q.
func send(ctx context.Context, conn *pgx.Conn, q *Query, description *pgconn.StatementDescription) error {
	rows := conn.PgConn().ExecPrepared(ctx, description.Name, q.Args, q.Formats, q.Statement.ResultFormats)
	var sinkErr error
	unwanted := 0
	for rows.NextRow() {
		if sinkErr == nil {
			sinkErr = q.Sink.Row(rows.Values())
			continue
		}
		before := unwanted
		unwanted += size(rows.Values())
		if before <= maxDrain && unwanted > maxDrain {
			_ = conn.PgConn().CancelRequest(ctx) // if it fails, the rest is read
		}
	}
	bound := rows.FieldDescriptions() != nil || len(description.Fields) == 0
	// The reply counts only now: an error after rows, or at commit, undoes them.
	_, err := rows.Close()
	switch {
	case sinkErr != nil && isCancel(err):
		return sinkErr
	case err != nil:
		return early(err, bound)
	case unwanted > maxDrain: // the cancel request may be late, and hit the next call
		_ = conn.Close(ctx)
	}
	return sinkErr
}

func size(values [][]byte) int {
	n := 0
	for _, v := range values {
		n += len(v)
	}
	return n
}

// isCancel reports whether err says that PostgreSQL cancelled the call.
func isCancel(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == pgerrcode.QueryCanceled
}

// prepare makes sure that conn has q's statement and that it is what the
// contract says. fresh says that it was prepared just now.
func prepare(ctx context.Context, conn *pgx.Conn, q *Query) (description *pgconn.StatementDescription, fresh bool, err error) {
	s, state := q.Statement, stateOf(conn)
	description, err = conn.Prepare(ctx, s.Name, s.SQL)
	if err != nil {
		return nil, true, &earlyError{err}
	}
	fresh = description != state.prepared[s.Name]
	if s.Name != "" {
		state.prepared[s.Name] = description
	}
	return description, fresh, verify(s.Procedure, s.Params, description, q.OIDs)
}

// forget drops a prepared statement, so that the next call prepares it anew.
func forget(ctx context.Context, conn *pgx.Conn, name string) error {
	delete(stateOf(conn).prepared, name)
	if name == "" {
		return nil
	}
	return conn.Deallocate(ctx, name)
}

// forgetStale drops what conn knows of a schema that has changed.
func forgetStale(ctx context.Context, conn *pgx.Conn, q *Query, err error) error {
	if !isStale(err) && !isDrift(err) {
		return err
	}
	stateOf(conn).oids = nil
	return errors.Join(err, forget(ctx, conn, q.Statement.Name))
}
