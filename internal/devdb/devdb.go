// Package devdb is the private database of a project: one database in the
// cluster that internal/devpg runs, with the project's schema applied.
package devdb

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/migrate"
)

// Name is the database's name in the cluster.
const Name = "spgen"

// DB is a use of the private database.
type DB struct {
	cluster *devpg.Cluster
}

// Open starts the cluster below dataDir, or joins it. output receives progress.
func Open(ctx context.Context, dataDir string, output io.Writer, logger *slog.Logger) (*DB, error) {
	cluster, err := devpg.Start(ctx, devpg.Options{Dir: filepath.Join(dataDir, "pg"), Output: output, Logger: logger})
	if err != nil {
		return nil, err
	}
	d := &DB{cluster: cluster}
	if err := cluster.CreateDatabase(ctx, Name, ""); err != nil {
		return nil, closing(d, err)
	}
	return d, nil
}

func closing(d *DB, err error) error {
	if closeErr := d.Close(); closeErr != nil {
		return fmt.Errorf("%w (and %w)", err, closeErr)
	}
	return err
}

// AdminURL connects as the superuser.
func (d *DB) AdminURL() string { return d.cluster.URL(d.cluster.Superuser(), Name) }

// URL connects as role, or as the superuser when role is "".
func (d *DB) URL(role string) string {
	if role == "" {
		return d.AdminURL()
	}
	return d.cluster.URL(role, Name)
}

// Version returns PostgreSQL's major version.
func (d *DB) Version() int { return d.cluster.Version() }

// Reused reports whether the cluster ran already.
func (d *DB) Reused() bool { return d.cluster.Reused() }

// Ping checks that the cluster answers.
func (d *DB) Ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.AdminURL())
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// Migrate applies a schema directory.
func (d *DB) Migrate(ctx context.Context, schema fs.FS) (migrate.Report, error) {
	return Migrate(ctx, d.AdminURL(), schema)
}

// Close ends this use; the last one stops the server.
func (d *DB) Close() error { return d.cluster.Stop(context.Background()) }

// Migrate applies a schema directory to the database at url.
func Migrate(ctx context.Context, url string, schema fs.FS) (report migrate.Report, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return report, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	return migrate.Apply(ctx, conn, schema, migrate.Options{})
}
