package wsrpc

import (
	"errors"
	"os"
	"time"

	"github.com/spgen/spgen/rpc"
)

// duty says who sees to it that a connection's outbox is sent. There is never
// more than one who writes.
type duty uint8

const (
	nobodys  duty = iota // the next who queues something asks the flushers
	readers              // the reader sends before it waits for anything
	flushers             // the connection is on the server's list
	senders              // somebody writes, and looks again afterwards
	over                 // there was the last word
)

// stir has the outbox sent, unless somebody sees to that already.
func (c *conn) stir() {
	if c.duty == nobodys {
		c.duty = flushers
		c.server.flush.add(c)
	}
}

// queued reports whether there is something to send.
func (c *conn) queued() bool {
	o := &c.out
	return !o.parted && (c.ended || o.queued != nil || o.ping || o.hasPong)
}

// crowded reports whether so much is queued that who queued it has to send it.
// Others than the reader do so only lest they drive the queue over its limit
// before anybody had a chance to send.
func (c *conn) crowded() bool {
	if c.out.queued == nil || c.duty >= senders {
		return false
	}
	n := len(c.out.queued.frames)
	return n >= c.server.options.OutQueueBytes/2 || c.duty == readers && n >= maxUnflushed
}

// tend makes the sending of answers the reader's duty: it handles what it has
// read, and their answers are to go out together.
func (c *conn) tend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tendLocked()
}

func (c *conn) tendLocked() {
	if c.duty == nobodys {
		c.duty = readers
	}
}

// rest ends what tend began, before the reader waits for anything.
func (c *conn) rest() {
	c.mu.Lock()
	var b *buffer
	if c.duty == readers {
		b = c.take()
	}
	c.mu.Unlock()
	c.send(b)
}

// sendQueued sends what is queued, unless somebody does so already.
func (c *conn) sendQueued() {
	c.mu.Lock()
	var b *buffer
	if c.duty < senders {
		b = c.take()
	}
	c.mu.Unlock()
	c.send(b)
}

// holds reports whether c's answers are kept back, because others of its requests
// are about to be answered.
func (c *conn) holds(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.duty != flushers || c.ended || c.out.hasPong || c.crowded() || c.flight.tallies[running].requests == 0 {
		return false
	}
	if c.held.IsZero() {
		c.held = now
	}
	return now.Sub(c.held) < maxHold
}

// take returns what is to be sent, by its caller, or nil.
func (c *conn) take() (b *buffer) {
	switch {
	case !c.queued():
		c.duty = nobodys
		return nil
	case c.ended:
		b = c.out.takeLast(c.goodbye)
	default:
		b = c.out.take()
	}
	c.duty, c.held = senders, time.Time{}
	return b
}

// send writes b at once as far as the kernel takes it, so that no client delays
// another. What is left goes to a writer of the connection's own.
func (c *conn) send(b *buffer) {
	if b == nil {
		return
	}
	n, err := 0, error(nil)
	for taken := -1; err == nil && taken != 0 && n < len(b.frames); n += taken { // the kernel takes large ones in parts
		taken, err = c.socket.tryWrite(b.frames[n:])
	}
	switch {
	case err != nil:
		c.failed(b, err)
	case n == len(b.frames):
		c.sent(b)
	default:
		c.helpers.Go(func() { c.write(b, n) })
	}
}

// write is the connection's writer: it waits for the client to take b, of which
// n bytes are written.
func (c *conn) write(b *buffer, n int) {
	for n < len(b.frames) {
		chunk := b.frames[n:min(n+maxUnflushed, len(b.frames))]
		if err := c.socket.writeBy(chunk, c.writeDeadline()); err != nil {
			c.failed(b, err)
			return
		}
		n += len(chunk)
	}
	c.sent(b)
}

// writeDeadline returns when a client has to have taken what is written next. One
// that was cut has no more time for all that is left than others for a part.
func (c *conn) writeDeadline() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.cut.IsZero() {
		return c.cut
	}
	return time.Now().Add(c.server.options.WriteTimeout)
}

// sent takes b back, which is written, and passes the duty on.
func (c *conn) sent(b *buffer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.sent(b)
	if c.out.parted {
		c.part()
		return
	}
	c.duty = nobodys
	if c.queued() {
		c.stir()
	}
}

// failed ends a connection that cannot be written to. A client that does not
// read cannot be told why: what it was sent last may have left in part.
func (c *conn) failed(b *buffer, err error) {
	why, end := gone, c.abandon
	if errors.Is(err, os.ErrDeadlineExceeded) {
		why, end = slowConsumer, c.reset
	}
	c.mu.Lock()
	c.out.sent(b)
	c.endLocked(why)
	c.out.drop()
	c.part()
	c.mu.Unlock()
	end()
}

// linger is how long the server waits for the client's half of the closing
// handshake before it closes the socket.
const linger = time.Second

// part ends the sending. The reader has a moment to see the client's close frame.
func (c *conn) part() {
	c.out.parted, c.duty = true, over
	_ = c.socket.SetReadDeadline(time.Now().Add(linger))
	c.room.Signal()
}

// post queues the answer of q, whose turn it is.
func (c *conn) post(q *request, err *rpc.Error) {
	c.flight.leave(q)
	b := c.out.buffer()
	b.frames = q.appendAnswer(b.frames, err)
	q.free()
}

// postHeld queues the answers that waited for the one before them.
func (c *conn) postHeld() {
	for len(c.flight.inOrder) > 0 && len(c.flight.inOrder[0].held) > 0 {
		q := c.flight.inOrder[0]
		c.flight.leave(q)
		c.out.unsent -= len(q.held)
		b := c.out.buffer()
		b.frames = append(b.frames, q.held...)
		q.free()
	}
}
