package pgcall_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgproto3"
)

// network is what a pool's connections go through.
type network struct {
	down atomic.Bool // no connection can be made
	deaf atomic.Bool // what the server says is lost, and the connection with it
	mute atomic.Bool // what is sent is lost, and the connection with it
	torn atomic.Bool // the last bytes of what is sent are lost, and the connection once the server has answered the others
	fast atomic.Bool // the server ended the session before what is sent came

	countdown atomic.Int64 // at 1 the next read or write breaks its connection; 0: none does
	dials     atomic.Int64 // attempts to connect
}

var errNetwork = errors.New("the network is down")

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.dials.Add(1)
	if n.down.Load() {
		return nil, errNetwork
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &wire{Conn: conn, network: n}, nil
}

type wire struct {
	net.Conn
	network *network

	mu    sync.Mutex // guards what follows
	last  []byte     // what the server said when it ended the session
	ended bool
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err == nil && w.network.breaks() {
		_ = w.Conn.Close()
		return 0, errNetwork
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.ended:
		n = copy(p, w.last)
		w.last = w.last[n:]
		if n == 0 {
			return 0, io.EOF
		}
		return n, nil
	case err == nil && w.network.deaf.CompareAndSwap(true, false):
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

// breaks counts a read or write, and reports whether it is the one to break.
func (n *network) breaks() bool { return n.countdown.Load() > 0 && n.countdown.Add(-1) == 0 }

func (w *wire) Write(p []byte) (int, error) {
	if w.network.breaks() {
		_ = w.Conn.Close()
		return 0, errNetwork
	}
	if w.network.mute.CompareAndSwap(true, false) {
		return 0, errNetwork
	}
	if w.network.torn.CompareAndSwap(true, false) {
		n, _ := w.Conn.Write(p[:len(p)-5])
		time.Sleep(500 * time.Millisecond) // nothing tells that the answer was read
		_ = w.Conn.Close()
		return n, errNetwork
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.network.fast.CompareAndSwap(true, false) {
		fatal := pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: pgerrcode.AdminShutdown}
		w.last, _ = fatal.Encode(nil)
		w.ended = true
		_ = w.Conn.SetReadDeadline(time.Now()) // so that Read sees it
	}
	if w.ended {
		return len(p), nil
	}
	return w.Conn.Write(p)
}
