//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

const (
	fastBound      = 20 * time.Second // to write a checkpoint
	immediateBound = 5 * time.Second
	killBound      = 5 * time.Second
	guardBound     = 30 * time.Second
)

// Stop ends this use of the cluster, and the server when nobody else uses it.
// It takes no longer than a bound even when ctx has none; when ctx ends, the
// server is stopped without a checkpoint and recovers at its next start. Later
// calls do nothing.
func (c *Cluster) Stop(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return nil
	}
	c.stopped = true
	// A context that has ended must not leave the server running.
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), guardBound)
	defer cancel()
	guard, err := acquire(wait, c.site.startLock(), func() {})
	c.users.release()
	if err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	defer guard.release()
	last, err := free(c.site.usersLock())
	if err != nil || !last {
		return err
	}
	if err := c.site.shutdown(ctx); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	if c.server != nil {
		_, _ = c.server.Wait()
	}
	if c.socketDir != c.site.run() {
		_ = os.Remove(c.socketDir)
	}
	return nil
}

// shutdown stops the server: fast, then immediately, then by force.
func (s site) shutdown(ctx context.Context) error {
	steps := []struct {
		ctx    context.Context
		signal syscall.Signal
		bound  time.Duration
	}{
		{ctx, syscall.SIGINT, fastBound},
		{context.WithoutCancel(ctx), syscall.SIGQUIT, immediateBound},
	}
	for _, step := range steps {
		s.signal(context.WithoutCancel(ctx), step.signal)
		if s.ended(step.ctx, step.bound) {
			return nil
		}
	}
	s.endSurvivors()
	if s.ended(context.WithoutCancel(ctx), killBound) {
		return nil
	}
	return fmt.Errorf("processes %v of %s do not end: end them by hand", s.survivors(), s.dir)
}

// signal sends to the server's first process. While something listens on the
// socket that one is alive, so that its number is not another's.
func (s site) signal(ctx context.Context, sig syscall.Signal) {
	p, ok := s.readPidfile()
	if ok && probe(ctx, p.socketDir) != silent {
		_ = syscall.Kill(p.pid, sig)
	}
}

// ended waits until no process of the server is left.
func (s site) ended(ctx context.Context, bound time.Duration) bool {
	ctx, cancel := context.WithTimeoutCause(ctx, bound, errors.New("bound reached"))
	defer cancel()
	for {
		if none, err := free(s.serverLock()); err != nil || none {
			return err == nil
		}
		if pause(ctx) != nil {
			return false
		}
	}
}
