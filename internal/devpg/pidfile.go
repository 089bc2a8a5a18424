//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidfile is what a server writes to postmaster.pid (PostgreSQL's
// src/include/utils/pidfile.h).
type pidfile struct {
	pid       int
	socketDir string // "" until the server listens
}

const (
	pidLine       = 0
	socketDirLine = 4
)

func (s site) pidfile() string { return filepath.Join(s.data(), "postmaster.pid") }

func (s site) readPidfile() (pidfile, bool) {
	text, err := os.ReadFile(s.pidfile())
	if err != nil {
		return pidfile{}, false
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[pidLine]))
	if err != nil {
		return pidfile{}, false
	}
	// A single-user server writes its process id negated.
	p := pidfile{pid: max(pid, -pid)}
	if len(lines) > socketDirLine {
		p.socketDir = strings.TrimSpace(lines[socketDirLine])
	}
	return p, p.pid > 1
}

// checkForeign refuses a server that someone else started on the data, say
// with pg_ctl. It is asked only when no server of ours runs.
func (s site) checkForeign() error {
	p, ok := s.readPidfile()
	if !ok || !s.works(p.pid) {
		return nil
	}
	return fmt.Errorf("a PostgreSQL that spgen did not start runs on %s (process %d): stop it with pg_ctl stop -D %s",
		s.data(), p.pid, s.data())
}

// clearStale removes what a killed server has left. PostgreSQL itself would
// keep a postmaster.pid whose number some other process has now.
func (s site) clearStale(socketDir string) error {
	for _, path := range []string{s.pidfile(), socketPath(socketDir), socketPath(socketDir) + ".lock"} {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("clear what a killed server left: %w", err)
		}
	}
	return nil
}
