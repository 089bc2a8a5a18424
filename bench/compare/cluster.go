package main

import (
	"context"
	_ "embed" // schema.sql
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/devpg"
)

//go:embed schema.sql
var schemaSQL string

// database is a private PostgreSQL with schema.sql.
type database struct {
	dir     string
	cluster *devpg.Cluster
	url     string
	version string
	pid     int    // of its first process
	bin     string // where its programs are
}

// settings allow the connections of all servers at once. All that concerns
// durability is PostgreSQL's default.
var settings = map[string]string{"max_connections": "200"}

func newDatabase(ctx context.Context) (d *database, err error) {
	dir, err := os.MkdirTemp("", "spgen-bench-")
	if err != nil {
		return nil, err
	}
	d = &database{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.stop(ctx))
		}
	}()
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- PostgreSQL runs as another user
		return nil, err
	}
	if d.cluster, err = devpg.Start(ctx, devpg.Options{Dir: filepath.Join(dir, "pg"), Settings: settings}); err != nil {
		return nil, err
	}
	d.url = d.cluster.URL(d.cluster.Superuser(), "postgres")
	return d, d.prepare(ctx)
}

func (d *database) prepare(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is left to lose
	for _, sql := range []string{schemaSQL, "vacuum", "checkpoint"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("make the schema: %w", err)
		}
	}
	var pidFile string
	err = conn.QueryRow(ctx, `
		select pg_read_file('postmaster.pid'), setting, current_setting('server_version')
		  from pg_config where name = 'BINDIR'`).Scan(&pidFile, &d.bin, &d.version)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(pidFile, "\n")
	d.pid, err = strconv.Atoi(first)
	return err
}

func (d *database) stop(ctx context.Context) error {
	var err error
	if d.cluster != nil {
		err = d.cluster.Stop(context.WithoutCancel(ctx))
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}
