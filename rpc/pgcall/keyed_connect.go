package pgcall

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// connect takes a connection of the pool.
func (k *keyedCalls) connect(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := k.pool.Acquire(ctx)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, &unreachedError{err}
}

// awaitDatabase waits until there may be another attempt to connect after one
// that ended with err, and reports whether ctx goes on.
func awaitDatabase(ctx context.Context, err error) bool {
	var away *absence
	if !errors.As(err, &away) {
		return pauseFor(ctx, firstBackoff/2+jitter(firstBackoff/2))
	}
	timer := time.NewTimer(time.Until(away.until) + jitter(maxPause))
	defer timer.Stop()
	select {
	case <-away.over:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// forgetBatch is how many expired answers are deleted at a time.
const forgetBatch = 1000

// forget deletes expired answers until ctx ends, once a minute where they are kept
// for long. Servers share the work: each skips what another is at.
func (l *Lanes) forget(ctx context.Context) {
	interval := min(max(l.keyed.ttl/10, time.Second), time.Minute)
	for pauseFor(ctx, interval/2+jitter(interval)) {
		for {
			n, err := l.forgetSome(ctx)
			if err != nil && ctx.Err() == nil && stateOfError(err) != "" {
				l.options.Logger.Warn("expired answers of keyed calls were not deleted", "error", err)
			}
			if err != nil || n < forgetBatch {
				break
			}
		}
	}
}

// forgetSome deletes a batch, where keyed calls are installed.
func (l *Lanes) forgetSome(ctx context.Context) (n int, err error) {
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	var may bool
	if err := conn.QueryRow(ctx, mayForgetSQL).Scan(&may); err != nil || !may {
		return 0, err
	}
	err = conn.QueryRow(ctx, "select spgen.forget_answers($1)", forgetBatch).Scan(&n)
	return n, err
}

// mayForgetSQL asks whether the function is there for this role, which is an
// error to PostgreSQL where the schema is not.
const mayForgetSQL = `
	select coalesce((
	       select bool_or(pg_catalog.has_function_privilege(p.oid, 'execute') and pg_catalog.has_schema_privilege(n.oid, 'usage'))
	         from pg_catalog.pg_proc p
	         join pg_catalog.pg_namespace n on n.oid = p.pronamespace
	        where n.nspname = 'spgen' and p.proname = 'forget_answers'), false)`
