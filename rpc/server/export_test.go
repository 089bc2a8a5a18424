package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
)

// ConnectionsFor returns how many connections there may be where so many files may be open.
func ConnectionsFor(l Limits, files, database int, logger *slog.Logger) int {
	return l.connections(files, database, logger)
}

// VisitorsLeft returns how many HTTP connections there may be besides WebSockets.
var VisitorsLeft = visitorsLeft

// Visitors counts HTTP connections: at most so many, of an address each.
func Visitors(most, each int, proxies ...netip.Prefix) func(net.Conn, http.ConnState) {
	return (&visitors{most: func() int { return most }, each: each, proxies: proxies}).track
}

// NewQuestion returns a question's ask.
func NewQuestion() func(context.Context, func(context.Context) error) error { return new(question).ask }
