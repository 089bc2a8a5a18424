//go:build !linux

package pgcall

import (
	"net"
	"time"
)

// limitSilence has the kernel probe an idle connection after d.
func limitSilence(conn net.Conn, d time.Duration) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: d, Interval: d / 4, Count: 4})
	}
}
