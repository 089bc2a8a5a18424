package pgcall

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/rawsock"
)

// plainly has connections read without announcing each system call to Go's
// scheduler, where they can.
func plainly(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if raw := rawsock.New(conn); raw != nil {
			return raw, nil
		}
		return conn, nil
	}
}
