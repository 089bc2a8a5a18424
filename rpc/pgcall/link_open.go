package pgcall

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rawsock"
)

var errLongRow = rpc.NewError(rpc.CodeResultTooLarge, "a row of the result is over %d bytes: ask for less", maxResultRow)

// open connects for l, with the hooks of the pool's configuration.
func (ls *Lanes) open(ctx context.Context, l *lane) (*link, error) {
	config := ls.connConfig.Copy()
	if before := ls.pool.before; before != nil {
		if err := before(ctx, config); err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
	}
	ls.pool.pooled.trim(config)
	conn, err := pgx.ConnectConfig(ctx, config)
	if isPooled(err) && !ls.pool.pooled.found.Swap(true) {
		ls.pool.pooled.trim(config)
		conn, err = pgx.ConnectConfig(ctx, config)
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	k, err := ls.newLink(ctx, l, conn)
	if err != nil {
		hangUpOn(conn)
		return nil, fmt.Errorf("connect: %w", err)
	}
	return k, nil
}

// newLink takes conn over for l.
func (ls *Lanes) newLink(ctx context.Context, l *lane, conn *pgx.Conn) (*link, error) {
	if after := ls.config.AfterConnect; after != nil {
		if err := after(ctx, conn); err != nil {
			return nil, err
		}
	}
	keeps, err := keepingOf(ctx, conn)
	if err != nil {
		return nil, err
	}
	if ls.meet(keeps); keeps == keepsOwn {
		if err := ls.fit(ctx, conn); err != nil {
			return nil, err
		}
	}
	if keeps == keepsOwn && !l.set.class.alone() { // at the end: what is asked before may take longer
		timeout := "set statement_timeout = " + strconv.FormatInt(max(ls.options.FastTimeout.Milliseconds(), 1), 10)
		if _, err := conn.Exec(ctx, timeout, pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, err
		}
	}
	if err := conn.PgConn().SyncConn(ctx); err != nil {
		return nil, err
	}
	ls.pool.outage.ended()
	now := time.Now()
	k := &link{
		lane: l, conn: conn, net: conn.PgConn().Conn(), opened: now, keeps: keeps,
		ended: make(chan struct{}), statements: make(map[string]*prepared),
	}
	k.raw, _ = k.net.(*rawsock.Conn)
	k.in.conn = k.net
	k.heard.Store(now.UnixNano())
	return k, nil
}

// meet says once what a pooler lacks.
func (ls *Lanes) meet(keeps keeping) {
	if keeps == keepsOwn {
		return
	}
	ls.pool.pooled.found.Store(true)
	if keeps == keepsNone && !ls.told.Swap(true) {
		ls.options.Logger.Warn("the connection pooler does not track prepared statements: every call is parsed and planned anew",
			"remedy", "PgBouncer 1.21 or later with max_prepared_statements over 0, or a direct connection")
	}
}
