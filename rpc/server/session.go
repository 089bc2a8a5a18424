package server

import (
	"context"
	"fmt"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Defaults of SessionOptions.
const (
	DefaultAuthTimeout           = 30 * time.Second
	DefaultMaxSessionConnections = 20
)

// SessionOptions bound sessions, of an API that has some. The zero value is usable.
type SessionOptions struct {
	AuthTimeout    time.Duration // how long a connection may be without a session; 0: DefaultAuthTimeout; less than 0: for good
	MaxConnections int           // of one session; 0: DefaultMaxSessionConnections; less than 0: any number
}

// withSessions completes s with what an API with sessions needs.
func (s *Server) withSessions() error {
	api, o := s.config.API, s.config.Sessions
	if len(api.Session) == 0 {
		return nil
	}
	if o.AuthTimeout == 0 {
		o.AuthTimeout = DefaultAuthTimeout
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = DefaultMaxSessionConnections
	}
	s.sessions = rpc.NewSessions(api, rpc.SessionsOptions{
		AuthTimeout: max(0, o.AuthTimeout), MaxConnections: max(0, o.MaxConnections),
		Refresh: func(ctx context.Context) { s.revoker.Refresh(ctx) },
	})
	s.revoker = pgcall.NewRevoker(api, s.config.Database, s.sessions, s.config.Logger)
	s.config.Socket.Sessions = s.sessions
	return s.withAuthorize()
}

// withAuthorize says to the transport what a token at the handshake is for.
func (s *Server) withAuthorize() error {
	id := s.config.API.Authorize
	if id == 0 {
		return nil
	}
	for i := range s.config.API.Methods {
		m := &s.config.API.Methods[i]
		p, ok := m.Binding.(*pgcall.Procedure)
		if m.ID != id || !ok {
			continue
		}
		if param := p.TokenParam(); param != "" {
			s.config.Socket.Authorize = wsrpc.Authorize{Method: id, Param: param}
			return nil
		}
	}
	return fmt.Errorf("server: API.Authorize is %d, which is no method that takes a token: generate again", id)
}
