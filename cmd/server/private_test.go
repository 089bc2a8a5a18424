package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// TestPrivateDatabase serves without a database named: a private one is made
// and migrated. It is killed, and comes back with its data; a second server
// shares it; what was started is stopped.
func TestPrivateDatabase(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(clusterDir(t))
	r := serveOn(t, messenger, "", "--data-dir", dir)
	r.awaitReady(t)
	ann := r.user(t, "ann")

	other := serveOn(t, messenger, "", "--data-dir", dir)
	other.awaitReady(t)
	other.dial(t).fails(`{"method": 10000, "params": {"username": "ann", "password": "mypass"}}`, "username_taken")
	other.end(t)

	pid := postmaster(t, dir)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool {
		return ann.call(`{"method": "ListChats"}`, nil).Error == nil && postmaster(t, dir) != pid
	})
	r.end(t)
	if pid := postmaster(t, dir); pid != 0 {
		t.Errorf("PostgreSQL %d was left behind", pid)
	}
}

// postmaster returns the process ID of the cluster below dir, 0 for none.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "pg", "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	pid, err := strconv.Atoi(string(line))
	if err != nil {
		return 0
	}
	return pid
}
