package server

import "log/slog"

// ConnectionsFor returns how many connections there may be where so many files may be open.
func ConnectionsFor(l Limits, files, database int, logger *slog.Logger) int {
	return l.connections(files, database, logger)
}
