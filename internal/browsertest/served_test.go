package browsertest

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/app"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/generated/docs"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/internal/spectest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
	"github.com/spgen/spgen/schema"
)

// sample serves the messenger from a fresh database, and returns its origin: a
// proxy, which holds the frames against the schemas in the docs.
func sample(t *testing.T, args ...string) string {
	t.Helper()
	database := pgtest.New(t)
	as, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	if query := as.Query(); query.Has("user") {
		query.Set("user", api.API.ServerRole)
		as.RawQuery = query.Encode()
	} else {
		as.User = url.User(api.API.ServerRole)
	}
	document, err := fs.ReadFile(docs.FS, "schemas.json")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := spectest.NewFrames(document)
	if err != nil {
		t.Fatal(err)
	}
	messenger := app.App{Name: "messenger", API: &api.API, Docs: docs.FS, Schema: schema.FS}
	args = append([]string{
		"--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", as.String(), "--migrate", "--migrate-url", database, "--auth-timeout", "0",
	}, args...)
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- messenger.Run(ctx, args, func(string) string { return "" }, write, t.Output())
		_ = write.Close()
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	origin := ""
	lines := bufio.NewScanner(read)
	for lines.Scan() && lines.Text() != "messenger is ready" {
		if _, address, found := strings.Cut(lines.Text(), "ws://"); found {
			origin = "http://" + frames.Proxy(t, strings.TrimSuffix(address, "/ws"))
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	return origin
}

// serve serves files without a database, and returns the origin.
func serve(t *testing.T, files fs.FS) string {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "pages"}, Database: database, Logger: slog.New(slog.DiscardHandler), AnyRole: true, Docs: files, Console: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	origin := "http://" + listener.Addr().String()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Get(origin + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return origin
}
