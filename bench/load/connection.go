package load

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const readSize = 16 << 10 // of a connection's buffer at first

// connection drives a line over a socket.
type connection struct {
	conn  net.Conn
	start time.Time // of the run

	mu   sync.Mutex // guards line in an open loop
	line *line

	in  []byte // read and not taken
	buf []byte // where in is
	out []byte
}

func newConnection(conn net.Conn, l *line) *connection {
	return &connection{conn: conn, line: l, buf: make([]byte, readSize)}
}

func (c *connection) now() time.Duration { return time.Since(c.start) }

// run makes requests until the window ends and every answer is there.
func (c *connection) run(ctx context.Context) error {
	var err error
	if c.line.pacer == nil {
		err = c.closedLoop()
	} else {
		err = c.openLoop(ctx)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
		return nil // what has no answer is counted by the line
	}
	if errors.Is(err, io.EOF) {
		return errors.New("the server dropped the connection")
	}
	return err
}

// closedLoop answers each answer with a request.
func (c *connection) closedLoop() error {
	for {
		c.out, _ = c.line.fill(c.out[:0], c.now())
		if err := c.write(); err != nil {
			return err
		}
		if c.line.inFlight() == 0 {
			return nil
		}
		if err := c.receive(); err != nil {
			return err
		}
	}
}

// receive reads once and takes what came.
func (c *connection) receive() error {
	var now time.Duration
	return c.read(func(message []byte) error {
		if now == 0 {
			now = c.now()
		}
		return c.line.take(message, now)
	})
}

// openLoop sends by the schedule; another goroutine reads.
func (c *connection) openLoop(ctx context.Context) error {
	freed, left := make(chan struct{}, 1), make(chan struct{})
	var received error
	go func() {
		defer close(left)
		received = c.receiver(freed)
	}()
	err := c.sender(ctx, freed, left)
	if err != nil {
		_ = c.conn.SetDeadline(time.Now())
	}
	<-left
	return errors.Join(err, received)
}

// receiver reads until the window is over and nothing is in flight.
func (c *connection) receiver(freed chan<- struct{}) error {
	for {
		now := time.Duration(-1)
		err := c.read(func(message []byte) error {
			if now < 0 {
				now = c.now()
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.line.take(message, now)
		})
		if err != nil {
			return err
		}
		select {
		case freed <- struct{}{}:
		default:
		}
		if c.over() {
			return nil
		}
	}
}

// over reports whether there is nothing more to send or to wait for.
func (c *connection) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.line.exhausted(c.now()) && c.line.inFlight() == 0
}

// sender writes what is due, until all that was is sent or the receiver has left.
func (c *connection) sender(ctx context.Context, freed, left <-chan struct{}) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		c.mu.Lock()
		var next time.Duration
		c.out, next = c.line.fill(c.out[:0], c.now())
		over := c.line.exhausted(c.now())
		c.mu.Unlock()
		if err := c.write(); err != nil {
			return err
		}
		if over {
			break
		}
		wake := freed // every request in flight has to wait: for an answer
		if next > 0 {
			wake = nil
			timer.Reset(next - c.now())
		}
		select {
		case <-timer.C:
		case <-wake:
		case <-left:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
	if c.over() { // the receiver waits for nothing
		return c.conn.SetReadDeadline(time.Now())
	}
	return nil
}

func (c *connection) write() error {
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.conn.Write(c.out)
	return err
}

// read takes every whole message that one read brings.
func (c *connection) read(take func(message []byte) error) error {
	if err := c.makeRoom(); err != nil {
		return err
	}
	n, err := c.conn.Read(c.buf[len(c.in):])
	c.in = c.buf[:len(c.in)+n]
	if err != nil {
		return err
	}
	if err := c.split(take); err != nil {
		return err
	}
	if pongs := c.line.framing.reply(); pongs != nil {
		_, err := c.conn.Write(pongs)
		return err
	}
	return nil
}

// split takes the messages of what was read and keeps the rest.
func (c *connection) split(take func(message []byte) error) error {
	defer func() { c.in = c.buf[:copy(c.buf, c.in)] }()
	for {
		message, used, err := c.line.framing.next(c.in)
		if err != nil || used == 0 {
			return err
		}
		c.in = c.in[used:]
		if message == nil {
			continue
		}
		if err := take(message); err != nil {
			return err
		}
	}
}

// makeRoom grows a buffer that is full.
func (c *connection) makeRoom() error {
	if len(c.in) < len(c.buf) {
		return nil
	}
	if len(c.buf) > maxMessage {
		return errTooLarge
	}
	grown := make([]byte, 2*len(c.buf))
	c.in = grown[:copy(grown, c.in)]
	c.buf = grown
	return nil
}
