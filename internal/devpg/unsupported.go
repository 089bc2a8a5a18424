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

var errUnsupported = errors.New("spgen runs no PostgreSQL of its own on this system: give --database-url")

// Start fails: a private PostgreSQL needs flock(2) and Unix sockets.
func Start(context.Context, Options) (*Cluster, error) { return nil, errUnsupported }

// Major fails, as Start does.
func Major(context.Context, string) (int, error) { return 0, errUnsupported }

// Stop does nothing.
func (c *Cluster) Stop(context.Context) error { return nil }
