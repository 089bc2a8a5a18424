package client

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"
)

// batchBytes is how much the writer collects before it writes.
const batchBytes = 64 << 10

// write sends what is queued until the link ends, then the close frame.
func (l *link) write() {
	defer close(l.writeDone)
	tick, stop := l.ticker()
	defer stop()
	for {
		var err error
		select {
		case <-l.done:
			l.writeClose()
			return
		case c := <-l.out:
			err = l.writeBatch(c)
		case data := <-l.pong:
			err = l.writeControl(websocket.PongMessage, []byte(data))
		case <-tick:
			err = l.writeControl(websocket.PingMessage, nil)
		}
		if err != nil {
			l.fail(&ClosedError{Code: closeAbnormal, Reason: "writing failed", cause: err}, 0)
			l.stream.abort()
			return
		}
	}
}

func (l *link) ticker() (<-chan time.Time, func()) {
	if l.keepAlive <= 0 {
		return nil, func() {}
	}
	t := time.NewTicker(l.keepAlive)
	return t.C, t.Stop
}

// writeBatch writes c and what else is queued in one system call.
func (l *link) writeBatch(c *call) error {
	l.stream.cork()
	err := l.writeCall(c)
	for err == nil && l.stream.buffered() < batchBytes {
		select {
		case c := <-l.out:
			err = l.writeCall(c)
			continue
		default:
		}
		break
	}
	return errors.Join(err, l.stream.uncork())
}

func (l *link) writeCall(c *call) error {
	if !c.send() {
		return nil
	}
	frame := c.frame
	c.frame = nil
	return l.ws.WriteMessage(websocket.TextMessage, frame)
}

// writeControl writes a ping or pong. It waits as long as the server lets it:
// a server that is silent is found out by the reader.
func (l *link) writeControl(kind int, data []byte) error {
	return l.ws.WriteControl(kind, data, time.Time{})
}

func (l *link) writeClose() {
	l.mu.Lock()
	code := l.closeCode
	l.mu.Unlock()
	if code == 0 {
		return
	}
	err := l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeGrace))
	if err != nil {
		l.logger.Debug("close frame was not sent", "error", err)
	}
}
