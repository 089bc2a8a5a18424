package main

import (
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestForeignClients has clients that are not ours use the server, all at once:
// Node's ws, Python's websockets and Chromium. Then the server drains.
func TestForeignClients(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), clients+"/install.sh").Output()
	if err != nil {
		t.Fatalf("%v %s", err, err.(*exec.ExitError).Stderr)
	}
	programs := strings.Split(strings.TrimSpace(string(out)), "\n")
	node, ws, _ := strings.Cut(programs[0], " ")
	f := newFront(t)

	var readies, done sync.WaitGroup
	drained := make(chan struct{})
	run := func(name string, lines <-chan string, want map[string]string) {
		readies.Add(1)
		ready := sync.OnceFunc(readies.Done)
		done.Go(func() { collect(t, name, lines, want, ready, drained) })
	}
	run("Node", startClient(t, node, clients+"/node.js", ws, f.ws), wanted(nil))
	run("Python", startClient(t, programs[1], clients+"/python.py", f.ws), wanted([]string{"unknown: 400", "sent: str", "signed up: str true"}))
	run("Chromium", f.reports, wanted(nil, "pong", "ping", "fragments", "not UTF-8"))
	foreign := make(chan string, 1)
	other := pages(foreign, http.NotFoundHandler())
	t.Cleanup(other.Close)
	browse(t, programs[2], f.page(f.URL, "frame", f.page(other.URL)))
	readies.Wait()
	select {
	case got := <-foreign:
		if got != "foreign: refused" {
			t.Errorf("a page of another origin: %s", got)
		}
	case <-time.After(time.Minute):
		t.Error("the page of another origin says nothing")
	}
	f.drain()
	close(drained)
	done.Wait()
}

// page is the URL of origin's page, for f's socket.
func (f *front) page(origin string, more ...string) string {
	query := url.Values{"ws": {f.ws}}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return origin + "/page?" + query.Encode()
}
