package server

import (
	"context"
	"errors"
	"time"

	"github.com/spgen/spgen/rpc/pgcall"
)

// DefaultRoleCheck is how often a server looks at its role's rights again.
const DefaultRoleCheck = 5 * time.Minute

// recheckTimeout bounds one look at the role.
const recheckTimeout = 10 * time.Second

// recheck looks at the role's rights again and again until ctx ends. Rights that
// were granted since the server began do not end it: they are in the log and in
// what /readyz?verbose answers, and keep the server from its next start.
func (s *Server) recheck(ctx context.Context) {
	if s.config.RoleCheck < 0 {
		return
	}
	ticker := time.NewTicker(s.config.RoleCheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := s.lookAtRole(ctx); err != nil && ctx.Err() == nil {
			s.config.Logger.Debug("the role's rights are not known", "error", err)
		}
	}
}

// lookAtRole checks the role once, and logs what has changed.
func (s *Server) lookAtRole(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recheckTimeout)
	defer cancel()
	conn, err := s.lanes.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var excess pgcall.ExcessError
	if err := pgcall.CheckRole(ctx, conn.Conn()); err != nil && !errors.As(err, &excess) {
		return err
	}
	before := s.excess.Swap(&excess)
	switch {
	case len(excess) > 0 && (before == nil || before.Error() != excess.Error()):
		s.config.Logger.Warn("the server's role was given rights with which it will not start again", "error", excess)
	case len(excess) == 0 && before != nil && len(*before) > 0:
		s.config.Logger.Info("the server's role may only call functions again")
	}
	return nil
}

// tooMuch returns what the role may do beside calling functions, as far as is known.
func (s *Server) tooMuch() pgcall.ExcessError {
	if excess := s.excess.Load(); excess != nil {
		return *excess
	}
	return nil
}
