package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Config is what a server is made from. API and Database are required.
type Config struct {
	API      *rpc.API
	Database *pgxpool.Config // how to reach PostgreSQL; the server may be down at first
	Docs     fs.FS           // generated docs, read once: index.html, openrpc.json, …; nil: none

	// Console lets readers of the docs call methods from them, with the session
	// that they open there. Without it the page has no trace of the console.
	Console bool

	// Configure adds Go handlers and interceptors before the server starts; nil: none.
	Configure func(*rpc.Registry) error

	// Prepare runs when Serve begins, migrations for example. Until it returns,
	// /livez answers and everything else is refused with 503; its error ends
	// Serve. nil: nothing to prepare.
	Prepare func(context.Context) error

	// AnyRole serves also as a role that may do more than call functions, such as
	// a superuser: for development. Otherwise Serve ends with a pgcall.ExcessError
	// when the database says that the role is one.
	AnyRole bool

	// RoleCheck is how often to look again whether the role may do more than call
	// functions, by rights given while the server runs: they are logged, and
	// /readyz?verbose names them. 0: DefaultRoleCheck; less than 0: never.
	RoleCheck time.Duration

	Transport       Transport          // TLS, proxies
	Limits          Limits             // what clients may take
	Socket          wsrpc.Options      // the rest of what holds for connections
	Sessions        SessionOptions     // how long, and on how many connections
	Lanes           pgcall.LaneOptions // connections to the database that calls share
	FreeFailures    int                // logins to an account that may fail before there is a delay, see rpc.Throttle; 0: 5; less than 0: there never is
	CallTimeout     time.Duration      // of methods that name none; 0: rpc.DefaultTimeout
	MaxResultBytes  int                // of one result's JSON; 0: pgcall.DefaultMaxResultBytes
	SchemaPoll      time.Duration      // how often to ask whether the schema has changed; 0: pgcall.DefaultPoll; less than 0: only when told
	ShutdownTimeout time.Duration      // to answer what is in flight; 0: 10 s
	Logger          *slog.Logger       // nil: slog.Default()
}

const defaultShutdownTimeout = 10 * time.Second

func (c *Config) complete() error {
	if c.API == nil || c.Database == nil {
		return errors.New("server: Config.API and Config.Database are required")
	}
	if c.ShutdownTimeout <= 0 {
		c.ShutdownTimeout = defaultShutdownTimeout
	}
	if c.RoleCheck == 0 {
		c.RoleCheck = DefaultRoleCheck
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Lanes.Logger == nil {
		c.Lanes.Logger = c.Logger
	}
	if c.Socket.Logger == nil {
		c.Socket.Logger = c.Logger
	}
	c.Limits.complete()
	c.Limits.apply(&c.Socket)
	return c.Transport.complete(&c.Socket)
}
