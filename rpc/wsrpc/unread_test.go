package wsrpc_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// printer is a dispatcher that answers "Large" with many bytes and others with few.
type printer struct {
	result []byte
	large  atomic.Int64 // answers
}

func newPrinter(bytes int) *printer {
	return &printer{result: []byte(`"` + strings.Repeat("x", bytes) + `"`)}
}

func (p *printer) Dispatch(_ context.Context, call *rpc.Call) {
	call.Method = &rpc.Method{ID: call.ID}
	call.Result = append(call.Result, "1"...)
	if call.ID == large {
		call.Result = append(call.Result[:0], p.result...)
		p.large.Add(1)
	}
	call.Answer.AnswerCall(call, nil)
}

const large = 20

// dialUnread is connectUnread for a test.
func dialUnread(t testing.TB, url string, requests int) net.Conn {
	t.Helper()
	c, err := connectUnread(url, requests)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// connectUnread connects a client that has asked so often for what is large, and
// whose socket takes little.
func connectUnread(url string, requests int) (net.Conn, error) {
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	c, err := dialer.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(10 * patience))
	hello := "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
	if _, err := c.Write([]byte(hello)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	head := make([]byte, 0, 512)
	for one := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); head = append(head, one[0]) {
		if _, err := c.Read(one); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	_, _ = c.Write([]byte(strings.Repeat(rawFrame(0x81, `{"method":20}`), requests))) // or it is cut already
	return c, nil
}

// reasons collects why connections have ended.
type reasons struct {
	slog.Handler
	mu  sync.Mutex // guards all
	all []string
}

func (r *reasons) Enabled(context.Context, slog.Level) bool { return true }

func (r *reasons) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(a slog.Attr) bool {
		if a.Key == "reason" {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.all = append(r.all, a.Value.String())
		}
		return true
	})
	return nil
}

// awaitEnd waits until s has no connection.
func awaitEnd(t *testing.T, s *wsrpc.Server) {
	t.Helper()
	for until := time.Now().Add(patience); s.Connections() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d connections stay", s.Connections())
		}
	}
}

// A client that reads nothing, or hardly anything, is cut.
func TestUnreadIsCut(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		each time.Duration // between bytes that are read; 0: none is
	}{
		{"reads nothing", 0},
		{"reads a byte now and then", 10 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			why := &reasons{Handler: slog.DiscardHandler}
			s, url := serve(t, newPrinter(64<<10), wsrpc.Options{WriteTimeout: 300 * time.Millisecond, Logger: slog.New(why)})
			c := dialUnread(t, url, 10)
			var reading sync.WaitGroup
			if tt.each > 0 {
				reading.Go(func() {
					for one := make([]byte, 1); ; time.Sleep(tt.each) {
						if _, err := c.Read(one); err != nil {
							return
						}
					}
				})
			}
			awaitEnd(t, s)
			_ = c.Close()
			reading.Wait()
			drained(t, s)
			why.mu.Lock()
			defer why.mu.Unlock()
			if len(why.all) != 1 || !strings.Contains(why.all[0], "close 4000: slow consumer") {
				t.Errorf("ended by %q", why.all)
			}
		})
	}
}

// How long it takes is known to the second, in time of its own.
func TestUnreadIsCutInTime(t *testing.T) {
	t.Parallel()
	const timeout = 4 * time.Second
	tests := []struct {
		name   string
		chunk  int           // that is read at a time
		each   time.Duration // between reads
		cutAt  time.Duration // 0: it is not
		result int
		more   int // requests besides the first
	}{
		{"a byte a second", 1, time.Second, timeout, 1000, 0},
		{"stops in the middle", 64 << 10, time.Hour, timeout, 200 << 10, 0},
		{"too little", 30 << 10, 3 * time.Second, timeout, 200 << 10, 0},
		{"just enough, but too much waits", 64 << 10, 3 * time.Second, timeout, 200 << 10, 10},
		{"just enough", 64 << 10, 3 * time.Second, 0, 200 << 10, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connect := servePipes(t, newPrinter(tt.result), wsrpc.Options{WriteTimeout: timeout, PingInterval: time.Hour})
				c := pipe(t, connect)
				if _, err := c.Write([]byte(strings.Repeat(rawFrame(0x81, `{"method":20}`), 1+tt.more))); err != nil {
					t.Fatal(err)
				}
				start, got := time.Now(), new(atomic.Int64)
				stop := time.AfterFunc(time.Minute, func() { _ = c.Close() })
				go func() {
					buf := make([]byte, tt.chunk)
					for {
						n := 0
						for n < len(buf) {
							m, err := c.Read(buf[n:])
							if err != nil {
								return
							}
							n += m
							got.Add(int64(m))
						}
						time.Sleep(tt.each)
					}
				}()
				for s.Connections() > 0 {
					time.Sleep(time.Second / 4)
				}
				stop.Stop()
				_ = c.Close()
				took := time.Since(start)
				switch {
				case tt.cutAt > 0 && (took < tt.cutAt || took > tt.cutAt+time.Second):
					t.Errorf("cut after %v, want %v", took, tt.cutAt)
				case tt.cutAt == 0 && got.Load() < int64(tt.result):
					t.Errorf("got %d bytes of %d in %v", got.Load(), tt.result, took)
				}
				time.Sleep(2 * tt.each)
				drained(t, s)
			})
		})
	}
}

// What clients that do not read cost is what their queues may hold, however much
// they ask for.
func TestUnreadCostsItsQueue(t *testing.T) {
	const clients, queue, result, requests = 40, 512 << 10, 32 << 10, 300
	p := newPrinter(result)
	s, url := serve(t, p, wsrpc.Options{OutQueueBytes: queue, WriteTimeout: 2 * time.Second})
	before, peak := heap(), uint64(0)
	for range clients {
		dialUnread(t, url, requests)
		peak = max(peak, heap())
	}
	for until := time.Now().Add(patience); s.Connections() > 0; {
		if peak = max(peak, heap()); time.Now().After(until) {
			t.Fatalf("%d connections stay", s.Connections())
		}
	}
	cost := (int64(peak) - int64(before)) / clients
	t.Logf("%d KB a client at most, whose queue may have %d KB", cost>>10, queue>>10)
	if cost > queue+2*result {
		t.Errorf("a client costs %d KB, its queue may have %d KB", cost>>10, queue>>10)
	}
	if n := p.large.Load(); n == clients*requests {
		t.Logf("all %d requests were answered", n)
	}
}

// heap returns how much memory is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools kept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
