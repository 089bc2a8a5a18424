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
	mu    sync.Mutex // guards what follows
	p     []byte     // nil: a block is to be read
	block *Block
	n     int
	fail  syscall.Errno
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
	n, _, err := c.read(p)
	return n, err
}

// ReadBlock waits until there is something to read, and returns it. While it
// waits, it holds no memory to read into.
func (c *Conn) ReadBlock() (*Block, error) {
	_, b, err := c.read(nil)
	return b, err
}

func (c *Conn) read(p []byte) (int, *Block, error) {
	t := &c.in
	t.mu.Lock()
	t.p = p
	err := c.raw.Read(c.readNow)
	n, b, fail := t.n, t.block, t.fail
	t.p, t.block = nil, nil
	t.mu.Unlock()
	switch {
	case err != nil:
	case fail != 0:
		err = c.failed("read", fail)
	case n == 0:
		err = io.EOF
	default:
		return n, b, nil
	}
	if b != nil {
		b.Free()
	}
	return 0, nil, err
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
		err = c.failed("write", t.fail)
	}
	return t.n, err
}

func (c *Conn) failed(op string, errno syscall.Errno) error {
	return &net.OpError{
		Op: op, Net: c.LocalAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(op, errno),
	}
}

// read reads what is there; done is false when nothing is.
func (t *transfer) read(fd uintptr) (done bool) {
	if t.p != nil {
		return t.do(syscall.SYS_READ, fd)
	}
	b := blocks.Get().(*Block)
	t.p = b.memory[:]
	done = t.do(syscall.SYS_READ, fd)
	t.p = nil
	if t.n == 0 {
		b.Free()
		return done
	}
	b.Bytes, t.block = b.memory[:t.n], b
	return done
}

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
		case 0:
			return true
		case syscall.EINTR:
			continue
		}
		t.n = 0
		if errno == syscall.EAGAIN {
			t.fail = 0
			return false
		}
		return true
	}
}
