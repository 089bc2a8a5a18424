package pgcall

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"github.com/jackc/pgx/v5/pgconn"
)

// plainly has connections read as socket does, where they can.
func plainly(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return newSocket(conn), nil
	}
}

// socket is a connection that reads without announcing a system call to Go's
// scheduler. Its file is non-blocking, so that a read takes no longer than the
// bytes take to copy; where the program was idle meanwhile, the announcement
// wakes the scheduler's monitor thread, which costs more than the read. Waiting
// for bytes, deadlines and Close are Go's own.
type socket struct {
	net.Conn
	raw     syscall.RawConn
	readNow func(fd uintptr) (done bool) // of try, made once

	mu    sync.Mutex // guards what follows
	p     []byte     // what is read into
	n     int
	errno syscall.Errno
}

// newSocket returns conn itself where it is no plain socket.
func newSocket(conn net.Conn) net.Conn {
	plain, ok := conn.(interface {
		net.Conn
		syscall.Conn
	})
	if !ok {
		return conn
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return conn
	}
	s := &socket{Conn: conn, raw: raw}
	s.readNow = s.try
	return s
}

// Read implements net.Conn.
func (s *socket) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.p, s.n, s.errno = p, 0, 0
	err := s.raw.Read(s.readNow)
	s.p = nil
	switch {
	case err != nil:
		return 0, err
	case s.errno != 0:
		return 0, &net.OpError{Op: "read", Net: s.LocalAddr().Network(), Source: s.LocalAddr(), Addr: s.RemoteAddr(), Err: os.NewSyscallError("read", s.errno)}
	case s.n == 0:
		return 0, io.EOF
	}
	return s.n, nil
}

// try reads what is there; done is false when nothing is.
func (s *socket) try(fd uintptr) (done bool) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&s.p[0])), uintptr(len(s.p))) // #nosec G103 -- p outlives the call
		switch errno {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		case 0:
			s.n = int(n)
		}
		s.errno = errno
		return true
	}
}
