package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/app"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// Variables that make a test's binary the server.
const (
	asProgram   = "SPGEN_TEST_PROGRAM"
	withSockets = "SPGEN_TEST_SOCKETS" // as systemd would have passed them on
)

// Methods of the program besides the messenger's.
const (
	waitID    = 99_998 // answers after SIGUSR1, with one of the database
	waitingID = 99_999 // how many calls of Wait there are
)

// program is the messenger, as a process of its own.
func program() {
	if n := os.Getenv(withSockets); n != "" {
		_ = os.Setenv("LISTEN_FDS", n)
		_ = os.Setenv("LISTEN_PID", strconv.Itoa(os.Getpid()))
	}
	own := api.API
	public := rpc.Access{Public: true}
	own.Methods = append(slices.Clone(own.Methods),
		rpc.Method{ID: waitID, Name: "Wait", Access: public, Timeout: time.Minute}, rpc.Method{ID: waitingID, Name: "Waiting", Access: public})
	m := messenger
	m.API = &own
	m.Configure = func(registry *rpc.Registry) error {
		wait, waiting := waiters()
		last := own.Methods[len(own.Methods)-2:]
		return errors.Join(registry.Handle(&last[0], wait), registry.Handle(&last[1], waiting))
	}
	app.Main(m)
}

// waiters returns the handlers of Wait and Waiting.
func waiters() (wait, waiting rpc.HandlerFunc) {
	var count atomic.Int64
	released, told := make(chan struct{}), make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGUSR1)
	go func() { <-told; close(released) }()
	wait = func(ctx context.Context, call *rpc.Call) error {
		count.Add(1)
		select {
		case <-released:
		case <-ctx.Done():
			return ctx.Err()
		}
		rows, err := pgcall.DBOf(call).Query(ctx, "select 'done'")
		if err != nil {
			return err
		}
		rows.Close()
		call.Result = append(call.Result, `"done"`...)
		return rows.Err()
	}
	waiting = func(_ context.Context, call *rpc.Call) error {
		call.Result = strconv.AppendInt(call.Result, count.Load(), 10)
		return nil
	}
	return wait, waiting
}

// process is the program that runs.
type process struct {
	*exec.Cmd
	url     string // of its socket
	address string // the same, host and port only
	done    chan error
}

// nowhere is a database that is down.
const nowhere = "postgres://nobody@127.0.0.1:1/none"

// launch runs the program until the test ends. sockets are passed to it as
// systemd would.
func launch(t *testing.T, sockets []*os.File, environment []string, args ...string) *process {
	t.Helper()
	return launchLogging(t, t.Output(), sockets, environment, args...)
}

// launchLogging is launch with the program's log written to log.
func launchLogging(t *testing.T, log io.Writer, sockets []*os.File, environment []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(context.Background(), os.Args[0], args...), done: make(chan error, 1)}
	p.Env = append(append(os.Environ(), asProgram+"=1"), environment...)
	p.ExtraFiles, p.Stderr = sockets, log
	if len(sockets) > 0 {
		p.Env = append(p.Env, withSockets+"="+strconv.Itoa(len(sockets)))
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for p.url == "" && lines.Scan() {
		_, p.url, _ = strings.Cut(lines.Text(), "socket  ")
	}
	_, p.address, _ = strings.Cut(strings.TrimSuffix(p.url, "/ws"), "://")
	go func() {
		_, _ = io.Copy(io.Discard, out)
		p.done <- p.Wait()
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		p.status(t)
	})
	if p.url == "" {
		t.Fatal("the server did not start")
	}
	return p
}

// status waits until the process ends and returns its status.
func (p *process) status(t *testing.T) int {
	t.Helper()
	select {
	case err := <-p.done:
		p.done <- err
	case <-time.After(time.Minute):
		t.Fatal("the process does not end")
	}
	return p.ProcessState.ExitCode()
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// open connects to the process and has a call in flight.
func (p *process) open(t *testing.T) *socket {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), p.url, listening(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	s := &socket{t, conn}
	s.send(`{"method":99998,"seq":1}`)
	p.awaitWaiting(t, 1)
	return s
}

// awaitWaiting waits until n calls are in flight.
func (p *process) awaitWaiting(t *testing.T, n int) {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), p.url, listening(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	s := &socket{t, conn}
	waitFor(t, func() bool {
		var got int
		s.call(`{"method":99999}`, &got)
		return got >= n
	})
}

// drains waits until the process refuses to be ready because it drains.
func (p *process) drains(t *testing.T) {
	t.Helper()
	waitFor(t, func() bool {
		_, body := get(t, "http://"+p.address+"/readyz")
		return body == "draining\n"
	})
}

// The first signal drains, the second one ends the process.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	for name, signals := range map[string][]os.Signal{
		"0": {syscall.SIGTERM}, "143": {syscall.SIGTERM, syscall.SIGTERM}, "130": {syscall.SIGTERM, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := launch(t, nil, nil, "--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", nowhere)
			s := p.open(t)
			p.signal(t, signals[0])
			p.drains(t)
			if len(signals) > 1 {
				p.signal(t, signals[1])
			} else {
				p.signal(t, syscall.SIGUSR1)
				s.receive() // unavailable, as the database is
			}
			if got := strconv.Itoa(p.status(t)); got != name {
				t.Errorf("the process ended with status %s, want %s", got, name)
			}
		})
	}
}

// passedOn returns a listening socket as systemd would have it, and its address.
func passedOn(t *testing.T) (*os.File, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	f, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, listener.Addr().String()
}

// refuses runs the program, which is to end by itself, and returns its status
// and what it says.
func refuses(t *testing.T, sockets []*os.File, environment []string, args ...string) (status int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), environment...)
	if cmd.ExtraFiles = sockets; len(sockets) > 0 && environment == nil {
		cmd.Env = append(cmd.Env, withSockets+"="+strconv.Itoa(len(sockets)))
	}
	out, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(out)
}
