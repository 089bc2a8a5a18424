package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/version"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// App is a program that serves one API.
type App struct {
	Name   string   // of the program, for help and logs
	API    *rpc.API // generated
	Docs   fs.FS    // generated docs; nil: none
	Schema fs.FS    // the schema directory, for migrations; nil: none
	Try    string   // a frame to try, printed at start; "": none

	// Configure adds Go handlers and interceptors; nil: none.
	Configure func(*rpc.Registry) error

	reload <-chan os.Signal // nil: never
}

// Main runs a and exits. SIGINT and SIGTERM drain the server; a second one ends
// the program at once, with 130 or 143. SIGHUP has certificates read again.
func Main(a App) {
	ctx, stop := context.WithCancel(context.Background())
	signals := catchSignals()
	go signals.watch(stop, os.Stderr, os.Exit)
	a.reload = signals.reload
	err := a.Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err) //nolint:errcheck // nowhere to report to
		os.Exit(1)
	}
}

// options are the flags, completed from the environment.
type options struct {
	listen      string
	databaseURL string
	migrateURL  string
	dataDir     string
	migrate     bool
	origins     []string
	logFormat   string
	logLevel    slog.Level
	drain       time.Duration
	schemaPoll  time.Duration
	lanes       pgcall.LaneOptions
	anyRole     bool
	failures    int
	transport   transport
	limits      limits
	sessions    sessionFlags
	console     consoleFlag
}

// Run is Main without the process: it serves until ctx ends.
func (a App) Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	var o options
	cmd := &cobra.Command{
		Use:           a.Name,
		Short:         "Serve the methods of " + a.Name + " over WebSocket",
		Long:          "Serve the methods of " + a.Name + " over WebSocket.\n\n" + about,
		Version:       version.Current().String(),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.fromEnvironment(cmd, getenv); err != nil {
				return err
			}
			o.sessions.told = cmd.Flags().Changed("auth-timeout")
			o.console.told = cmd.Flags().Changed("console")
			p := &program{App: a, options: o, getenv: getenv, stdout: stdout, stderr: stderr}
			return p.run(cmd.Context())
		},
	}
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	cmd.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	o.register(cmd)
	cmd.Flags().Bool("version", false, "print the version, the commit and the Go that it was built with")
	return cmd.ExecuteContext(ctx)
}

const about = `Without a database it runs a private PostgreSQL below --data-dir and applies the
schema to it. A database is named by --database-url, SPGEN_DATABASE_URL,
DATABASE_URL or PostgreSQL's own PG* variables, in this order; it is migrated
only with --migrate.`

func (o *options) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on, or unix: and a path; one that other machines reach needs TLS (env SPGEN_LISTEN)")
	f.StringVar(&o.databaseURL, "database-url", "", "PostgreSQL URL to serve from, as the server's role (env SPGEN_DATABASE_URL)")
	f.BoolVar(&o.migrate, "migrate", false, "apply the schema to the given database before serving")
	f.StringVar(&o.migrateURL, "migrate-url", "", "PostgreSQL URL to migrate with, as the owner's role (env SPGEN_MIGRATE_URL; default: the database's)")
	f.StringVar(&o.dataDir, "data-dir", ".spgen", "directory of the private PostgreSQL (env SPGEN_DATA_DIR)")
	f.StringSliceVar(&o.origins, "allow-origin", nil, "origin whose pages may connect, such as https://app.example.com; repeatable (env SPGEN_ALLOWED_ORIGINS; default: the server's own)")
	f.StringVar(&o.logFormat, "log-format", "text", "text or json (env SPGEN_LOG_FORMAT)")
	f.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "debug, info, warn or error (env SPGEN_LOG_LEVEL)")
	f.DurationVar(&o.schemaPoll, "schema-poll", pgcall.DefaultPoll, "how often to ask whether the schema has changed; -1s: only when announced (env SPGEN_SCHEMA_POLL)")
	f.IntVar(&o.lanes.Reads, "read-connections", 0, "database connections that calls which only read share (env SPGEN_READ_CONNECTIONS; default: one for each core, 2 to 16)")
	f.IntVar(&o.lanes.Writes, "write-connections", 0, "database connections that other calls share (env SPGEN_WRITE_CONNECTIONS; default: eight for each core, up to 32)")
	f.IntVar(&o.lanes.Own, "slow-connections", 0, "database connections for slow calls, one at a time each (env SPGEN_SLOW_CONNECTIONS; default: the database URL's pool_max_conns)")
	f.IntVar(&o.lanes.Keyed, "keyed-connections", 0, "database connections for writes with a key, one at a time each (env SPGEN_KEYED_CONNECTIONS; default: four for each core, up to 16)")
	f.DurationVar(&o.lanes.KeyTTL, "key-ttl", pgcall.DefaultKeyTTL, "how long the answers of writes with a key are kept (env SPGEN_KEY_TTL)")
	f.IntVar(&o.lanes.CPU, "cpu-connections", 0, "database connections for calls that take much of its CPU time, such as hashing passwords, one at a time each (env SPGEN_CPU_CONNECTIONS; default: one for each core)")
	f.DurationVar(&o.lanes.FastTimeout, "fast-timeout", pgcall.DefaultFastTimeout, "how long a call may take on a shared connection before it is rolled back and runs on one of its own (env SPGEN_FAST_TIMEOUT)")
	f.BoolVar(&o.lanes.SeparateReads, "separate-reads", false, "give each call that only reads a transaction of its own, also those that a client sends together (env SPGEN_SEPARATE_READS)")
	f.IntVar(&o.lanes.Queue, "call-queue", pgcall.DefaultLaneQueue, "calls that may wait for each kind of connection, beyond which they are answered with overloaded (env SPGEN_CALL_QUEUE)")
	f.DurationVar(&o.lanes.MaxWait, "max-wait", pgcall.DefaultMaxWait, "how long a call may have to wait for a connection, as far as can be told, before it is answered with overloaded at once; -1s: any time (env SPGEN_MAX_WAIT)")
	f.IntVar(&o.failures, "free-login-failures", rpc.DefaultFreeFailures, "logins to an account that may fail from one address before the next have to wait; ten times as many from all, four times as many a minute from an address; -1: any (env SPGEN_FREE_LOGIN_FAILURES)")
	f.BoolVar(&o.anyRole, "allow-any-role", false, "serve also as a role that may do more than call functions, such as a superuser: for development (env SPGEN_ALLOW_ANY_ROLE)")
	o.sessions.register(cmd)
	o.console.register(f)
	f.DurationVar(&o.drain, "shutdown-timeout", 10*time.Second, "how long requests in flight may take after SIGTERM (env SPGEN_SHUTDOWN_TIMEOUT)")
	o.transport.register(f)
	o.limits.register(f)
}

