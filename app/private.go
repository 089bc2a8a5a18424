package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spgen/spgen/internal/devdb"
)

// private is the program's private database. It is brought up again when it dies.
type private struct {
	*program
	stop    context.CancelFunc
	watcher sync.WaitGroup
	db      *devdb.DB // the watcher's until it has ended
}

// openPrivate runs the private database and applies the schema to it.
func (p *program) openPrivate(ctx context.Context) (*private, error) {
	db, err := p.startPrivate(ctx)
	if err != nil {
		return nil, err
	}
	p.logger.Info("private postgresql runs", "version", db.Version(), "data_dir", p.dataDir, "reused", db.Reused())
	if p.Schema != nil {
		report, err := db.Migrate(ctx, p.Schema)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("apply the schema: %w", err), db.Close())
		}
		p.report(report)
	}
	watching, stop := context.WithCancel(ctx)
	d := &private{program: p, stop: stop, db: db}
	d.watcher.Go(func() { d.watch(watching) })
	return d, nil
}

func (p *program) startPrivate(ctx context.Context) (*devdb.DB, error) {
	return devdb.Open(ctx, p.dataDir, p.stderr, p.logger)
}

// url returns the connection string of the server's role.
func (d *private) url() string { return d.db.URL(d.API.ServerRole) }

// close ends the use of the database; the last user stops it.
func (d *private) close() error {
	d.stop()
	d.watcher.Wait()
	return d.db.Close()
}

// healthInterval is how often the private database is looked at.
const healthInterval = 2 * time.Second

// watch brings the database up again when it does not answer.
func (d *private) watch(ctx context.Context) {
	ticker := time.NewTicker(healthInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := attempt(ctx, d.db.Ping)
		if err == nil || ctx.Err() != nil {
			continue
		}
		d.logger.Warn("the private postgresql is gone: starting it again", "error", err)
		if err := d.restart(ctx); err != nil && ctx.Err() == nil {
			d.logger.Error("the private postgresql does not start", "error", err)
		}
	}
}

func (d *private) restart(ctx context.Context) error {
	db, err := d.startPrivate(ctx)
	if err != nil {
		return err
	}
	old := d.db
	d.db = db
	return old.Close()
}
