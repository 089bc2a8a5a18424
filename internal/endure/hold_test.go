//go:build linux

package endure_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/pgtest"
)

const (
	connectionsVariable = "SPGEN_ENDURE_CONNECTIONS" // how many; `make soak-connections` sets it
	durationVariable    = "SPGEN_ENDURE_DURATION"    // how long
	defaultConnections  = 500
	defaultDuration     = 3 * time.Second

	spareFiles = 200               // that a process needs besides
	sparePart  = 16                // and one in so many, which the server leaves to those that have made no handshake yet
	activePart = 100               // one in so many connections makes a call in each second
	mostMemory = 12 << 10          // bytes that a connection may cost the server, in the soak
	quiet      = 130 * time.Second // in which memory has not become less: longer than between two collections
	settling   = 15 * time.Minute  // for that
)

// crowd is connections to a server.
type crowd struct {
	t       *testing.T
	server  *process
	guests  []*guest
	calls   atomic.Int64
	dropped atomic.Int64 // connections that ended by themselves
	leaving atomic.Bool
	reading sync.WaitGroup
}

// TestHold holds connections, of which few have something to ask at a time. None
// is dropped, and when they leave the server is as before. In the soak as many
// have been there before, so that what Go keeps for as many (descriptors of
// goroutines and sockets) is there.
func TestHold(t *testing.T) {
	t.Parallel()
	soak, n := os.Getenv(connectionsVariable) != "", connections(t)
	c := &crowd{t: t, server: newServer(t)}
	defer c.server.kill()
	c.enter(poolSize) // so that what every server has once is not counted
	c.askAll()
	c.leave()
	fresh := c.server.stats()
	before := fresh
	if soak {
		c.enter(n)
		c.askAll()
		c.leave()
		before = c.subside()
	}
	c.enter(n)
	full := c.server.stats()
	c.hold(duration(t))
	held := c.server.stats()
	c.askAll()
	if gone := c.dropped.Load(); gone > 0 {
		t.Errorf("%d of %d connections were dropped", gone, n)
	}
	c.leave()
	left := time.Now()
	after := c.settle(before)
	if soak {
		after = c.subside()
	}
	each := (held.RSS - fresh.RSS) / int64(n)
	t.Logf("%d connections, %d calls\n\tfresh  %s\n\tbefore %s\n\tfull   %s\n\theld   %s; of each %d bytes, %d of them heap\n\tafter  %s, %s after they left",
		n, c.calls.Load(), fresh, before, full, held, each, (held.HeapInuse-fresh.HeapInuse)/int64(n), after, time.Since(left).Round(time.Second))
	if soak && each > mostMemory {
		t.Errorf("a connection takes %d bytes of the server's memory; it may take %d", each, mostMemory)
	}
	if soak && after.RSS > before.RSS*11/10 {
		t.Errorf("the server's memory grew from %s to %s", before, after)
	}
	c.server.end()
}

func (s stats) String() string {
	return fmt.Sprintf("%.1f MB (heap %.1f MB), %d goroutines", float64(s.RSS)/(1<<20), float64(s.HeapInuse)/(1<<20), s.Goroutines)
}

// newServer runs a server on a database with the schema.
func newServer(t *testing.T) *process {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, schema)
	return start(t, url, new(atomic.Int64))
}

// connections returns how many there are to be: no more than the server takes,
// which leaves some of the files that may be open.
func connections(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	want := int(number(connectionsVariable, defaultConnections))
	if most := int(limit.Cur-limit.Cur/sparePart) - spareFiles; want > most {
		t.Logf("the limit of open files allows %d connections, not %d", most, want)
		return most
	}
	return want
}

func duration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(durationVariable)
	if text == "" {
		return defaultDuration
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", durationVariable, err)
	}
	return d
}

const dialers = 32 // that connect at a time

// enter connects n guests.
func (c *crowd) enter(n int) {
	c.t.Helper()
	c.leaving.Store(false)
	c.guests = make([]*guest, n)
	var dialing sync.WaitGroup
	var next atomic.Int64
	for range dialers {
		dialing.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				g, err := enter(c.t.Context(), c.server.address, i)
				if err != nil {
					c.t.Errorf("connection %d: %v", i, err)
					return
				}
				c.guests[i] = g
				c.reading.Go(func() {
					if err := g.read(); !c.leaving.Load() {
						c.t.Errorf("connection %d ended: %v", i, err)
						c.dropped.Add(1)
					}
				})
			}
		})
	}
	if dialing.Wait(); c.t.Failed() {
		c.t.FailNow()
	}
}

// hold has some of the guests make a call in every second, always the same ones.
func (c *crowd) hold(d time.Duration) {
	c.t.Helper()
	active := max(len(c.guests)/activePart, 1)
	ticker := time.NewTicker(time.Second / time.Duration(active))
	defer ticker.Stop()
	tell, began := max(d/10, time.Second), time.Now()
	for n, told := 0, began; time.Since(began) < d && !c.t.Failed(); n++ {
		<-ticker.C
		c.ask(c.guests[n%active*activePart%len(c.guests)])
		if time.Since(told) > tell {
			told = time.Now()
			c.t.Logf("%s: %d connections, %d calls, %s", time.Since(began).Round(time.Second), len(c.guests), c.calls.Load(), c.server.stats())
		}
	}
}

// askAll has every guest make a call.
func (c *crowd) askAll() {
	c.t.Helper()
	for _, g := range c.guests {
		c.ask(g)
	}
}

func (c *crowd) ask(g *guest) {
	c.t.Helper()
	nonce := c.calls.Add(1)
	if got, err := g.ask(c.t.Context(), nonce); err != nil || got != strconv.Quote(strconv.FormatInt(nonce, 10)) {
		c.t.Errorf("%d was answered %s: %v", nonce, got, err)
	}
}

// leave ends every connection: half of them with a close frame, the others
// without a word.
func (c *crowd) leave() {
	c.leaving.Store(true)
	for i, g := range c.guests {
		g.leave(i%2 == 0)
	}
	c.reading.Wait()
}

// settle waits until nothing runs for connections that have left.
func (c *crowd) settle(before stats) stats {
	c.t.Helper()
	const slack = 5 // goroutines of timers and of the database's connections
	return c.await(func(s stats) bool { return s.Goroutines <= before.Goroutines+slack })
}

// subside waits until the server's memory no longer becomes less. Nobody tells it
// to return memory: Go collects every two minutes if nothing else brings that
// about, and returns what is free little by little.
func (c *crowd) subside() stats {
	c.t.Helper()
	least, since := c.server.stats().RSS, time.Now()
	return c.await(func(s stats) bool {
		if s.RSS < least*99/100 {
			least, since = s.RSS, time.Now()
		}
		return time.Since(since) > quiet
	})
}

// await asks the server until enough says so.
func (c *crowd) await(enough func(stats) bool) stats {
	c.t.Helper()
	for began := time.Now(); ; time.Sleep(pollInterval) {
		s := c.server.stats()
		if enough(s) {
			return s
		}
		if time.Since(began) > settling {
			c.t.Errorf("after %s the server has %s", settling, s)
			return s
		}
	}
}

// enter connects one guest; they come from several addresses, each of which has
// few ports.
func enter(ctx context.Context, address string, i int) (*guest, error) {
	return dialGuest(ctx, address, fmt.Sprintf("127.0.0.%d", 2+i%250))
}
