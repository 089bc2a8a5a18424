//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"io"

	"github.com/vbauerster/mpb/v8"
)

// Host lets tests change what Start assumes about the machine.
type Host struct {
	Path, Repository            string
	Globs, Caches, Places, Temp []string
}

// ThisHost is the one that Start uses.
func ThisHost() Host {
	h := thisHost()
	return Host{Path: h.path, Repository: h.repository, Globs: h.globs, Caches: h.caches, Places: h.places, Temp: h.temp}
}

func (h Host) host() host {
	return host{path: h.Path, repository: h.Repository, globs: h.Globs, caches: h.Caches, places: h.Places, temp: h.Temp}
}

// Start is Start on h.
func (h Host) Start(ctx context.Context, o Options) (*Cluster, error) { return h.host().start(ctx, o) }

// Candidates lists the directories that Start would try.
func (h Host) Candidates(ctx context.Context) []string { return h.host().candidates(ctx) }

// Home returns where the data of c are.
func (c *Cluster) Home() string { return c.site.home }

// SocketDir returns where c listens.
func (c *Cluster) SocketDir() string { return c.socketDir }

// Survivors returns the processes of c's server.
func (c *Cluster) Survivors() []int { return c.site.survivors() }

// Bar draws a progress bar of n bytes on out.
func Bar(out io.Writer, title string, n int) {
	b := newBar(out, title, int64(n), mpb.WithAutoRefresh())
	b.add(n)
	b.done()
}
