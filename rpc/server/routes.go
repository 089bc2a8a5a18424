package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// readyTimeout bounds how long /readyz waits for the database.
const readyTimeout = 2 * time.Second

// unreadyRate is how often the log says why the server is not ready: anybody may ask.
var unreadyRate = rpc.Rate{Calls: 1, Per: 5 * time.Second}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/ws", s.whenPrepared(s.sockets))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.serveReady)
	if s.config.Docs != nil {
		mux.Handle("GET /docs/", http.StripPrefix("/docs/", s.docs))
		mux.Handle("GET /{$}", http.RedirectHandler("/docs/", http.StatusFound))
	}
	return s.config.Transport.secure(bodiless(mux))
}

// serveReady says no more than that the database is away: why is in the log.
// With ?verbose it also says, to operators, which methods do not match the
// schema and which rights are missing.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	verbose := r.URL.Query().Has("verbose")
	if err := s.config.Transport.operates(r); verbose && err != nil {
		answer(w, http.StatusForbidden, err.Error())
		return
	}
	status, text := s.readiness(s.asked.ask(r.Context(), s.Ready))
	if !verbose {
		answer(w, status, text)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(readyReport{text, s.Schema(), s.tooMuch()}) // else the client has gone
}

// readyReport is what /readyz?verbose answers.
type readyReport struct {
	Status string          `json:"status"`
	Schema *pgcall.Report  `json:"schema"`
	Role   []pgcall.Excess `json:"role,omitempty"` // what the server's role may do beside calling functions
}

func (s *Server) readiness(err error) (status int, text string) {
	switch {
	case err == nil:
		return http.StatusOK, "ok"
	case errors.Is(err, ErrStarting), errors.Is(err, ErrDraining):
		return http.StatusServiceUnavailable, err.Error()
	}
	if s.unready.Take(unreadyRate, time.Since(s.began)) == 0 {
		s.config.Logger.Warn("not ready", "error", err)
	}
	return http.StatusServiceUnavailable, "the database does not answer"
}

// whenPrepared refuses connections until the server is prepared.
func (s *Server) whenPrepared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.prepared.Load() {
			w.Header().Set("Retry-After", "1")
			answer(w, http.StatusServiceUnavailable, "the server is starting, connect again in a moment")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintln(w, text) //nolint:errcheck // the client has gone
}

// compact takes the white space out of a JSON document.
func compact(document []byte) ([]byte, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, document); err != nil {
		return nil, fmt.Errorf("read %s: %w", documentName, err)
	}
	return out.Bytes(), nil
}
