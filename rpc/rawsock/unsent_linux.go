package rawsock

import (
	"net"
	"syscall"
)

// notSentLowat is TCP_NOTSENT_LOWAT of tcp(7), which package syscall lacks.
const notSentLowat = 25

// BoundUnsent has the kernel take bytes to send only while it has fewer than n
// that it has not sent, however fast the connection was before. So a client that
// does not read costs no more of the kernel's memory, and is noticed sooner. What
// is sent and not yet acknowledged does not count, so that nothing gets slower.
func BoundUnsent(conn net.Conn, n int) {
	tcp, ok := plain(conn).(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, notSentLowat, n) // #nosec G115 -- a descriptor
	})
}
