package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/bench/baseline"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

const serveVerb = "serve"

// kinds of servers, see docs/performance.md.
const (
	kindOurs = "spgen"
	kindHand = "handwritten"
	kindPost = "net/http"
	kindEcho = "echo"
)

// serve runs one of the servers until its standard input ends:
// `compare serve KIND DATABASE-URL CONNECTIONS`. It prints its address and that
// of its statistics.
func serve(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("usage: compare serve KIND DATABASE-URL CONNECTIONS")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the parent has gone
		stop()
	}()
	run, err := newServer(ctx, args[0], args[1], args[2])
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	statistics, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr(), statistics.Addr())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return run(ctx, listener) })
	group.Go(func() error { return serveHTTP(ctx, statistics, http.HandlerFunc(serveStats)) })
	return group.Wait()
}

// unlimited lets the load through and counts it: what counting costs is measured.
var unlimited = server.Limits{Connections: -1, AddressConnections: -1, Rate: rpc.Rate{Calls: 10_000_000}}

// newServer returns what serves a kind.
func newServer(ctx context.Context, kind, url, connections string) (func(context.Context, net.Listener) error, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if kind == kindOurs {
		s, err := server.New(ctx, server.Config{
			API: &api, Database: config, AnyRole: true, Limits: unlimited, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		})
		if err != nil {
			return nil, err
		}
		return s.Serve, nil
	}
	size, err := strconv.ParseInt(connections, 10, 32)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(size)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	methods := &baseline.Methods{Pool: pool}
	handler, ok := map[string]http.HandlerFunc{
		kindHand: methods.ServeSocket, kindPost: methods.ServePost, kindEcho: baseline.ServeEcho,
	}[kind]
	if !ok {
		return nil, fmt.Errorf("there is no server %q", kind)
	}
	return func(ctx context.Context, listener net.Listener) error {
		defer pool.Close()
		return serveHTTP(ctx, listener, handler)
	}, nil
}

func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler) error {
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// stats are what a server says of itself.
type stats struct {
	Allocations uint64 `json:"allocations"` // objects, since its start
	Resident    uint64 `json:"resident"`    // bytes
}

// allocations are the runtime's counters of objects: tiny ones share a slot of
// the first, and are counted by the second.
var allocations = []string{"/gc/heap/allocs:objects", "/gc/heap/tiny/allocs:objects"}

// serveStats answers with stats; with ?collect garbage is collected before.
func serveStats(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("collect") {
		debug.FreeOSMemory()
	}
	var s stats
	samples := make([]metrics.Sample, len(allocations))
	for i, name := range allocations {
		samples[i].Name = name
	}
	metrics.Read(samples)
	for _, sample := range samples {
		s.Allocations += sample.Value.Uint64()
	}
	var err error
	if s.Resident, err = resident(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(s) // else the client has gone
}

// resident returns the memory of this process, by the second field of
// proc_pid_statm(5).
func resident() (uint64, error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0, errors.New("/proc/self/statm is not understood")
	}
	pages, err := strconv.ParseUint(fields[1], 10, 64)
	return pages * uint64(os.Getpagesize()), err
}
