package devpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const superuser = "postgres"

// Options say where a cluster lives and how it runs.
type Options struct {
	// Dir holds the cluster; it is made when missing.
	Dir string
	// Settings are server parameters such as fsync=off. They apply when this
	// call starts the server, not when it joins one that runs.
	Settings map[string]string
	// Binaries is the directory of the server's programs; "" searches for them.
	// It has no effect on a server that runs already.
	Binaries string
	// Output receives progress for a person; nil is silent.
	Output io.Writer
	// Logger receives what a person need not see; nil is silent.
	Logger *slog.Logger
}

// Settings that would break what this package promises.
var reservedSettings = []string{
	"config_file", "data_directory", "external_pid_file", "hba_file", "ident_file",
	"listen_addresses", "port", "unix_socket_directories", "unix_socket_group", "unix_socket_permissions",
}

func (o Options) check() error {
	if o.Dir == "" {
		return errors.New("start PostgreSQL: no directory given")
	}
	if o.Binaries != "" && !filepath.IsAbs(o.Binaries) {
		return fmt.Errorf("start PostgreSQL: the directory of its programs, %q, must be an absolute path", o.Binaries)
	}
	for _, name := range reservedSettings {
		if _, ok := o.Settings[name]; ok {
			return fmt.Errorf("start PostgreSQL: the setting %s is not yours to give, take it out", name)
		}
	}
	// libpq's variables, such as a PGSERVICE that is not there, can spoil any URL.
	if _, err := pgx.ParseConfig(socketURL("/", superuser, superuser)); err != nil {
		return fmt.Errorf("start PostgreSQL: the environment's PG variables are wrong, unset them: %w", err)
	}
	return nil
}

func (o Options) logger() *slog.Logger {
	if o.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Logger
}

// say tells a person one line of progress.
func (o Options) say(format string, args ...any) {
	if o.Output != nil {
		_, _ = fmt.Fprintf(o.Output, format+"\n", args...)
	}
}

// arguments renders the settings as -c arguments, sorted.
func (o Options) arguments() []string {
	all := map[string]string{"timezone": "UTC", "log_timezone": "UTC"}
	for name, value := range o.Settings {
		all[name] = value
	}
	var args []string
	for name, value := range all {
		args = append(args, name+"="+value)
	}
	slices.Sort(args)
	return args
}

// URL returns a connection string for user and database that pgx parses. It
// stays the same until the server is restarted.
func (c *Cluster) URL(user, database string) string {
	return socketURL(c.socketDir, user, database)
}

// Superuser returns the name of the cluster's superuser.
func (c *Cluster) Superuser() string { return superuser }

// Version returns the server's major version, such as 15.
func (c *Cluster) Version() int { return c.version }

// Reused says whether Start joined a server that ran already.
func (c *Cluster) Reused() bool { return c.reused }

// CreateDatabase makes the database name unless it exists. An empty owner
// means the superuser; another one must exist.
func (c *Cluster) CreateDatabase(ctx context.Context, name, owner string) error {
	if owner == "" {
		owner = superuser
	}
	conn, err := pgx.Connect(ctx, c.URL(superuser, superuser))
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	if exists {
		return nil
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()+" owner "+pgx.Identifier{owner}.Sanitize())
	if err != nil && !madeMeanwhile(err) {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// madeMeanwhile reports the two errors of a concurrent create database.
func madeMeanwhile(err error) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) &&
		(pgErr.Code == pgerrcode.DuplicateDatabase || pgErr.Code == pgerrcode.UniqueViolation)
}
