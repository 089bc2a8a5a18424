//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// Cluster is a use of a running server; it is safe for concurrent use.
type Cluster struct {
	site      site
	socketDir string
	version   int
	reused    bool
	server    *os.Process // nil unless this process started it
	users     *lock       // shared, until Stop

	mu      sync.Mutex // guards stopped
	stopped bool
}

// Start brings up the cluster in o.Dir, or joins it when it runs already. When
// ctx ends early, nothing that was started is left behind.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	return thisHost().start(ctx, o)
}

func (h host) start(ctx context.Context, o Options) (*Cluster, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	dir, err := openDir(o.Dir)
	if err != nil {
		return nil, err
	}
	guard, err := acquire(ctx, site{dir: dir}.startLock(), func() {
		o.say("waiting for another process that starts or stops %s", dir)
	})
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer guard.release()
	s, err := h.readSite(dir)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	c := &Cluster{site: s}
	if err := c.join(); err != nil {
		return nil, err
	}
	if err := h.bringUp(ctx, c, o); err != nil {
		c.users.release()
		return nil, err
	}
	return c, nil
}

// join makes c a user of the cluster.
func (c *Cluster) join() error {
	users, err := openLock(c.site.usersLock())
	if err != nil {
		return err
	}
	if got, err := users.try(syscall.LOCK_SH); !got {
		users.leave()
		return fmt.Errorf("start PostgreSQL: %s is locked (%v)", c.site.usersLock(), err)
	}
	c.users = users
	return nil
}

// bringUp finds or starts the server of c. The start lock is held.
func (h host) bringUp(ctx context.Context, c *Cluster, o Options) (err error) {
	if c.version, err = c.site.dataVersion(); err != nil {
		return err
	}
	if c.socketDir, c.reused, err = c.site.running(ctx); err != nil || c.reused {
		return err
	}
	if err := c.site.checkForeign(); err != nil {
		return err
	}
	a, err := accountFor(c.site.data())
	if err != nil {
		return err
	}
	b, err := h.findBinaries(ctx, a, c.version, o)
	if err != nil {
		return err
	}
	if c.version, err = b.major, h.prepare(ctx, &c.site, a, b, o); err != nil {
		return err
	}
	if c.socketDir, err = c.site.socketDir(ctx, a, h.temp); err != nil {
		return err
	}
	c.server, err = c.site.launch(ctx, a, b, c.socketDir, o)
	return err
}

// prepare makes the data, or makes those that exist usable.
func (h host) prepare(ctx context.Context, s *site, a account, b binaries, o Options) error {
	version, err := s.dataVersion()
	if err != nil {
		return err
	}
	if version == 0 {
		if err := h.settle(ctx, s, a, o); err != nil {
			return err
		}
		o.say("making a PostgreSQL %s cluster in %s", b.version, s.home)
		return s.initdb(ctx, a, b, o)
	}
	if st, ok := owner(s.data()); a.drop && ok && int(st.Uid) != a.uid {
		if err := a.giveTree(s.data()); err != nil {
			return fmt.Errorf("give the data to %s: %w", a.name, err)
		}
	}
	if !a.enters(ctx, s.data()) {
		return fmt.Errorf("%s, as whom PostgreSQL must run, cannot enter %s: let it pass the directories above (chmod o+x)", a.name, s.data())
	}
	return nil
}
