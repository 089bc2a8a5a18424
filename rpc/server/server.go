package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// documentName is the OpenRPC document among the docs.
const documentName = "openrpc.json"

// What Ready says besides what the database does.
var (
	ErrStarting = errors.New("starting")
	ErrDraining = errors.New("draining")
)

// Server serves one API.
type Server struct {
	config   Config
	lanes    *pgcall.Lanes
	gate     *pgcall.Gate
	gating   sync.WaitGroup
	sockets  *wsrpc.Server
	sessions *rpc.Sessions // nil: the API has none
	revoker  *pgcall.Revoker
	docs     *docs
	http     *http.Server
	prepared atomic.Bool
	draining atomic.Bool
	arrivals arrivals
	visitors visitors
	began    time.Time
	asked    question                           // whether the server is ready, by HTTP
	unready  rpc.Bucket                         // of what the log says of that
	vetted   atomic.Bool                        // the role may do no more than it needs to
	refused  chan error                         // that it may
	excess   atomic.Pointer[pgcall.ExcessError] // that it may by now; nil: not looked at again
}

// New returns a server that is ready to serve. It does not wait for the database.
func New(ctx context.Context, config Config) (*Server, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	s := &Server{config: config, began: time.Now(), refused: make(chan error, 1)}
	config.Lanes.Answers = s
	if !config.AnyRole {
		s.vet(config.Database)
	}
	if err := s.withSessions(); err != nil {
		return nil, err
	}
	var err error
	if s.docs, err = newDocs(config.Docs, config.Console); err != nil {
		return nil, err
	}
	lanes, err := pgcall.NewLanes(ctx, config.Database, config.Lanes)
	if err != nil {
		return nil, err
	}
	s.lanes = lanes
	dispatcher, err := s.dispatcher()
	if err != nil {
		lanes.Close()
		return nil, err
	}
	files, database := openFiles(), lanes.Connections()
	s.config.Socket.MaxConnections = config.Limits.connections(files, database, config.Logger)
	s.sockets = wsrpc.NewServer(dispatcher, s.config.Socket)
	s.visitors.most = func() int { return visitorsLeft(files, database, s.sockets.Connections()) }
	s.visitors.each, s.visitors.proxies = visitorsShare*config.Limits.AddressConnections, config.Transport.Proxies.Addrs
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: config.Limits.RequestTimeout,
		ReadTimeout:       config.Limits.RequestTimeout, // of what is no handshake, WriteTimeout too
		WriteTimeout:      config.Limits.ResponseTimeout,
		IdleTimeout:       config.Limits.IdleTimeout,
		MaxHeaderBytes:    config.Limits.headerBytes(),
		ErrorLog:          newHTTPLog(config.Logger),
	}
	s.http.ConnState = s.track
	return s, nil
}

// track is the HTTP server's ConnState.
func (s *Server) track(c net.Conn, state http.ConnState) {
	s.visitors.track(c, state)
	if s.config.Transport.Inherited {
		s.arrivals.track(c, state)
	}
}

// Gather implements pgcall.Gatherer.
func (s *Server) Gather() { s.sockets.Gather() }

// Flush implements pgcall.Gatherer.
func (s *Server) Flush(more bool) { s.sockets.Flush(more) }

func (s *Server) dispatcher() (*rpc.Dispatcher, error) {
	registry, err := rpc.NewRegistry(s.config.API)
	if err != nil {
		return nil, err
	}
	if s.config.Configure != nil {
		if err := s.config.Configure(registry); err != nil {
			return nil, fmt.Errorf("configure the registry: %w", err)
		}
	}
	document, err := s.document()
	if err != nil {
		return nil, err
	}
	executor := pgcall.NewExecutor(s.lanes, pgcall.ExecutorOptions{
		MaxResultBytes: s.config.MaxResultBytes, MaxResultRows: s.config.Limits.ResultRows,
	}, s.config.API)
	s.gate = pgcall.NewGate(executor, s.config.Database, pgcall.GateOptions{
		Poll: s.config.SchemaPoll, Logger: s.config.Logger,
	}, s.config.API)
	var throttle *rpc.Throttle
	if s.config.FreeFailures >= 0 {
		throttle = rpc.NewThrottle(s.config.FreeFailures)
	}
	return rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{
		Timeout: s.config.CallTimeout, Document: document, Logger: s.config.Logger, Sessions: s.sessions, Throttle: throttle,
	})
}

// document returns what Discover answers.
func (s *Server) document() ([]byte, error) {
	if s.config.Docs == nil {
		return nil, nil
	}
	document, err := fs.ReadFile(s.config.Docs, documentName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read docs: %w", err)
	}
	return compact(document)
}

// Handler returns what answers HTTP, for servers that mount it elsewhere.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Serve accepts connections until ctx ends. Then it answers every request in
// flight, closes connections with 1001, and returns nil; what takes longer than
// Config.ShutdownTimeout is cut. Meanwhile handshakes and /readyz get 503, unless
// Transport.Inherited leaves them to the next server.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	if config := s.config.Transport.TLS; config != nil {
		listener = tls.NewListener(listener, config)
	}
	prepared := make(chan error, 1)
	if s.config.Prepare == nil {
		prepared <- s.prepare(ctx) // so that the first client is let in
	} else {
		go func() { prepared <- s.prepare(ctx) }()
	}
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
		failed <- err
		err = fmt.Errorf("serve: %w", err)
	case err = <-prepared:
		prepared <- err
		if err == nil {
			err = s.until(ctx, failed)
		}
	}
	stop()
	err = errors.Join(err, s.drain(listener, failed))
	<-failed
	<-prepared
	s.gating.Wait()
	return err
}

// until waits for the end of ctx, or for the listener to fail.
func (s *Server) until(ctx context.Context, failed chan error) error {
	select {
	case err := <-failed:
		failed <- err
		return fmt.Errorf("serve: %w", err)
	case err := <-s.refused:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return nil
	}
}

// prepare opens the server to calls. The end of ctx is no error.
func (s *Server) prepare(ctx context.Context) error {
	if s.config.Prepare != nil {
		if err := s.config.Prepare(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	s.gating.Go(func() { s.gate.Run(ctx) })
	if !s.config.AnyRole {
		s.gating.Go(func() { s.introduce(ctx); s.recheck(ctx) })
	}
	if s.revoker != nil {
		s.gating.Go(func() { s.revoker.Run(ctx) })
	}
	s.prepared.Store(ctx.Err() == nil)
	return nil
}

// Ready reports whether the server can answer calls: it is prepared and not
// draining, the database answers, and its schema has been compared. Methods that
// do not match are no reason not to be ready: Schema names them.
func (s *Server) Ready(ctx context.Context) error {
	if s.draining.Load() {
		return ErrDraining
	}
	if !s.prepared.Load() {
		return ErrStarting
	}
	if err := s.lanes.Ping(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	select {
	case <-s.gate.Ready():
		return nil
	default:
		return ErrStarting
	}
}

// Schema returns how the database's schema compares with the one that the API
// was generated from.
func (s *Server) Schema() *pgcall.Report { return s.gate.Report() }
