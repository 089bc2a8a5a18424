package devdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/version"
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

// apply brings the database of config up to schema, unless it is that: its comment
// says of what it was made.
func apply(ctx context.Context, config *pgx.ConnConfig, schema fs.FS) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	sum, err := sumOf(schema)
	if err != nil {
		return err
	}
	var made *string
	err = conn.QueryRow(ctx, "select pg_catalog.shobj_description(oid, 'pg_database') from pg_catalog.pg_database where datname = current_database()").Scan(&made)
	if err != nil || made != nil && *made == sum {
		return err
	}
	if _, err := migrate.Apply(ctx, conn, schema, migrate.Options{}); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "comment on database "+ExamplesName+" is '"+sum+"'")
	return err
}

// sumOf returns a hash of what the database is made of: the schema's SQL, and this
// program, which adds objects of its own.
func sumOf(schema fs.FS) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, version.Program())
	for _, dir := range []string{"migrations", "functions", "manifest.yaml"} {
		err := fs.WalkDir(schema, dir, func(name string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && !e.Type().IsRegular() {
				return nil
			}
			if err != nil {
				return err
			}
			text, err := fs.ReadFile(schema, name)
			fmt.Fprintf(h, "%s %d %s", name, len(text), text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
