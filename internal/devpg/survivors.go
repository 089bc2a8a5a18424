//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const procRoot = "/proc"

// ask runs a program as the owner of the data: in a container even root may
// not look into another user's processes. Its failure counts as no answer.
func (s site) ask(name string, args ...string) string {
	a, err := accountFor(s.data())
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := run(ctx, a.command(name, args...))
	if err != nil && ctx.Err() != nil {
		return ""
	}
	return out
}

func hasProc() bool {
	_, err := os.Lstat(filepath.Join(procRoot, "self", "cwd"))
	return err == nil
}

// works says whether the process is a server on the data: one works in their
// directory, while a process that merely got the number does not.
func (s site) works(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	id := strconv.Itoa(pid)
	if hasProc() {
		return strings.HasSuffix(strings.TrimSpace(s.ask("/bin/ls", "-l", filepath.Join(procRoot, id, "cwd"))), " -> "+s.data())
	}
	return strings.Contains(s.ask("/bin/ps", "-o", "command=", "-p", id), "postgres")
}

// survivors lists the processes that hold the server's lock: a server and all
// that it started.
func (s site) survivors() []int {
	if hasProc() {
		return s.parseListing(s.ask("/bin/sh", "-c", "ls -l "+procRoot+"/[0-9]*/fd 2>/dev/null"))
	}
	var pids []int
	for _, field := range strings.Fields(s.ask("/bin/sh", "-c", `lsof -t -- "$1" 2>/dev/null`, "sh", s.serverLock())) {
		if pid, err := strconv.Atoi(field); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// parseListing reads what ls -l says of several /proc/PID/fd directories.
func (s site) parseListing(listing string) []int {
	var pids []int
	current := 0
	for line := range strings.Lines(listing) {
		line = strings.TrimSuffix(line, "\n")
		if dir, ok := strings.CutSuffix(line, "/fd:"); ok {
			current, _ = strconv.Atoi(filepath.Base(dir))
		}
		if strings.HasSuffix(line, " -> "+s.serverLock()) && current > 1 && current != os.Getpid() {
			pids = append(pids, current)
			current = 0
		}
	}
	return pids
}

// endSurvivors kills what is left of a server whose first process is dead. The
// next server recovers from it as from a crash.
func (s site) endSurvivors() {
	for _, pid := range s.survivors() {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
