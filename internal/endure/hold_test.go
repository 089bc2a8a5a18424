//go:build linux

package endure_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

	spareFiles = 200             // that a process needs besides
	activePart = 100             // one in so many connections makes a call in each second
	mostMemory = 12 << 10        // bytes that a connection may cost the server, in the soak
	settling   = 6 * time.Minute // for the server's memory to be returned: two collections, and what follows
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
// is dropped, and when they leave the server is as before.
func TestHold(t *testing.T) {
	t.Parallel()
	soak := os.Getenv(connectionsVariable) != ""
	c := &crowd{t: t, server: newServer(t)}
	defer c.server.kill()
	c.enter(poolSize) // so that what every server has once is not counted
	c.askAll()
	c.leave()
	before := c.server.stats()
	c.enter(connections(t))
	full := c.server.stats()
	c.hold(duration(t))
	held := c.server.stats()
	c.askAll()
	if n := c.dropped.Load(); n > 0 {
		t.Errorf("%d of %d connections were dropped", n, len(c.guests))
	}
	n := int64(len(c.guests))
	left := time.Now()
	c.leave()
	after := c.settle(before, held, soak)
	each := (held.RSS - before.RSS) / n
	t.Logf("%d connections, %d calls: before %s; full %s; held %s; %d bytes of memory and %d of heap each; %s after they left %s",
		n, c.calls.Load(), before, full, held, each, (held.HeapInuse-before.HeapInuse)/n, time.Since(left).Round(time.Second), after)
	if soak && each > mostMemory {
		t.Errorf("a connection takes %d bytes of the server's memory; it may take %d", each, mostMemory)
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

// connections returns how many there are to be: no more than files may be open,
// of which the server needs as many as this process.
func connections(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	want := int(number(connectionsVariable, defaultConnections))
	if most := int(limit.Cur) - spareFiles; want > most {
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

// hold has some of the guests make a call each in every second.
func (c *crowd) hold(d time.Duration) {
	c.t.Helper()
	dice := rand.New(rand.NewPCG(number(seedVariable, rand.Uint64()), 0))
	active := max(len(c.guests)/activePart, 1)
	ticker := time.NewTicker(time.Second / time.Duration(active))
	defer ticker.Stop()
	tell := max(d/10, time.Second)
	for began, told := time.Now(), time.Now(); time.Since(began) < d && !c.t.Failed(); <-ticker.C {
		c.ask(c.guests[dice.IntN(len(c.guests))])
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

// settle waits until the server is as before, by itself: Go collects garbage every
// two minutes at least, and then returns what is free, slowly. In the soak the
// memory that connections took must be returned but for a tenth; else it is
// enough that nothing runs for them.
func (c *crowd) settle(before, held stats, memory bool) stats {
	c.t.Helper()
	const slack = 5 // goroutines of timers and of the database's connections
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		s := c.server.stats()
		quiet := s.Goroutines <= before.Goroutines+slack
		if quiet && (!memory || s.RSS-before.RSS <= (held.RSS-before.RSS)/10) {
			return s
		}
		if time.Since(began) > settling {
			c.t.Errorf("%s after the connections have left the server has %s; before %s, and with them %s", settling, s, before, held)
			return s
		}
	}
}

// enter connects one guest; they come from several addresses, each of which has
// few ports.
func enter(ctx context.Context, address string, i int) (*guest, error) {
	return dialGuest(ctx, address, fmt.Sprintf("127.0.0.%d", 2+i%250))
}
