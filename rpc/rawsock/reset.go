package rawsock

import "net"

// Reset closes conn at once and forgets what it has not sent, which the kernel
// would otherwise go on offering to its other end for minutes.
func Reset(conn net.Conn) error {
	under := plain(conn)
	if tcp, ok := under.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return under.Close()
}

// plain returns what conn wraps, as TLS does, or conn.
func plain(conn net.Conn) net.Conn {
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		return wrapped.NetConn()
	}
	return conn
}
