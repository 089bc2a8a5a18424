package server

import (
	"bytes"
	"context"
	"log"
	"log/slog"
)

// httpLog is what http.Server writes its log to.
type httpLog struct{ logger *slog.Logger }

func newHTTPLog(logger *slog.Logger) *log.Logger { return log.New(httpLog{logger}, "", 0) }

// Write logs what goes wrong in the server. A failed TLS handshake is the
// client's affair, and any scanner's: it is logged at level debug.
func (l httpLog) Write(line []byte) (int, error) {
	level := slog.LevelWarn
	if bytes.Contains(line, []byte("TLS handshake error")) {
		level = slog.LevelDebug
	}
	l.logger.Log(context.Background(), level, "http server", "message", string(bytes.TrimSpace(line)))
	return len(line), nil
}
