package server

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc/pgcall"
)

// vet has the first connection to the database check what its role may do. One
// that may do too much gets no connection, and Serve ends.
func (s *Server) vet(database *pgxpool.Config) {
	before := database.AfterConnect
	database.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if before != nil {
			if err := before(ctx, conn); err != nil {
				return err
			}
		}
		if s.vetted.Load() {
			return nil
		}
		err := pgcall.CheckRole(ctx, conn)
		if err == nil {
			s.vetted.Store(true)
			return nil
		}
		if s.vetted.Load() { // by another connection: what has changed since is recheck's matter
			return nil
		}
		var excess pgcall.ExcessError
		if errors.As(err, &excess) {
			select {
			case s.refused <- excess:
			default: // it is known
			}
		}
		return err
	}
}

// introduceAgain is how long the server waits before it tries once more to
// connect, so that its role is checked before anybody calls.
const introduceAgain = 200 * time.Millisecond

// introduce connects to the database, unless calls have done so.
func (s *Server) introduce(ctx context.Context) {
	ticker := time.NewTicker(introduceAgain)
	defer ticker.Stop()
	for !s.vetted.Load() && s.lanes.Ping(ctx) != nil {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
