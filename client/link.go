package client

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// closeGrace bounds how long the goroutines of a link outlive its end.
const closeGrace = 2 * time.Second

// link is one WebSocket and the calls on it. A reader and a writer own the
// socket; both end soon after done is closed, and then ended is closed.
type link struct {
	ws        *websocket.Conn
	stream    *stream
	logger    *slog.Logger
	keepAlive time.Duration
	seq       atomic.Uint64
	heard     atomic.Bool // a request was answered
	unkeyed   sync.Map    // when methods, by their IDs, refused a key

	slots     chan struct{} // one for each call in flight
	out       chan *call
	pong      chan string // the latest ping, to be answered by the writer
	done      chan struct{}
	writeDone chan struct{}
	ended     chan struct{}

	// mu guards the fields below.
	mu        sync.Mutex
	calls     map[uint64]*call // in flight, by seq; nil when closed
	err       *ClosedError
	closeCode int // what the writer's close frame says; 0: send none
	kill      *time.Timer
}

func newLink(ws *websocket.Conn, s *stream, o *options) *link {
	return &link{
		ws: ws, stream: s, logger: o.logger, keepAlive: o.keepAlive,
		slots:     make(chan struct{}, o.maxInFlight),
		out:       make(chan *call, o.maxInFlight),
		pong:      make(chan string, 1),
		done:      make(chan struct{}),
		writeDone: make(chan struct{}),
		ended:     make(chan struct{}),
		calls:     map[uint64]*call{},
	}
}

func (l *link) start() {
	l.stream.idle = 2 * l.keepAlive
	go l.write()
	go l.read()
}

func (l *link) nextSeq() uint64 { return l.seq.Add(1) }

// unkeyedFor is how long a method is called without keys that has refused one: what
// the server lacks for them may be installed meanwhile.
const unkeyedFor = time.Minute

// takesKeys reports whether the server is not known to refuse keys for the method.
func (l *link) takesKeys(method uint32) bool {
	refused, known := l.unkeyed.Load(method)
	return !known || time.Since(refused.(time.Time)) > unkeyedFor // refusedKey stores nothing else
}

// refusedKey notes that the server takes no key for the method.
func (l *link) refusedKey(method uint32) { l.unkeyed.Store(method, time.Now()) }

// exchange queues c, once there is room for it, and waits for its answer.
func (l *link) exchange(ctx context.Context, c *call) ([]byte, error) {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.done:
		return l.lost(c)
	}
	if err := l.register(c); err != nil {
		return nil, err.of(c)
	}
	select {
	case l.out <- c:
	case <-ctx.Done():
		return l.abandon(ctx, c)
	case <-l.done:
		return l.lost(c)
	}
	select {
	case a := <-c.answer:
		return a.unpack()
	case <-ctx.Done():
		return l.abandon(ctx, c)
	case <-l.done:
		return l.lost(c)
	}
}

func (l *link) register(c *call) *ClosedError {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	l.calls[c.seq] = c
	return nil
}

// take removes and returns the call with that seq, or nil.
func (l *link) take(seq uint64) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.calls[seq]
	delete(l.calls, seq)
	return c
}

// abandon gives c up because ctx has ended, unless its answer is there.
func (l *link) abandon(ctx context.Context, c *call) ([]byte, error) {
	select {
	case a := <-c.answer:
		return a.unpack()
	default:
	}
	l.take(c.seq)
	if !c.drop() {
		l.cancel(c)
	}
	return nil, ctx.Err()
}

// cancel asks the server to stop working on c. It does not wait: when the
// queue is full, the deadline that was sent along has to do.
func (l *link) cancel(c *call) {
	cancel := newCancel(l.nextSeq(), c)
	select {
	case l.out <- cancel:
	default:
		l.logger.Debug("cancel was not sent: the queue is full", "seq", c.seq)
	}
}

// lost returns the error of a call whose connection has ended, unless its
// answer came before.
func (l *link) lost(c *call) ([]byte, error) {
	select {
	case a := <-c.answer:
		return a.unpack()
	default:
		return nil, l.closed().of(c)
	}
}

func (l *link) closed() *ClosedError {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// fail ends the link. Only the first call counts. The writer sends a close
// frame with closeCode, unless that is 0. Whatever the goroutines are blocked
// in, they are free after closeGrace.
func (l *link) fail(err *ClosedError, closeCode int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err, l.closeCode, l.calls = err, closeCode, nil
	l.kill = time.AfterFunc(closeGrace, l.stream.abort)
	close(l.done)
}
