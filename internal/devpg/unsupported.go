//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package devpg

import (
	"context"
	"errors"
)

// Cluster is a use of a running server.
type Cluster struct {
	socketDir string
	version   int
	reused    bool
}

// Start fails: a private PostgreSQL needs flock(2) and Unix sockets.
func Start(context.Context, Options) (*Cluster, error) {
	return nil, errors.New("spgen runs no PostgreSQL of its own on this system: give --database-url")
}

// Stop does nothing.
func (c *Cluster) Stop(context.Context) error { return nil }
