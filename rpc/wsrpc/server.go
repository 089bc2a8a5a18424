package wsrpc

import (
	"context"
	"net/http"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
)

// Dispatcher handles calls; an [rpc.Dispatcher] is one.
type Dispatcher interface {
	// Dispatch starts call and does not block. It sets call.Method before it
	// returns, and makes sure that call.Answer.AnswerCall is called exactly
	// once, perhaps before it returns. After that nobody touches call. ctx ends
	// with the connection. Calls of one connection come one after the other, but
	// for Ping and Cancel, which come at any time.
	Dispatch(ctx context.Context, call *rpc.Call)
}

// Server speaks the protocol with every client that connects. It is an
// [http.Handler] for any path.
type Server struct {
	dispatcher Dispatcher
	options    Options
	upgrader   websocket.Upgrader
	start      time.Time
	running    sync.WaitGroup // handshakes, connections, flushers and a sweep that is due
	flush      flusher
	tokens     tokenDesk

	paced       bool  // requests are held to rates
	floodFrames int32 // see there
	addresses   addresses

	mu       sync.Mutex // guards what follows
	draining bool
	taken    int // connections, with those whose handshake is under way
	conns    roll
	sweeps   *time.Timer // runs sweep
}

// NewServer returns a server that hands calls to d.
func NewServer(d Dispatcher, o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		dispatcher: d,
		options:    o,
		start:      time.Now(),
		upgrader: websocket.Upgrader{
			WriteBufferPool:  new(sync.Pool), // of buffers that are not used
			HandshakeTimeout: o.HandshakeTimeout,
			Subprotocols:     []string{Subprotocol},
			CheckOrigin:      o.CheckOrigin,
			Error:            refuseUpgrade,
		},
	}
	s.paced, s.floodFrames = o.Rate.Limits() || o.AddressRate.Limits(), floodFrames(o.Rate)
	s.addresses.most, s.addresses.rate = o.MaxAddressConnections, o.AddressRate
	s.tokens = newTokenDesk(o.MaxAuthorizing)
	s.flush = flusher{owner: &s.running, most: runtime.GOMAXPROCS(0)}
	s.sweeps = time.AfterFunc(o.PingInterval, s.sweep)
	s.sweeps.Stop()
	return s
}

// Connections returns how many connections are open, with those whose handshake
// is under way: what [Options.MaxConnections] limits. A client that has read the
// answer to its handshake is counted.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// ServeHTTP makes a WebSocket connection of the request and returns; the
// connection lives on by itself until the client leaves or Shutdown ends it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	addr := s.options.ClientAddr(r)
	shared, no := s.begin(addr)
	if no != nil {
		no.answer(w)
		return
	}
	c := s.upgrade(w, r, addr)
	if c == nil {
		s.giveBack(shared)
		return
	}
	c.pace.address = shared
	s.add(c)
	s.options.Sessions.Enter(&c.peer, c)
	go c.read()
}

// begin counts a handshake from addr, or says why there may be none.
func (s *Server) begin(addr netip.Addr) (*address, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining:
		return nil, &refuseDraining
	case s.options.MaxConnections > 0 && s.taken >= s.options.MaxConnections:
		return nil, &refuseFull
	}
	shared, ok := s.addresses.enter(addr, time.Since(s.start))
	if !ok {
		return nil, &refuseAddress
	}
	s.taken++
	s.running.Add(1)
	return shared, nil
}

// giveBack takes back what begin counted.
func (s *Server) giveBack(shared *address) {
	s.mu.Lock()
	s.taken--
	s.mu.Unlock()
	s.addresses.leave(shared, time.Since(s.start))
	s.running.Done()
}

// add registers a connection, which begins to drain at once if the server does.
func (s *Server) add(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.due = time.Since(s.start) + s.options.PingInterval
	s.conns.add(c)
	if s.conns.size == 1 {
		s.schedule()
	}
	if s.draining {
		c.drain()
	}
}

// remove forgets a connection that has ended.
func (s *Server) remove(c *conn) {
	s.mu.Lock()
	s.conns.remove(c)
	if s.conns.size == 0 && s.sweeps.Stop() {
		s.running.Done()
	}
	s.mu.Unlock()
	s.giveBack(c.pace.address)
}

// abandonAfter is how long a connection may take to say goodbye when the
// context of Shutdown has ended.
const abandonAfter = 250 * time.Millisecond

// Shutdown accepts no connection and no request any more, but for Ping and
// Cancel, waits until every request that was read before is answered and closes the connections with 1001. When ctx
// ends first, it cancels what is left, closes and returns ctx's error. In both
// cases no goroutine of s remains.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.tokens.close()
	ended := make(chan struct{})
	go func() {
		s.each((*conn).drain)
		s.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	s.tokens.close()
	s.each(func(c *conn) { c.end(goingAway) })
	abandon := time.NewTimer(abandonAfter)
	defer abandon.Stop()
	select {
	case <-ended:
	case <-abandon.C:
		s.each((*conn).abandon)
		<-ended
	}
	return ctx.Err()
}

// each calls f for every connection. From the first time on there are no new ones.
func (s *Server) each(f func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for c := s.conns.first; c != nil; c = c.after {
		f(c)
	}
}
