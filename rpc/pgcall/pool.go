package pgcall

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Pool is the connections for what is no call of the wire: typed functions, and
// queries of Go handlers.
type Pool struct {
	pool   *pgxpool.Pool
	size   int // connections at most
	pooled pooled
	outage *outage
	before func(context.Context, *pgx.ConnConfig) error // the configuration's own BeforeConnect
}

// NewPool connects lazily: it succeeds while the database is down. config may
// be changed before; NewPool sets how cancellation works, and the settings on
// which the text of values depends, UTC among them, unless the connection
// string has its own.
func NewPool(ctx context.Context, config *pgxpool.Config) (*Pool, error) {
	config.ConnConfig.BuildContextWatcherHandler = cancelRequest
	config.ConnConfig.DialFunc = plainly(config.ConnConfig.DialFunc)
	config.ConnConfig.BuildFrontend = buffered(config.ConnConfig.BuildFrontend)
	p := &Pool{size: int(config.MaxConns), outage: new(outage)}
	p.pooled.given = withSettings(config.ConnConfig)
	before, after := config.BeforeConnect, config.AfterConnect
	p.before = before
	config.BeforeConnect = func(ctx context.Context, c *pgx.ConnConfig) error {
		if away := p.outage.attempt(time.Now()); away != nil {
			return away
		}
		p.pooled.trim(c)
		if before == nil {
			return nil
		}
		return before(ctx, c)
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if after != nil {
			if err := after(ctx, conn); err != nil {
				return err
			}
		}
		p.outage.ended()
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	p.pool = pool
	return p, nil
}

// settings make values that travel as text the same on every server.
var settings = map[string]string{
	"client_encoding":    "UTF8",
	"datestyle":          "ISO, YMD",
	"intervalstyle":      "iso_8601",
	"timezone":           "UTC",
	"bytea_output":       "hex",
	"extra_float_digits": "1",
}

// withSettings adds the settings that config does not have, and returns the names
// of what it has.
func withSettings(config *pgx.ConnConfig) (given []string) {
	given = slices.Collect(maps.Keys(config.RuntimeParams))
	for name, value := range settings {
		if !slices.Contains(given, name) {
			config.RuntimeParams[name] = value
		}
	}
	return given
}

// Acquire takes a connection, once more where a pooler refused the first way.
func (p *Pool) Acquire(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := p.pool.Acquire(ctx)
	if isPooled(err) { // of whoever comes first there may be many
		p.pooled.found.Store(true)
		conn, err = p.pool.Acquire(ctx)
	}
	p.outage.failedPool(err)
	return conn, err
}

// readBuffer is twice what PostgreSQL sends at once. pgx's own buffer holds just
// that, so that the start of a row at its end makes every message take two reads.
const readBuffer = 16 << 10

func buffered(build pgconn.BuildFrontendFunc) pgconn.BuildFrontendFunc {
	return func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		return build(bufio.NewReaderSize(r, readBuffer), w)
	}
}

// cancelRequest ends a call by asking PostgreSQL to cancel it; the connection
// survives when that works within a second.
func cancelRequest(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
}

// Pool returns the underlying pool.
func (p *Pool) Pool() *pgxpool.Pool { return p.pool }

// Query implements DB.
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := p.pool.Query(ctx, sql, args...)
	if isPooled(err) && !p.pooled.found.Swap(true) {
		rows, err = p.pool.Query(ctx, sql, args...)
	}
	p.outage.failedPool(err)
	return rows, err
}

// Ping checks that the database answers.
func (p *Pool) Ping(ctx context.Context) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return conn.Ping(ctx)
}

// Close waits until every connection was given back, and closes them.
func (p *Pool) Close() { p.pool.Close() }

// OIDs returns the OIDs of the named types, see [Invoker].
func (p *Pool) OIDs(ctx context.Context, names []string) (pgjson.OIDs, error) {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return nil, acquireError(ctx, err)
	}
	defer conn.Release()
	oids, err := lookupOIDs(ctx, conn.Conn(), names)
	if err != nil && (conn.Conn().IsClosed() || isCancel(err)) {
		return nil, acquireError(ctx, err)
	}
	return oids, err
}

var errClosed = errors.New("the pool is closed")

// full returns a context that may be handed on, see [rpc.Executor].
func full(ctx context.Context) context.Context {
	if c, ok := ctx.(interface{ Full() context.Context }); ok {
		return c.Full()
	}
	return ctx
}

const (
	maxAttempts = 3                    // to run a call
	maxPause    = 5 * time.Millisecond // before a call that collided runs again
)

// acquireError tells a database that cannot be reached from a call whose time
// ran out in the queue.
func acquireError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return unavailable(err)
}
