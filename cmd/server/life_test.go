package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/internal/devpg"
)

func TestPages(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	for path, want := range map[string]string{
		"/livez": "ok", "/readyz": "ok", "/docs/": "SendMessage", "/": "SendMessage", "/docs/openrpc.json": "openrpc",
	} {
		status, body := get(t, r.http+path)
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.100s, want %q", path, status, body, want)
		}
	}
	if status, body := get(t, r.http+"/ws"); status != http.StatusUpgradeRequired {
		t.Errorf("/ws without upgrade: %d %s", status, body)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// TestDrain ends the server while a call is in flight: the call is answered,
// then the connection is closed with 1001.
func TestDrain(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	s := r.dial(t)
	s.call(`{"method": 1}`, new(any))
	s.send(`{"method": 10000, "seq": 1, "params": {"username": "late", "password": "mypass"}}`)
	waitFor(t, func() bool { return strings.Contains(activity(t, r.database), "fun_sign_up") })
	r.stop()
	if a := s.receive(); a.Error != nil || *a.Method != api.SignUpID {
		t.Errorf("the call in flight was answered %+v", a)
	}
	for {
		_, _, err := s.conn.Read(t.Context())
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); got != websocket.StatusGoingAway {
			t.Errorf("closed with %v (%v), want 1001", got, err)
		}
		return
	}
}

// waitFor polls until ready, or fails the test.
func waitFor(t *testing.T, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if ready() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("waited in vain")
}

// TestDatabaseDown starts the server while PostgreSQL is down, brings it up,
// and takes it away again.
func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	cluster := start(t, dir)
	database := cluster.URL(cluster.Superuser(), "postgres")
	first := serveOn(t, messenger, database, "--database-url", asServer(t, database), "--migrate", "--migrate-url", database)
	first.awaitReady(t)
	first.end(t)
	stop(t, cluster)

	r := serveOn(t, messenger, database, "--database-url", asServer(t, database))
	s := r.dial(t)
	const signUp = `{"method": 10000, "params": {"username": %q, "password": "mypass"}}`
	s.fails(fmt.Sprintf(signUp, "early"), "unavailable")
	s.call(`{"method": 1}`, new(any))
	if status, body := get(t, r.http+"/readyz"); status != http.StatusServiceUnavailable || strings.Contains(body, dir) {
		t.Errorf("/readyz without database: %d %s", status, body)
	}
	if status, _ := get(t, r.http+"/livez"); status != http.StatusOK {
		t.Errorf("/livez without database: %d", status)
	}
	cluster = start(t, dir)
	s.callOnce(fmt.Sprintf(signUp, "now"), new(any))
	stop(t, cluster)
	s.fails(`{"method": 20000}`, "unavailable")
	cluster = start(t, dir)
	defer stop(t, cluster)
	s.callOnce(`{"method": 20000}`, new([]any))
	r.end(t)
}

// callOnce is call for a database that was just started: an attempt to connect that
// began before may fail after that, and refuses what waits. Nothing was done then.
func (s *socket) callOnce(frame string, result any) {
	s.t.Helper()
	var a answer
	waitFor(s.t, func() bool {
		a = s.call(frame, nil)
		return a.Error == nil || a.Error.Name != "unavailable"
	})
	if a.Error != nil {
		s.t.Fatalf("%s: %s: %s", frame, a.Error.Name, a.Error.Message)
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		s.t.Fatalf("result %s: %v", a.Result, err)
	}
}

// clusterDir returns a directory whose parents the server's user may enter.
func clusterDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "spgen-server-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "pg")
}

func start(t *testing.T, dir string) *devpg.Cluster {
	t.Helper()
	cluster, err := devpg.Start(t.Context(), devpg.Options{Dir: dir, Settings: map[string]string{"fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop(t.Context()) })
	return cluster
}

func stop(t *testing.T, cluster *devpg.Cluster) {
	t.Helper()
	if err := cluster.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestMigrateWaits starts a server that is to migrate a database which is down:
// it lives, is not ready, and goes on by itself when the database is up.
func TestMigrateWaits(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	cluster := start(t, dir)
	database := cluster.URL(cluster.Superuser(), "postgres")
	stop(t, cluster)
	r := serveOn(t, messenger, database, "--database-url", asServer(t, database), "--migrate", "--migrate-url", database)
	if status, _ := get(t, r.http+"/livez"); status != http.StatusOK {
		t.Errorf("/livez: %d", status)
	}
	if status, body := get(t, r.http+"/readyz"); status != http.StatusServiceUnavailable || body != "starting\n" {
		t.Errorf("/readyz: %d %s", status, body)
	}
	if status, _ := get(t, r.http+"/ws"); status != http.StatusServiceUnavailable {
		t.Errorf("/ws: %d", status)
	}
	cluster = start(t, dir)
	defer stop(t, cluster)
	r.awaitReady(t)
	r.user(t, "ann")
	r.end(t)
}

// activity lists what runs in a database.
func activity(t *testing.T, database string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var queries string
	const running = `select coalesce(string_agg(query, ';'), '') from pg_stat_activity
		where state = 'active' and pid <> pg_backend_pid() and datname = current_database()`
	if err := conn.QueryRow(t.Context(), running).Scan(&queries); err != nil {
		t.Fatal(err)
	}
	return queries
}
