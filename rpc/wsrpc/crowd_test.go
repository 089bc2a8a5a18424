package wsrpc_test

import (
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// crowd is how many clients do not read, if the limit of open files allows it.
const crowd = 1000

// roundsVariable makes TestCrowd measure so many rounds, with the defaults of
// Options, so that each round has the crowd stall and be cut: `make soak-unread`.
const roundsVariable = "SPGEN_UNREAD_ROUNDS"

func crowdSize(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if most := int(min(limit.Cur, 1<<20))/2 - 200; most < crowd {
		t.Logf("the limit of open files allows %d clients", most)
		return max(most, 10)
	}
	return crowd
}

// p99 is the latency that one in a hundred calls of a few clients exceeds, each of
// which calls, waits for the answer and then a moment.
func p99(t *testing.T, url string, lasting time.Duration) time.Duration {
	t.Helper()
	const clients = 4
	var all [clients][]time.Duration
	var calling sync.WaitGroup
	end := time.Now().Add(lasting)
	for i := range all {
		ws := dial(t, url)
		_ = ws.SetReadDeadline(end.Add(patience))
		calling.Go(func() {
			for start := time.Now(); start.Before(end); start = time.Now() {
				if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":10,"seq":1}`)); err != nil {
					t.Error(err)
					return
				}
				if _, _, err := ws.ReadMessage(); err != nil {
					t.Error(err)
					return
				}
				all[i] = append(all[i], time.Since(start))
				time.Sleep(time.Millisecond)
			}
			_ = ws.Close()
		})
	}
	calling.Wait()
	latencies := slices.Concat(all[:]...)
	slices.Sort(latencies)
	if len(latencies) == 0 {
		t.Fatal("no call was answered")
	}
	return latencies[len(latencies)*99/100]
}

// Clients that do not read leave the others alone. The bound is loose, for the
// machine may be busy; make soak-unread measures.
func TestCrowd(t *testing.T) {
	if rounds, _ := strconv.Atoi(os.Getenv(roundsVariable)); rounds > 0 {
		for range rounds {
			measureCrowd(t, 8*time.Second, wsrpc.Options{})
		}
		return
	}
	before, with := measureCrowd(t, time.Second, wsrpc.Options{WriteTimeout: 10 * patience})
	if with > 20*before+time.Second {
		t.Errorf("p99 %v became %v", before, with)
	}
}

// measureCrowd returns the p99 of others without a crowd and beside it.
func measureCrowd(t *testing.T, lasting time.Duration, o wsrpc.Options) (before, with time.Duration) {
	t.Helper()
	const requests = 12 // make more bytes than the kernel takes
	n, p := crowdSize(t), newPrinter(16<<10)
	s, url := serve(t, p, o)
	before = p99(t, url, lasting)
	for range n {
		defer dialUnread(t, url, requests).Close()
	}
	for until := time.Now().Add(2 * patience); p.large.Load() < int64(n*requests); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d connections, %d answers", s.Connections(), p.large.Load())
		}
	}
	with = p99(t, url, lasting)
	t.Logf("p99 %v, beside %d clients that do not read %v: %.2f times as long; %d of them are left",
		before, n, with, float64(with)/float64(before), s.Connections())
	return before, with
}
