package wsrpc

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
)

// read is the connection's reader. It outlives the others and closes the socket.
func (c *conn) read() {
	c.leave(c.readMessages())
}

// leave ends the connection after reading failed.
func (c *conn) leave(err error) {
	defer c.server.remove(c)
	c.socket.empty()
	c.end(farewellFor(err, c.server.options.MaxMessageBytes))
	c.server.options.Sessions.Leave(&c.peer)
	c.rest()
	c.awaitLast()
	cut := time.AfterFunc(2*linger, c.abandon)
	if stillSends(err) {
		c.discard()
	}
	_ = c.socket.Close()
	cut.Stop()
	c.server.options.Logger.Debug("websocket closed",
		slog.String("peer", c.peer.ID), slog.Any("addr", c.peer.Addr), slog.Any("reason", c.goodbye))
}

// readMessages handles messages until reading fails. While the connection
// ends, it goes on reading: pongs, and the client's half of the closing
// handshake.
func (c *conn) readMessages() error {
	for {
		// Waiting here instead of in NextReader takes so little stack that one of
		// the smallest size is enough.
		if _, err := c.in.Peek(1); err != nil && err != io.EOF { // of which NextReader knows what it means
			return err
		}
		kind, r, err := c.ws.NextReader()
		if err != nil {
			return err
		}
		q := newRequest(c) // not before: a connection without traffic holds no memory of requests
		if err := c.readMessage(q, kind, r); err != nil {
			q.free()
			return err
		}
		if err := c.handle(q); err != nil {
			return err
		}
	}
}

// awaitLast waits until nobody sends or dispatches any more.
func (c *conn) awaitLast() {
	c.mu.Lock()
	for c.duty != over {
		c.room.Wait()
	}
	c.mu.Unlock()
	c.helpers.Wait()
}

func (c *conn) readMessage(q *request, kind int, r io.Reader) error {
	if kind != websocket.TextMessage {
		return binaryMessage
	}
	if err := q.readFrom(r); err != nil {
		return err
	}
	c.heard.Store(true)
	if !utf8.Valid(q.frame) {
		return notUTF8
	}
	return nil
}

// handle dispatches q, parks it, or answers it when it is no request or comes too
// soon. It returns why the connection ends, if it does.
func (c *conn) handle(q *request) error {
	if err := c.count(); err != nil {
		q.free()
		return err
	}
	fault := q.parse()
	if wait := c.spend(); wait > 0 && fault == nil {
		fault, q.place = rpc.RateLimited(wait), passing
	}
	err, now := c.enter(q, fault)
	switch {
	case !now:
	case err != nil:
		c.answer(q, err)
	default:
		c.dispatch(q)
	}
	return nil
}

// stillSends reports whether a client may be sending after reading failed with
// err: it did something wrong, but has neither closed nor fallen silent.
func stillSends(err error) bool {
	var closed *websocket.CloseError
	var broken net.Error
	return !errors.As(err, &closed) && !errors.As(err, &broken)
}

// discard reads what the client still sends. Closing a socket with unread
// bytes would reset it, and the client might never see the close frame.
func (c *conn) discard() {
	if half, ok := c.socket.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_ = c.socket.SetReadDeadline(time.Now().Add(linger))
	_, _ = io.Copy(io.Discard, c.socket.Conn)
}
