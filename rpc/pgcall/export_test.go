package pgcall

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Stamper returns a function that asks what a gate asks at each poll.
func Stamper(ctx context.Context, conn *pgx.Conn, schemas ...string) (func(context.Context) error, error) {
	s, err := readSchema(ctx, conn, schemas)
	return func(ctx context.Context) error {
		_, err := readStamp(ctx, conn, schemas, s)
		return err
	}, err
}