// environment names the variable of each flag that has one. The database's are
// devpg's matter.
var environment = map[string]string{
	"listen":           "SPGEN_LISTEN",
	"migrate-url":      "SPGEN_MIGRATE_URL",
	"data-dir":         "SPGEN_DATA_DIR",
	"allow-origin":     "SPGEN_ALLOWED_ORIGINS",
	"log-format":       "SPGEN_LOG_FORMAT",
	"log-level":        "SPGEN_LOG_LEVEL",
	"shutdown-timeout": "SPGEN_SHUTDOWN_TIMEOUT",
	"schema-poll":      "SPGEN_SCHEMA_POLL",

	"read-connections":  "SPGEN_READ_CONNECTIONS",
	"write-connections": "SPGEN_WRITE_CONNECTIONS",
	"slow-connections":  "SPGEN_SLOW_CONNECTIONS",
	"keyed-connections": "SPGEN_KEYED_CONNECTIONS",
	"key-ttl":           "SPGEN_KEY_TTL",
	"fast-timeout":      "SPGEN_FAST_TIMEOUT",
	"separate-reads":    "SPGEN_SEPARATE_READS",
	"call-queue":        "SPGEN_CALL_QUEUE",
	"cpu-connections":   "SPGEN_CPU_CONNECTIONS",
	"max-wait":          "SPGEN_MAX_WAIT",
	"allow-any-role":    "SPGEN_ALLOW_ANY_ROLE",
	"console":           "SPGEN_CONSOLE",

	"free-login-failures":     "SPGEN_FREE_LOGIN_FAILURES",
	"auth-timeout":            "SPGEN_AUTH_TIMEOUT",
	"max-session-connections": "SPGEN_MAX_SESSION_CONNECTIONS",
}

// fromEnvironment sets the flags that were not given.
func (o *options) fromEnvironment(cmd *cobra.Command, getenv func(string) string) error {
	var errs []error
	variables := maps.Clone(environment)
	maps.Copy(variables, transportEnvironment)
	maps.Copy(variables, o.limits.environment())
	for flag, variable := range variables {
		value := getenv(variable)
		if value == "" || cmd.Flags().Changed(flag) {
			continue
		}
		if err := cmd.Flags().Set(flag, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", variable, err))
		}
	}
	return errors.Join(append(errs, o.limits.check())...)
}

func (o *options) logger(w io.Writer) (*slog.Logger, error) {
	settings := &slog.HandlerOptions{Level: o.logLevel}
	switch o.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, settings)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, settings)), nil
	}
	return nil, fmt.Errorf("--log-format %q: use text or json", o.logFormat)
}
