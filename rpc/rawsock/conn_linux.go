package rawsock

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// Conn is a socket. What it does not do itself is done by the net.Conn in it.
type Conn struct {
	net.Conn
	raw     syscall.RawConn
	in, out transfer
	readNow func(fd uintptr) (done bool) // of in.read, made once: a call allocates nothing
	tryNow  func(fd uintptr)             // of out.try, the same
}

// transfer is what one call reads or writes.
type transfer struct {
	mu   sync.Mutex // guards what follows
	p    []byte
	n    int
	fail syscall.Errno
}

// New returns conn's socket, or nil if it has none that can be used directly:
// what wraps a socket may do more than read and write.
func New(conn net.Conn) *Conn {
	var raw syscall.RawConn
	var err error
	switch plain := conn.(type) {
	case *net.TCPConn:
		raw, err = plain.SyscallConn()
	case *net.UnixConn:
		raw, err = plain.SyscallConn()
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	c := &Conn{Conn: conn, raw: raw}
	c.readNow, c.tryNow = c.in.read, c.out.try
	return c
}

// Read implements net.Conn: it waits until there is something to read.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t := &c.in
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p = p
	err := c.raw.Read(c.readNow)
	t.p = nil
	switch {
	case err != nil:
		return 0, err
	case t.fail != 0:
		return 0, c.failed("read", t.fail)
	case t.n == 0:
		return 0, io.EOF
	}
	return t.n, nil
}

// TryWrite writes as much of p as the kernel takes at once, perhaps nothing. It
// minds no deadline. No other goroutine may write meanwhile.
func (c *Conn) TryWrite(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t := &c.out
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p = p
	err := c.raw.Control(c.tryNow)
	t.p = nil
	if err != nil {
		return 0, err
	}
	if t.fail != 0 {
		return 0, c.failed("write", t.fail)
	}
	return t.n, nil
}

func (c *Conn) failed(op string, errno syscall.Errno) error {
	return &net.OpError{
		Op: op, Net: c.LocalAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(op, errno),
	}
}

// read reads what is there; done is false when nothing is.
func (t *transfer) read(fd uintptr) (done bool) { return t.do(syscall.SYS_READ, fd) }

// try writes what there is room for.
func (t *transfer) try(fd uintptr) { t.do(syscall.SYS_WRITE, fd) }

// short is the number of bytes that are copied in so little time that Go's
// scheduler need not know.
const short = 64 << 10

// do reads or writes once, and reports whether the socket was ready.
func (t *transfer) do(trap, fd uintptr) (ready bool) {
	call := syscall.RawSyscall
	if len(t.p) > short {
		call = syscall.Syscall
	}
	for {
		n, _, errno := call(trap, fd, uintptr(unsafe.Pointer(&t.p[0])), uintptr(len(t.p))) // #nosec G103 -- p outlives the call
		t.n, t.fail = int(n), errno
		switch errno {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			t.n, t.fail = 0, 0
			return false
		}
		return true
	}
}
