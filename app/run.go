package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/devdb"
	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/server"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// program is one run of an App.
type program struct {
	App
	options
	getenv func(string) string
	stdout io.Writer
	stderr io.Writer
	logger *slog.Logger
}

func (p *program) run(ctx context.Context) (err error) {
	if p.logger, err = p.options.logger(p.stderr); err != nil {
		return err
	}
	if err := p.transport.check(); err != nil {
		return err
	}
	reach, err := p.transport.config()
	if err != nil {
		return err
	}
	listening, err := p.bind(ctx)
	if err != nil {
		return err
	}
	defer listening.close()
	reach.Inherited = listening.inherited
	stopTLS, err := p.encrypt(ctx, &reach, listening)
	if err != nil {
		return err
	}
	defer stopTLS()
	url, given := devpg.FindURL(p.databaseURL, p.getenv)
	if !given {
		db, err := p.openPrivate(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.close()) }()
		url = db.url()
		p.anyRole = true // its data is nobody's
		p.sessions.relax()
		p.console.relax()
	}
	var prepare func(context.Context) error
	if given && p.migrate {
		prepare = func(ctx context.Context) error { return p.migrateGiven(ctx, url) }
	}
	return p.serve(ctx, listening.main, reach, url, prepare)
}

// migrateGiven applies the schema to the database that was named, and waits for
// it if it is down.
func (p *program) migrateGiven(ctx context.Context, url string) error {
	if p.Schema == nil {
		return errors.New("--migrate: this program has no schema built in")
	}
	if p.migrateURL != "" {
		url = p.migrateURL
	}
	if err := p.await(ctx, url); err != nil {
		return err
	}
	report, err := devdb.Migrate(ctx, url, p.Schema)
	if err != nil {
		return fmt.Errorf("apply the schema: %w", err)
	}
	p.report(report)
	return nil
}

func (p *program) report(r migrate.Report) {
	if !r.Empty() {
		p.logger.Info("schema applied", "migrations", len(r.Migrations), "functions", len(r.Functions), "dropped", len(r.Dropped))
	}
	for _, d := range r.Dropped {
		p.logger.Warn("function dropped", "routine", d.Routine, "reason", d.Reason)
	}
	for _, w := range r.Warnings {
		p.logger.Warn("function needs attention", "routine", w.Routine, "path", w.Path, "warning", w.Message)
	}
}

// serve answers until ctx ends.
func (p *program) serve(ctx context.Context, listener net.Listener, reach server.Transport, url string, prepare func(context.Context) error) error {
	database, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	p.warnOfDatabase(&database.ConnConfig.Config)
	if database.ConnConfig.ConnectTimeout == 0 {
		database.ConnConfig.ConnectTimeout = connectTimeout
	}
	if database.ConnConfig.RuntimeParams["application_name"] == "" {
		database.ConnConfig.RuntimeParams["application_name"] = p.Name
	}
	s, err := server.New(ctx, server.Config{
		API: p.API, Database: database, Docs: p.Docs, Configure: p.Configure, Prepare: prepare,
		Socket: p.socketOptions(), ShutdownTimeout: p.drain, SchemaPoll: p.schemaPoll, Lanes: p.lanes, Logger: p.logger,
		AnyRole: p.anyRole, FreeFailures: p.failures, Transport: reach,
		Limits: p.limits.server(), CallTimeout: p.limits.call, MaxResultBytes: p.limits.resultBytes,
		Sessions: p.sessions.options(), Console: p.console.on,
	})
	if err != nil {
		return err
	}
	p.announce(listener.Addr())
	defer context.AfterFunc(ctx, func() { p.tell("STOPPING=1") })()
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { p.watch(watching, s) })
	defer watcher.Wait()
	defer stop()
	err = s.Serve(ctx, listener)
	var excess pgcall.ExcessError
	if errors.As(err, &excess) {
		err = fmt.Errorf("%w\nrun this SQL, connect as another role, or serve all the same with --allow-any-role while you develop", err)
	}
	return err
}

func (p *program) socketOptions() wsrpc.Options {
	o := wsrpc.Options{Logger: p.logger}
	p.limits.socket(&o)
	if len(p.origins) > 0 {
		o.CheckOrigin = wsrpc.AllowOrigins(p.origins...)
	}
	return o
}

// await waits until the database at url accepts connections.
func (p *program) await(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	defer pool.Close()
	return p.retry(ctx, pool.Ping)
}

// watch says when the server can answer calls.
func (p *program) watch(ctx context.Context, s *server.Server) {
	if err := p.retry(ctx, s.Ready); err == nil {
		fmt.Fprintf(p.stdout, "%s is ready\n", p.Name) //nolint:errcheck // best effort
		p.tell("READY=1")
	}
}

const (
	connectTimeout = 5 * time.Second // of one attempt to reach the database

	firstRetry = 100 * time.Millisecond
	lastRetry  = 15 * time.Second
)

// retry calls ready until it succeeds, says once what to do, and returns ctx's
// error when that ends first.
func (p *program) retry(ctx context.Context, ready func(context.Context) error) error {
	down := false
	for delay := firstRetry; ; delay = min(2*delay, lastRetry) {
		err := attempt(ctx, ready)
		if err == nil {
			if down {
				p.logger.Info("the database answers now")
			}
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !down && !errors.Is(err, server.ErrStarting) {
			p.logger.Error("the database cannot be reached: start it, or correct --database-url; calls answer unavailable until then", "error", err)
			down = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
}

// attempt calls ready for no longer than a connection may take.
func attempt(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return ready(ctx)
}
