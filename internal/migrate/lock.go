package migrate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrLocked is returned when another migration held the lock for too long.
var ErrLocked = errors.New("another migration of this database is running")

// lockKey names the advisory lock, which is one per database.
const lockKey int64 = 0x7370_6765_6e00_0001 // "spgen", 1

const lockPoll = 50 * time.Millisecond

// lock takes the advisory lock and returns what gives it back. It asks again
// and again instead of waiting inside of PostgreSQL: a statement that waits holds
// a snapshot, and CREATE INDEX CONCURRENTLY in the other's migration would wait
// for that in turn.
func lock(ctx context.Context, conn *pgx.Conn, o Options) (unlock func() error, err error) {
	deadline := time.NewTimer(o.LockTimeout)
	defer deadline.Stop()
	poll := time.NewTicker(lockPoll)
	defer poll.Stop()
	for waited := false; ; waited = true {
		var ok bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", lockKey).Scan(&ok); err != nil {
			return nil, fmt.Errorf("lock the database for migration: %w", err)
		}
		if ok {
			return func() error { return release(ctx, conn) }, nil
		}
		if !waited {
			o.Logger.InfoContext(ctx, "waiting for another migration")
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrLocked, context.Cause(ctx))
		case <-deadline.C:
			return nil, lockedError(ctx, conn, o.LockTimeout)
		case <-poll.C:
		}
	}
}

// release also works after ctx has ended. A connection that broke has given
// the lock back already.
func release(ctx context.Context, conn *pgx.Conn) error {
	if conn.IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := conn.Exec(ctx, "select pg_advisory_unlock($1)", lockKey); err != nil {
		return fmt.Errorf("unlock the database after migration: %w", err)
	}
	return nil
}

func lockedError(ctx context.Context, conn *pgx.Conn, d time.Duration) error {
	var pid int
	err := conn.QueryRow(ctx, `
		select pid
		  from pg_catalog.pg_locks
		 where locktype = 'advisory' and granted and objsubid = 1
		   and database = (select oid from pg_catalog.pg_database where datname = current_database())
		   and (classid::bigint << 32) + objid::bigint = $1`, lockKey).Scan(&pid)
	if err != nil {
		return fmt.Errorf("%w: waited %v: try again", ErrLocked, d)
	}
	return fmt.Errorf("%w in the process %d: waited %v: let it end, or stop it with select pg_terminate_backend(%d)",
		ErrLocked, pid, d, pid)
}
