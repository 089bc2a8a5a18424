package wsrpc

import (
	"context"
	"crypto/rand"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
)

// conn is one client's connection.
type conn struct {
	server *Server
	ws     *websocket.Conn
	raw    *bufferedConn
	peer   rpc.Peer
	ctx    context.Context // the root of the connection's calls
	cancel context.CancelFunc
	heard  atomic.Bool   // something came since the last ping
	wake   chan struct{} // tells the writer that there is something to do
	wrote  chan struct{} // closed when the writer has ended

	pumps    sync.WaitGroup // the pump, while there is one; see pump.go
	mu       sync.Mutex     // guards what follows
	room     sync.Cond      // on mu: the reader may go on
	turn     sync.Cond      // on mu: the pump may go on
	waiting  bool           // the reader waits for room
	flight   flight
	out      outbox
	unsent   int  // bytes that are held back or that the writer has taken
	draining bool // no further request is taken, but those that pass the queue
	ended    bool // no further answer is sent
	goodbye  farewell
}

func newConn(s *Server, ws *websocket.Conn, raw *bufferedConn, addr netip.Addr) *conn {
	c := &conn{
		server: s, ws: ws, raw: raw,
		wake:  make(chan struct{}, 1),
		wrote: make(chan struct{}),
	}
	raw.timeout = s.options.WriteTimeout
	c.room.L, c.turn.L = &c.mu, &c.mu
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.peer.ID, c.peer.Addr, c.peer.Cancel = rand.Text(), addr, c.cancelSeq
	ws.SetReadLimit(int64(s.options.MaxMessageBytes))
	ws.SetPongHandler(c.pong)
	ws.SetPingHandler(c.ping)
	ws.SetCloseHandler(func(int, string) error { return nil }) // end answers it, in the writer
	return c
}

// ping has the writer send a pong. Of many pings only the latest is answered,
// as RFC 6455, section 5.5.3, allows, so that a flood of them queues nothing.
func (c *conn) ping(data string) error {
	c.heard.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.pong, c.out.hasPong = data, true
	c.wakeWriter()
	return nil
}

func (c *conn) pong(string) error {
	c.heard.Store(true)
	return nil
}

// wakeWriter tells the writer that there is something to do.
func (c *conn) wakeWriter() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// answer sends the answer of q, or holds it back until its turn comes.
func (c *conn) answer(q *request, err *rpc.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answerLocked(q, err)
}

func (c *conn) answerLocked(q *request, err *rpc.Error) {
	c.flight.answered(q)
	if len(c.out.text)+c.unsent > c.server.options.OutQueueBytes {
		c.endLocked(slowConsumer)
	}
	switch {
	case c.ended:
		c.flight.count(q, -1)
		q.free()
	case c.flight.first(q):
		c.post(q, err)
		c.postHeld()
	default:
		q.held = q.appendAnswer(q.held[:0], err)
		c.unsent += len(q.held)
	}
	c.endDrained()
	c.room.Signal()
	c.turn.Signal()
}

// post queues the answer of q, whose turn it is.
func (c *conn) post(q *request, err *rpc.Error) {
	c.flight.leave(q)
	c.out.text = q.appendAnswer(c.out.text, err)
	c.out.endMessage()
	c.wakeWriter()
	q.free()
}

// postHeld queues the answers that waited for the one before them.
func (c *conn) postHeld() {
	for len(c.flight.inOrder) > 0 && len(c.flight.inOrder[0].held) > 0 {
		q := c.flight.inOrder[0]
		c.flight.leave(q)
		c.unsent -= len(q.held)
		c.out.text = append(c.out.text, q.held...)
		c.out.endMessage()
		q.free()
	}
}

// cancelSeq cancels the request in flight with seq, and reports whether there
// is one. One that is parked is answered without having been dispatched.
func (c *conn) cancelSeq(seq uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.flight.bySeq[seq]
	switch {
	case q == nil:
		return false
	case q.place == parked:
		c.flight.unpark(q)
		c.answerLocked(q, errCancelled())
	default:
		q.Cancel()
	}
	return true
}

// drain has the connection end when every request in flight is answered, the
// parked ones too.
func (c *conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	c.room.Signal()
	c.endDrained()
}

// endDrained ends a connection that drains and has answered everything.
func (c *conn) endDrained() {
	if c.draining && c.flight.size() == 0 {
		c.endLocked(goingAway)
	}
}

// end drops what is parked, cancels what is running and has the writer say
// goodbye.
func (c *conn) end(why farewell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(why)
}

func (c *conn) endLocked(why farewell) {
	if c.ended {
		return
	}
	c.ended, c.goodbye = true, why
	if why.abrupt {
		c.out = outbox{}
	}
	c.cancel()
	c.flight.drop()
	c.flight.cancel()
	c.room.Signal()
	c.turn.Signal()
	c.wakeWriter()
}

// abandon closes the socket without a word.
func (c *conn) abandon() { _ = c.raw.Close() }
