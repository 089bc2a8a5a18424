package client

import (
	"errors"
	"net"
	"os"

	"github.com/gorilla/websocket"
)

// read hands every message to its call until the connection ends. It is the
// last goroutine of the link to leave.
func (l *link) read() {
	defer close(l.ended)
	l.ws.SetPingHandler(l.pinged)
	l.ws.SetCloseHandler(func(int, string) error { return nil })
	for {
		kind, data, err := l.ws.ReadMessage()
		if err != nil {
			l.fail(l.readError(err), echo(err))
			break
		}
		if bad := l.receive(kind, data); bad != nil {
			l.fail(bad, bad.Code)
			break
		}
	}
	<-l.writeDone
	l.stream.abort()
	l.kill.Stop()
}

// pinged leaves a ping to the writer. Only the latest is answered (RFC 6455,
// section 5.5.3), so that pings cannot pile up.
func (l *link) pinged(data string) error {
	select {
	case <-l.pong:
	default:
	}
	l.pong <- data
	return nil
}

// receive routes one message. An error means that the server cannot be trusted.
func (l *link) receive(kind int, data []byte) *ClosedError {
	if kind != websocket.TextMessage {
		return violation(closeUnsupported, "the server sent a binary message, which %s has none of", subprotocol)
	}
	a, bad := parseAnswer(data)
	if bad != nil {
		return bad
	}
	if !a.hasSeq {
		l.logger.Warn("dropped an answer without seq", "error", a.err)
		return nil
	}
	c := l.take(a.seq)
	if c == nil {
		l.unmatched(a)
		return nil
	}
	if !a.fits(c) {
		return violation(closeProtocol, "the answer to request %d is for method %d, not %d", c.seq, a.method, c.method)
	}
	c.answer <- a
	l.heard.Store(true)
	return nil
}

// unmatched logs an answer that nothing waits for: usually one that comes
// after its call was cancelled.
func (l *link) unmatched(a answer) {
	if a.seq > l.seq.Load() || a.seq == 0 {
		l.logger.Warn("dropped an answer to a request that was never made", "seq", a.seq, "method", a.method)
		return
	}
	l.logger.Debug("dropped a late answer", "seq", a.seq, "method", a.method)
}

// readError says what a failed read means.
func (l *link) readError(err error) *ClosedError {
	var closed *websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &closed) && closed.Code == closeAbnormal:
		return &ClosedError{Code: closeAbnormal, Reason: "the server hung up", cause: err}
	case errors.As(err, &closed):
		return &ClosedError{Code: closed.Code, Reason: closed.Text}
	case errors.Is(err, websocket.ErrReadLimit):
		return violation(closeTooBig, "an answer is larger than the limit: raise it by WithMaxMessageBytes")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &ClosedError{Code: closeAbnormal, Reason: "nothing was heard from the server for " + l.stream.idle.String(), cause: err}
	case errors.As(err, &network):
		return &ClosedError{Code: closeAbnormal, Reason: "reading failed", cause: err}
	}
	return violation(closeProtocol, "the server broke the WebSocket protocol: %s", err)
}

// echo returns the code of the close frame that answers the server's, or 0
// when there is nothing to answer.
func echo(err error) int {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code == closeAbnormal {
		return 0
	}
	return closed.Code
}
