package pgcall

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/rawsock"
)

// longestSilence is how long the other end may acknowledge nothing before a
// connection counts as lost.
const longestSilence = 10 * time.Second

// plainly has connections read without announcing each system call to Go's
// scheduler, where they can, and end when nothing is heard of the other end.
func plainly(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		limitSilence(conn, longestSilence)
		if raw := rawsock.New(conn); raw != nil {
			return raw, nil
		}
		return conn, nil
	}
}
