//go:build linux

package endure_test

import (
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// churns are how fast connections come and go, and how long.
var churns = map[bool]struct { // in the soak?
	rate int // a second
	d    time.Duration
}{
	false: {100, 2 * time.Second},
	true:  {1000, time.Minute},
}

// TestChurn has clients come, ask once and leave: in order, without a word, or
// before they are answered. Nothing of them stays.
func TestChurn(t *testing.T) {
	t.Parallel()
	soak := os.Getenv(connectionsVariable) != ""
	c := &crowd{t: t, server: newServer(t)}
	defer c.server.kill()
	churn := churns[soak]
	c.churn(churn.rate, churn.d/10) // so that what every server has once is not counted
	before := c.server.stats()
	began := time.Now()
	made := c.churn(churn.rate, churn.d)
	took := time.Since(began)
	most := c.server.stats()
	after := c.settle(before)
	t.Logf("%d connections in %s, %.0f/s: before %s; at the end %s; %s later %s",
		made, took.Round(time.Millisecond), float64(made)/took.Seconds(), before, most, (time.Since(began) - took).Round(time.Millisecond), after)
	if after.HeapInuse > before.HeapInuse*11/10+mostGrowth || soak && after.RSS > before.RSS*11/10+mostGrowth {
		t.Errorf("the server's memory grew from %s to %s", before, after)
	}
	c.server.end()
}

// mostGrowth is by how much a heap may be larger between two collections.
const mostGrowth = 8 << 20

// churn has connections come and go, and returns how many.
func (c *crowd) churn(rate int, d time.Duration) int {
	c.t.Helper()
	const visitors = 64 // at a time
	due := make(chan int, visitors)
	var visiting sync.WaitGroup
	var made atomic.Int64
	for range visitors {
		visiting.Go(func() {
			for i := range due {
				if err := c.visit(i); err != nil {
					c.t.Errorf("visit %d: %v", i, err)
				}
				made.Add(1)
			}
		})
	}
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	next, began := 0, time.Now()
	for passed := time.Duration(0); passed < d && !c.t.Failed(); passed = time.Since(began) {
		if float64(next) >= passed.Seconds()*float64(rate) {
			<-ticker.C
			continue
		}
		due <- next
		next++
	}
	close(due)
	visiting.Wait()
	return int(made.Load())
}

// visit connects, asks and leaves.
func (c *crowd) visit(i int) error {
	g, err := enter(c.t.Context(), c.server.address, i)
	if err != nil {
		return err
	}
	read := make(chan struct{})
	go func() { defer close(read); _ = g.read() }()
	if i%4 == 0 {
		err = g.conn.WriteMessage(1, []byte(`{"method":"one","params":{"nonce":1}}`)) // and do not wait
	} else {
		var got string
		if got, err = g.ask(c.t.Context(), int64(i)); err == nil && got != strconv.Quote(strconv.Itoa(i)) {
			c.t.Errorf("%d was answered %s", i, got)
		}
	}
	g.leave(i%2 == 0)
	<-read
	return err
}
