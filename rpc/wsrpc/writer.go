package wsrpc

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"
)

// outbox is what the writer has to send.
type outbox struct {
	text    []byte // messages, end to end
	ends    []int  // where each of them ends in text
	ping    bool
	hasPong bool
	pong    string
}

// endMessage makes a message of what was appended to text since the last one.
func (o *outbox) endMessage() { o.ends = append(o.ends, len(o.text)) }

func (o *outbox) empty() bool { return len(o.ends) == 0 && !o.ping && !o.hasPong }

// reset empties o, keeping its memory if that is small.
func (o *outbox) reset() { *o = outbox{text: keep(o.text), ends: o.ends[:0]} }

// write is the connection's writer. It ends when it has said goodbye, or when
// the socket fails.
func (c *conn) write() {
	defer close(c.wrote)
	ticker := time.NewTicker(c.server.options.PingInterval)
	defer ticker.Stop()
	var batch outbox
	for quiet := 0; ; {
		select {
		case <-c.wake:
		case <-ticker.C:
			quiet = c.tick(quiet)
			c.raw.shrink()
			batch = outbox{}
		}
		if !c.writeQueued(&batch) {
			return
		}
	}
}

// tick queues a ping, or ends a connection that was silent for two intervals.
// It takes and returns for how many intervals that is so.
func (c *conn) tick(quiet int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	quiet++
	if c.heard.Swap(false) || c.waiting { // while the reader waits, nothing can be heard
		quiet = 0
	}
	if quiet >= 2 {
		c.endLocked(silent)
	}
	if c.out.empty() {
		c.out = outbox{} // a quiet connection gives its memory back
	}
	c.out.ping = !c.ended
	return quiet
}

// writeQueued sends until there is nothing left, and reports whether the
// connection goes on.
func (c *conn) writeQueued(batch *outbox) bool {
	for {
		ended := c.take(batch)
		switch {
		case !batch.empty():
			if err := c.send(batch); err != nil {
				c.failed(err)
				return false
			}
		case ended:
			c.sayGoodbye()
			return false
		default:
			return true
		}
	}
}

// take exchanges what was sent for what is queued.
func (c *conn) take(batch *outbox) (ended bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unsent -= len(batch.text)
	batch.reset()
	c.out, *batch = *batch, c.out
	c.unsent += len(batch.text)
	return c.ended
}

// send writes one batch, as few system calls as it takes.
func (c *conn) send(batch *outbox) error {
	start := 0
	for _, end := range batch.ends {
		if err := c.ws.WriteMessage(websocket.TextMessage, batch.text[start:end]); err != nil {
			return err
		}
		start = end
	}
	if batch.hasPong {
		if err := c.ws.WriteControl(websocket.PongMessage, []byte(batch.pong), time.Time{}); err != nil {
			return err
		}
	}
	if batch.ping {
		if err := c.ws.WriteControl(websocket.PingMessage, nil, time.Time{}); err != nil {
			return err
		}
	}
	return c.raw.flush(c.server.options.WriteTimeout)
}

// failed ends a connection that cannot be written to.
func (c *conn) failed(err error) {
	c.end(gone)
	if !errors.Is(err, websocket.ErrCloseSent) {
		_ = c.raw.Close()
		return
	}
	c.sayGoodbye()
}

// sayGoodbye sends the close frame, unless gorilla has done so for a frame
// that breaks RFC 6455, and gives the reader a moment to see the client's.
func (c *conn) sayGoodbye() {
	if c.goodbye.code != 0 {
		frame := websocket.FormatCloseMessage(c.goodbye.code, c.goodbye.reason)
		_ = c.ws.WriteControl(websocket.CloseMessage, frame, time.Time{})
	}
	_ = c.raw.flush(c.server.options.WriteTimeout)
	_ = c.raw.SetReadDeadline(time.Now().Add(linger))
}
