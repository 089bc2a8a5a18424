package pgcall

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Connect opens one connection that is set up as those of a server are: with the
// settings on which the text of values depends, unless config has its own.
func Connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	config = config.Copy()
	withSettings(config)
	return pgx.ConnectConfig(ctx, config)
}

// Run runs q on conn, in the transaction that conn is in, and feeds q.Sink; its Done
// is left to the caller. Nothing is run again. It is for an [Invoker] whose
// connection does more than calls.
func Run(ctx context.Context, conn *pgx.Conn, q *Query) error { return run(full(ctx), conn, q) }

// LookupOIDs does for conn what an [Invoker]'s OIDs does.
func LookupOIDs(ctx context.Context, conn *pgx.Conn, names []string) (pgjson.OIDs, error) {
	return lookupOIDs(full(ctx), conn, names)
}
