package pgcall_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
)

// network is what a pool's connections go through.
type network struct {
	down atomic.Bool // no connection can be made
	deaf atomic.Bool // what the server says is lost, and the connection with it
	mute atomic.Bool // what is sent is lost, and the connection with it
}

var errNetwork = errors.New("the network is down")

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if n.down.Load() {
		return nil, errNetwork
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &wire{conn, n}, nil
}

type wire struct {
	net.Conn
	network *network
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err == nil && w.network.deaf.CompareAndSwap(true, false) {
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if w.network.mute.CompareAndSwap(true, false) {
		return 0, errNetwork
	}
	return w.Conn.Write(p)
}
