package pgcall

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// connectAs opens a connection as a pool of config does, which is none of it.
func connectAs(ctx context.Context, pool *pgxpool.Config, told func(*pgconn.PgConn, *pgconn.Notification)) (*pgx.Conn, error) {
	config := pool.ConnConfig.Copy()
	if pool.BeforeConnect != nil {
		if err := pool.BeforeConnect(ctx, config); err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
	}
	config.OnNotification = told
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil && pool.AfterConnect != nil {
		if err = pool.AfterConnect(ctx, conn); err != nil {
			hangUpOn(conn)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}
