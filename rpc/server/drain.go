package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// drain ends the server in order: no new connections, every request answered,
// then the database. What the HTTP server ended with comes from failed, and stays
// there.
func (s *Server) drain(listener net.Listener, failed chan error) error {
	s.draining.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), s.config.ShutdownTimeout)
	defer cancel()
	s.config.Logger.Info("draining", "connections", s.sockets.Connections())
	if s.config.Transport.Inherited {
		_ = listener.Close() // who comes now waits for the next server
		failed <- <-failed   // who was accepted before has been counted
		s.arrivals.wait(ctx, min(s.config.ShutdownTimeout/4, arrivalGrace))
	}
	err := errors.Join(s.sockets.Shutdown(ctx), s.http.Shutdown(ctx))
	_ = s.http.Close() // what Shutdown had no time to wait for
	s.lanes.Close()
	if err != nil {
		return fmt.Errorf("drain: %w", err)
	}
	return nil
}

// arrivals are the connections that were accepted and wait for an answer, to a
// handshake perhaps. Those of a listener that stays open for the next server
// are not turned away: who connected a moment later would have been let in.
type arrivals struct {
	mu    sync.Mutex // guards what follows
	conns map[net.Conn]struct{}
	none  chan struct{} // to be closed when there are none; nil: nobody waits
}

// track is an http.Server's ConnState.
func (a *arrivals) track(c net.Conn, state http.ConnState) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch state {
	case http.StateNew, http.StateActive:
		if a.conns == nil {
			a.conns = map[net.Conn]struct{}{}
		}
		a.conns[c] = struct{}{}
	default:
		delete(a.conns, c)
		a.signal()
	}
}

// signal tells who waits that there are none. The mutex is held.
func (a *arrivals) signal() {
	if a.none != nil && len(a.conns) == 0 {
		close(a.none)
		a.none = nil
	}
}

// arrivalGrace is how long a connection may take to send its handshake while
// the server drains, if there is that much time.
const arrivalGrace = 5 * time.Second

// wait waits until there are none, or until grace is over.
func (a *arrivals) wait(ctx context.Context, grace time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	none := make(chan struct{})
	a.mu.Lock()
	a.none = none
	a.signal()
	a.mu.Unlock()
	select {
	case <-none:
	case <-ctx.Done():
	}
}
