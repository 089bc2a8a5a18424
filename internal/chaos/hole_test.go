//go:build linux

package chaos_test

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/spgen/spgen/rpc"
)

// hole is where connections of a proxy end up whose packets are lost.
type hole struct {
	mu    sync.Mutex // guards conns
	conns []net.Conn
}

func (h *hole) add(conn net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = append(h.conns, conn)
}

// open loses what comes from now on over the connections that exist: a filter
// drops every packet before TCP sees it, so that none is acknowledged.
func (h *hole) open(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, conn := range h.conns {
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		drop := unix.SockFprog{Len: 1, Filter: &unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K}}
		attach := func(fd uintptr) {
			err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &drop)
		}
		if controlled := raw.Control(attach); controlled != nil || err != nil {
			t.Fatal(controlled, err)
		}
	}
}

// TestBlackHole loses every packet to PostgreSQL on the connections that exist.
// A call with a deadline is answered at its end; others are when the kernel gives
// the connection up, long before theirs, and reads then succeed on another.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	u := &run{harness: h, round: &round{name: "hole", faults: faults{split: true}}, base: h.base}
	config, through, err := h.connect(u.round, h.seed)
	if err != nil {
		t.Fatal(err)
	}
	black := new(hole)
	through.obey(nil, black.add)
	lanes, err := h.open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if u.dispatcher, err = newDispatcher(lanes); err != nil {
		t.Fatal(err)
	}
	for range 20 { // so that there are connections of both kinds
		u.ask("write", 0)
		u.ask("one", 0)
	}
	black.open(t)
	began := time.Now()
	var asking sync.WaitGroup
	for n := range 3 {
		asking.Go(func() {
			if v := u.ask("one", 500*time.Millisecond); v.code != 0 && v.code != rpc.CodeDeadlineExceeded || time.Since(began) > 8*time.Second {
				t.Errorf("a read with a deadline was answered %s after %s", v.code, time.Since(began))
			}
		})
		asking.Go(func() {
			if v := u.ask("write", 0); v.code != 0 && v.code != rpc.CodeOutcomeUnknown {
				t.Errorf("write %d was answered %s", n, v.code)
			}
		})
		asking.Go(func() {
			if v := u.ask("one", 0); v.code != 0 {
				t.Errorf("read %d was answered %s", n, v.code)
			}
		})
	}
	asking.Wait()
	took := time.Since(began)
	if took > rpc.DefaultTimeout-5*time.Second {
		t.Errorf("the connections were given up after %s", took)
	} else {
		t.Logf("the connections were given up after %s", took)
	}
	u.ask("write", 0)
	lanes.Close()
	through.close()
	if u.waitForBackends() {
		h.checkLedger(u)
	}
	// Where only reads without a deadline met it, they waited and ran again.
	if h.report(); h.answered(rpc.CodeDeadlineExceeded)+h.answered(rpc.CodeOutcomeUnknown) == 0 && took < time.Second {
		t.Error("no call met the hole")
	}
}
