//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/spgen/spgen/internal/devpg"
)

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func TestKilledPostmasterWithBusyBackend(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	c := start(t, host(dir), o)
	query(t, c, "create table kept as select 7 as n; checkpoint")
	// A loop that looks at nothing survives its postmaster for long.
	conn := connect(t, c)
	backend := int(conn.PgConn().PID())
	lost := make(chan error, 1)
	go func() {
		_, err := conn.Exec(t.Context(), "do $$ begin loop end loop; end $$")
		lost <- err
	}()
	waitUntil(t, "the backend is busy", func() bool {
		return query(t, c, "select count(*) from pg_stat_activity where state = 'active' and query like 'do %'") == "1"
	})
	kill(t, postmaster(t, c))

	again := start(t, host(dir), o)
	if got := query(t, again, "select n from kept"); got != "7" {
		t.Errorf("kept %q", got)
	}
	if <-lost == nil || slices.Contains(again.Survivors(), backend) {
		t.Error("a backend of the killed server is left")
	}
	stop(t, c)
	if got := query(t, again, "select 1"); got != "1" {
		t.Error("the first user's Stop stopped the second's server")
	}
	stop(t, again)
	assertStopped(t, again)
}

func TestProcessIDOfAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	c := start(t, host(dir), o)
	pids := c.Survivors()
	if len(pids) < 2 {
		t.Fatalf("processes of the server: %v", pids)
	}
	pidfile := filepath.Join(c.Home(), "data", "postmaster.pid")
	text := read(pidfile)
	for _, pid := range pids {
		kill(t, pid)
	}
	stop(t, c)

	// A living process of the same user has the number now.
	other := bystander(t, pidfile)
	_, rest, _ := strings.Cut(text, "\n")
	socketLock := filepath.Join(c.SocketDir(), ".s.PGSQL.5432.lock")
	for _, path := range []string{pidfile, socketLock} {
		if err := os.WriteFile(path, []byte(strconv.Itoa(other)+"\n"+rest), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := start(t, host(dir), o)
	stop(t, again)
	assertStopped(t, again)
	if !alive(other) {
		t.Error("an innocent process was killed")
	}
}

// bystander runs a process as the owner of path.
func bystander(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	cmd := exec.Command("sleep", "600")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: st.Uid, Gid: st.Gid}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process.Pid
}

func TestServerOfSomeoneElse(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	c := start(t, host(dir), o)
	stop(t, c)
	data := filepath.Join(c.Home(), "data")
	cmd := exec.Command(filepath.Join(os.Getenv("SPGEN_TEST_BINDIR"), "postgres"),
		"-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+c.SocketDir())
	cmd.Dir = "/"
	if info, err := os.Stat(data); err == nil && os.Geteuid() == 0 {
		st := info.Sys().(*syscall.Stat_t)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: st.Uid, Gid: st.Gid}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait()
	})
	waitUntil(t, "it runs", func() bool {
		return strings.Contains(read(filepath.Join(data, "postmaster.pid")), "ready")
	})
	_, err := host(dir).Start(t.Context(), o)
	assertContains(t, err, "pg_ctl stop -D "+data, strconv.Itoa(cmd.Process.Pid))
}

func TestTwoUsersOfOneProcess(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	clusters := make([]*devpg.Cluster, 3)
	var group sync.WaitGroup
	for i := range clusters {
		group.Go(func() {
			c, err := host(dir).Start(t.Context(), o)
			if err != nil {
				t.Error(err)
			}
			clusters[i] = c
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	reused := 0
	for _, c := range clusters {
		if c.Reused() {
			reused++
		}
	}
	if reused != 2 {
		t.Errorf("%d of 3 reused the server", reused)
	}
	last := clusters[2]
	stop(t, clusters[0])
	stop(t, clusters[1])
	if got := query(t, last, "select 1"); got != "1" {
		t.Error("the server stopped before its last user")
	}
	stop(t, last)
	assertStopped(t, last)
}

// program is another process that uses a cluster.
type program struct {
	cmd    *exec.Cmd
	input  io.Closer
	output *bufio.Reader
	reused bool
}

func runProgram(t *testing.T, dir string) *program {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = cmd.Wait()
	})
	return &program{cmd: cmd, input: input, output: bufio.NewReader(output)}
}

func (p *program) awaitReady(t *testing.T) {
	t.Helper()
	line, err := p.output.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready") {
		t.Fatalf("another process said %q (%v)", line, err)
	}
	p.reused = line == "ready true\n"
}

func (p *program) end(t *testing.T) {
	t.Helper()
	_ = p.input.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func (p *program) kill(t *testing.T) {
	t.Helper()
	kill(t, p.cmd.Process.Pid)
	_ = p.cmd.Wait()
}

func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(scratch(t), "pg")
	programs := []*program{runProgram(t, dir), runProgram(t, dir), runProgram(t, dir)}
	var first *program
	for _, p := range programs {
		p.awaitReady(t)
		if !p.reused {
			if first != nil {
				t.Error("two processes started a server")
			}
			first = p
		}
	}
	if first == nil {
		t.Fatal("no process started the server")
	}
	c := start(t, host(filepath.Dir(dir)), options(dir))
	if !c.Reused() {
		t.Error("this process started another server")
	}
	pid := postmaster(t, c)
	stop(t, c)
	first.kill(t) // the server is not tied to the process that started it
	for _, p := range programs {
		if p != first {
			if !alive(pid) {
				t.Error("the server stopped before its last user")
			}
			p.end(t)
		}
	}
	assertStopped(t, c)
}

func TestKilledProgram(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(scratch(t), "pg")
	seeded(t, dir)
	p := runProgram(t, dir)
	p.awaitReady(t)
	p.kill(t)
	c := start(t, host(filepath.Dir(dir)), options(dir))
	if !c.Reused() {
		t.Error("the server of a killed program was not reused")
	}
	if err := c.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	assertStopped(t, c)
}
