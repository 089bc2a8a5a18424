package devdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/migrate"
)

// ExamplesName is the name of the database beside the project's in which examples
// run. Nobody writes to it, so that it has what migrations made and no more.
const ExamplesName = "spgen_examples"

// Stage returns how to reach the database for examples beside that of config, which
// is the private one, with schema applied. It makes it where it is missing, and anew
// where schema cannot be applied to what is there.
func Stage(ctx context.Context, config *pgx.ConnConfig, schema fs.FS) (*pgx.ConnConfig, error) {
	stage := config.Copy()
	stage.Database = ExamplesName
	err := apply(ctx, stage, schema)
	if err == nil {
		return stage, nil
	}
	if err := remake(ctx, config, !is(err, pgerrcode.InvalidCatalogName)); err != nil {
		return nil, fmt.Errorf("make the database for examples: %w", err)
	}
	return stage, apply(ctx, stage, schema)
}

// apply brings the database of config up to schema.
func apply(ctx context.Context, config *pgx.ConnConfig, schema fs.FS) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	_, err = migrate.Apply(ctx, conn, schema, migrate.Options{})
	return err
}

// remake makes the database for examples, without what it was if there is one.
func remake(ctx context.Context, config *pgx.ConnConfig, old bool) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	if old {
		if _, err := conn.Exec(ctx, "drop database if exists "+ExamplesName+" with (force)"); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "create database "+ExamplesName)
	if is(err, pgerrcode.DuplicateDatabase) || is(err, pgerrcode.UniqueViolation) {
		return nil // another spgen was faster
	}
	return err
}

// is reports whether err is PostgreSQL's of that code.
func is(err error, code string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}
