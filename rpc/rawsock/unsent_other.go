//go:build !linux

package rawsock

import "net"

// BoundUnsent does nothing: only Linux is told how much to take.
func BoundUnsent(net.Conn, int) {}
