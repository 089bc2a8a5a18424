package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/devdb"
	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/project"
)

// place is where a command works: the schema directory and the database.
type place struct {
	schema      string
	databaseURL string
	dataDir     string
}

func (p *place) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.schema, "schema", "", "schema directory (default: schema/ of the module)")
	f.StringVar(&p.databaseURL, "database-url", "", "PostgreSQL URL (env SPGEN_DATABASE_URL, DATABASE_URL, PG*; default: a private PostgreSQL)")
	f.StringVar(&p.dataDir, "data-dir", "", "directory of the private PostgreSQL (env SPGEN_DATA_DIR; default: .spgen of the module)")
}

// complete fills in what was not given, from the module around the schema
// directory or the working directory.
func (p *place) complete(getenv func(string) string) error {
	at := "."
	if p.schema != "" {
		at = p.schema
	}
	root, err := project.Find(at)
	if err != nil && (p.schema == "" || p.dataDir == "") {
		root = project.Project{Root: "."}
		if p.schema == "" {
			return usage(err)
		}
	}
	if p.schema == "" {
		p.schema = relative(root.Schema())
	}
	if p.dataDir == "" {
		p.dataDir = getenv("SPGEN_DATA_DIR")
	}
	if p.dataDir == "" {
		p.dataDir = relative(root.Data())
	}
	if info, err := os.Stat(p.schema); err != nil || !info.IsDir() {
		return usage(fmt.Errorf("there is no schema directory %s: run this inside a project, or name it with --schema", p.schema))
	}
	return nil
}

// relative shortens path for messages when it lies below the working directory.
func relative(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// connectTimeout bounds an attempt to reach the database, unless its URL does.
const connectTimeout = 10 * time.Second

// withDatabase calls f with a connection to the database that was named, or to
// the private one; private says which.
func (p *place) withDatabase(ctx context.Context, env environment, f func(*pgx.Conn, bool) error) (err error) {
	url, given := devpg.FindURL(p.databaseURL, env.getenv)
	if !given {
		db, err := devdb.Open(ctx, p.dataDir, env.stderr, nil)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		return p.connect(ctx, db.AdminURL(), func(conn *pgx.Conn) error { return f(conn, true) })
	}
	return p.connect(ctx, url, func(conn *pgx.Conn) error { return f(conn, false) })
}

func (p *place) connect(ctx context.Context, url string, f func(*pgx.Conn) error) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return usage(fmt.Errorf("the database URL is malformed: %w\nhint: postgres://user:password@host:5432/database", err))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return &exitError{code: exitUnreachable, err: fmt.Errorf(
			"%w\nhint: start that server or correct its address; without --database-url, SPGEN_DATABASE_URL, DATABASE_URL and PG* spgen runs a private PostgreSQL", err)}
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	return f(conn)
}

// apply brings a database up to the schema directory and prints what it did.
func (p *place) apply(ctx context.Context, conn *pgx.Conn, out io.Writer) (migrate.Report, error) {
	report, err := migrate.Apply(ctx, conn, os.DirFS(p.schema), migrate.Options{Dir: p.schema})
	fmt.Fprint(out, report.String()) //nolint:errcheck // best effort
	if err != nil {
		return report, fmt.Errorf("apply %s: %w", p.schema, err)
	}
	return report, nil
}
