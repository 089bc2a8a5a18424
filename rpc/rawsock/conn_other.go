//go:build !linux

package rawsock

import (
	"errors"
	"net"
)

// Conn is a socket of Linux. There are none here.
type Conn struct{ net.Conn }

// New returns nil: use conn as it is.
func New(net.Conn) *Conn { return nil }

// TryWrite is never called: there is no Conn to call it on.
func (*Conn) TryWrite([]byte) (int, error) { return 0, errors.ErrUnsupported }

// ReadBlock is never called.
func (*Conn) ReadBlock() (*Block, error) { return nil, errors.ErrUnsupported }
