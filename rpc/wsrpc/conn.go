package wsrpc

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rawsock"
)

// conn is one client's connection.
type conn struct {
	server *Server
	ws     *websocket.Conn
	socket *socket
	in     *bufio.Reader // what ws reads through
	peer   rpc.Peer
	ctx    context.Context // the root of the connection's calls
	cancel context.CancelFunc
	heard  atomic.Bool // something came since the last ping
	pace   pace

	helpers sync.WaitGroup // the pump and the writer, while there are any; see pump.go, sender.go

	due           time.Duration // of the next ping, since the server's start; the server's mutex guards it
	before, after *conn         // in the server's list, the same

	mu       sync.Mutex // guards what follows
	room     sync.Cond  // on mu: the reader may go on
	turn     sync.Cond  // on mu: the pump may go on
	waiting  bool       // the reader waits for room
	quiet    uint8      // how many intervals nothing came
	flight   flight
	out      outbox
	duty     duty      // to send out
	held     time.Time // since when its answers are kept back; zero: they are not
	draining bool      // no further request is taken, but those that pass the queue
	ended    bool      // no further answer is sent
	goodbye  farewell
	cut      time.Time // when writing is given up; zero: not yet
	expelled *farewell // it ends with that when every request in flight is answered
}

// newConn returns a connection whose handshake goes on.
func newConn(s *Server, addr netip.Addr) *conn {
	c := &conn{server: s}
	c.room.L, c.turn.L = &c.mu, &c.mu
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.peer.ID, c.peer.Addr, c.peer.Cancel = rand.Text(), addr, c.cancelSeq
	return c
}

// attach gives c what the handshake ended with.
func (c *conn) attach(ws *websocket.Conn, h *hijacker) {
	c.ws, c.socket, c.in = ws, h.socket, h.in
	c.socket.conn = c
	ws.SetReadLimit(int64(c.server.options.MaxMessageBytes))
	ws.SetPongHandler(c.pong)
	ws.SetPingHandler(c.ping)
	ws.SetCloseHandler(func(int, string) error { return nil }) // end answers it
}

// ping has a pong sent. Of many pings only the latest is answered, as RFC 6455,
// section 5.5.3, allows, so that a flood of them queues nothing.
func (c *conn) ping(data string) error {
	c.heard.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.pong, c.out.hasPong = data, true
	c.stir()
	return c.count()
}

func (c *conn) pong(string) error {
	c.heard.Store(true)
	return c.count()
}

// refuse keeps gorilla's close frame for when the connection ends.
func (c *conn) refuse(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.refusal = bytes.Clone(frame)
}

// answer sends the answer of q, or holds it back until its turn comes.
func (c *conn) answer(q *request, err *rpc.Error) {
	c.mu.Lock()
	c.answerLocked(q, err)
	crowded := c.crowded()
	c.mu.Unlock()
	if crowded {
		c.sendQueued()
	}
}

func (c *conn) answerLocked(q *request, err *rpc.Error) {
	c.flight.answered(q)
	if c.out.waiting() > c.server.options.OutQueueBytes {
		c.endLocked(slowConsumer)
	}
	switch {
	case c.ended:
		c.flight.count(q, -1)
		q.free()
	case c.flight.first(q):
		c.post(q, err)
		c.postHeld()
		c.stir()
	default:
		q.held = q.appendAnswer(q.held[:0], err)
		c.out.unsent += len(q.held)
	}
	c.endDrained()
	c.room.Signal()
	c.turn.Signal()
}

// cancelSeq cancels the request in flight with seq, and reports whether there
// is one. One that is parked is answered without having been dispatched.
func (c *conn) cancelSeq(seq uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.flight.bySeq.find(seq)
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

// endDrained ends a connection that drains or is expelled and has answered everything.
func (c *conn) endDrained() {
	switch {
	case c.flight.size() > 0:
	case c.draining:
		c.endLocked(goingAway)
	case c.expelled != nil:
		c.endLocked(*c.expelled)
	}
}

// end drops what is parked, cancels what is running and says goodbye.
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
		c.out.drop()
		c.cut = time.Now().Add(c.server.options.WriteTimeout)
	}
	c.cancel()
	c.flight.drop()
	c.flight.cancel()
	c.room.Signal()
	c.turn.Signal()
	c.stir()
}

// readUntil sets how long reading may wait. While the connection parts, it waits
// for no more than that.
func (c *conn) readUntil(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.duty != over {
		_ = c.socket.SetReadDeadline(deadline)
	}
}

// parted reports whether the last word was sent.
func (c *conn) parted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.duty == over
}

// abandon closes the socket without a word.
func (c *conn) abandon() { c.socket.hangUp() }

// reset is abandon for a client that does not read.
func (c *conn) reset() { _ = rawsock.Reset(c.socket.Conn) }
