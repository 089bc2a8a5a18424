package wsrpc

import "github.com/gorilla/websocket"

// outbox is what a connection has to send.
type outbox struct {
	queued  *buffer // messages; nil: none
	unsent  int     // bytes that are held back, or with who sends them
	ping    bool
	hasPong bool
	pong    string // its payload
	refusal []byte // the close frame that gorilla made of a frame that breaks RFC 6455
	parted  bool   // the close frame, or what is left of the connection, was taken to be sent
}

// buffer returns what messages are appended to.
func (o *outbox) buffer() *buffer {
	if o.queued == nil {
		o.queued = buffers.Get().(*buffer)
	}
	return o.queued
}

// waiting returns how many bytes of answers are not sent.
func (o *outbox) waiting() int {
	if o.queued == nil {
		return o.unsent
	}
	return o.unsent + len(o.queued.frames)
}

// drop forgets the messages.
func (o *outbox) drop() {
	if o.queued != nil {
		o.queued.free()
		o.queued = nil
	}
	o.ping, o.hasPong = false, false
}

// take returns everything there is to send, or nil. It belongs to the caller,
// until sent is told.
func (o *outbox) take() *buffer {
	if o.queued == nil && !o.ping && !o.hasPong {
		return nil
	}
	b := o.buffer()
	if o.hasPong {
		b.frames = appendControl(b.frames, websocket.PongMessage, o.pong)
	}
	if o.ping {
		b.frames = appendControl(b.frames, websocket.PingMessage, "")
	}
	o.queued, o.ping, o.hasPong, o.pong = nil, false, false, ""
	o.unsent += len(b.frames)
	return b
}

// takeLast returns what there is to send, and the close frame after it. Nothing
// can be taken any more.
func (o *outbox) takeLast(why farewell) *buffer {
	b := o.take()
	if b == nil {
		b = buffers.Get().(*buffer)
	}
	o.parted = true
	n := len(b.frames)
	if why.code != 0 {
		frame := websocket.FormatCloseMessage(why.code, why.reason)
		b.frames = appendControl(b.frames, websocket.CloseMessage, string(frame))
	} else {
		b.frames = append(b.frames, o.refusal...)
	}
	o.unsent += len(b.frames) - n
	return b
}

// sent takes back what was taken.
func (o *outbox) sent(b *buffer) {
	o.unsent -= len(b.frames)
	b.free()
}
