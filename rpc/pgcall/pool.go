package pgcall

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Pool is an Invoker that runs each query on a connection of its own, taken
// from a pgxpool. It sends nothing twice but read-only calls and calls that
// never reached the database.
type Pool struct {
	pool    *pgxpool.Pool
	running sync.WaitGroup
}

// NewPool connects lazily: it succeeds while the database is down. config may
// be changed before; NewPool sets how cancellation works.
func NewPool(ctx context.Context, config *pgxpool.Config) (*Pool, error) {
	config.ConnConfig.BuildContextWatcherHandler = cancelRequest
	for name, value := range settings {
		if _, given := config.ConnConfig.RuntimeParams[name]; !given {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	return &Pool{pool: pool}, nil
}

// settings make the text of values that travel as text the same on every server.
// A connection string may say otherwise.
var settings = map[string]string{"datestyle": "ISO, YMD", "intervalstyle": "iso_8601", "timezone": "UTC"}

// cancelRequest ends a call by asking PostgreSQL to cancel it; the connection
// survives when that works within a second.
func cancelRequest(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
}

// Pool returns the underlying pool.
func (p *Pool) Pool() *pgxpool.Pool { return p.pool }

// Query implements DB.
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return p.pool.Query(ctx, sql, args...)
}

// Ping checks that the database answers.
func (p *Pool) Ping(ctx context.Context) error { return p.pool.Ping(ctx) }

// Close waits for running queries and closes every connection.
func (p *Pool) Close() {
	p.running.Wait()
	p.pool.Close()
}

// OIDs implements Invoker.
func (p *Pool) OIDs(ctx context.Context, names []string) (pgjson.OIDs, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, acquireError(ctx, err)
	}
	defer conn.Release()
	return lookupOIDs(ctx, conn.Conn(), names)
}

// oidsQuery finds types by the name that pgjson.Type has. It reads pg_catalog
// only, so that the role needs no right on the types' schemas.
const oidsQuery = `
with own as (
    select t.oid, t.typarray, quote_ident(n.nspname) || '.' || quote_ident(t.typname) as name
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace n on n.oid = t.typnamespace
)
select name, oid from own where name = any ($1::text[])
union all
select name || '[]', typarray from own where typarray <> 0 and name || '[]' = any ($1::text[])`

// lookupOIDs resolves type names in one query.
func lookupOIDs(ctx context.Context, conn *pgx.Conn, names []string) (pgjson.OIDs, error) {
	rows, err := conn.Query(ctx, oidsQuery, names)
	if err != nil {
		return nil, fmt.Errorf("look up types: %w", err)
	}
	oids := make(pgjson.OIDs, len(names))
	var (
		name string
		oid  uint32
	)
	if _, err := pgx.ForEachRow(rows, []any{&name, &oid}, func() error { oids[name] = oid; return nil }); err != nil {
		return nil, fmt.Errorf("look up types: %w", err)
	}
	return oids, nil
}

// Start implements Invoker.
func (p *Pool) Start(ctx context.Context, q *Query) {
	p.running.Go(func() { q.Sink.Done(p.invoke(ctx, q)) })
}

// maxAttempts bounds how often a call is sent to a connection that turns out dead.
const maxAttempts = 3

func (p *Pool) invoke(ctx context.Context, q *Query) error {
	var err error
	for range maxAttempts {
		var again bool
		if again, err = p.attempt(ctx, q); !again {
			return err
		}
		q.Sink.Reset()
	}
	return err
}

// attempt runs q once. again says that it had no effect and may be sent again.
func (p *Pool) attempt(ctx context.Context, q *Query) (again bool, err error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return false, acquireError(ctx, err)
	}
	defer conn.Release()
	err = run(ctx, conn.Conn(), q)
	if err == nil {
		return false, nil
	}
	gone, sent := lost(conn.Conn(), err)
	readOnly := q.Statement.Procedure.ReadOnly
	switch {
	case !gone:
		return false, forgetStale(ctx, conn.Conn(), q, err)
	case sent && !readOnly:
		return false, outcomeUnknown(err)
	case ctx.Err() != nil:
		return false, ctx.Err()
	}
	return true, unavailable(err)
}

// forgetStale drops a prepared statement that the schema has outlived, so that
// the next call prepares it anew.
func forgetStale(ctx context.Context, conn *pgx.Conn, q *Query, err error) error {
	var pg *pgconn.PgError
	var known *rpc.Error
	stale := errors.As(err, &pg) && pg.Code == pgerrcode.FeatureNotSupported ||
		errors.As(err, &known) && known.Code == rpc.CodeSchemaDrift
	if stale && q.Statement.Name != "" {
		err = errors.Join(err, conn.Deallocate(ctx, q.Statement.Name))
	}
	return err
}

// acquireError tells a database that cannot be reached from a call whose time
// ran out in the queue.
func acquireError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return unavailable(err)
}
