package chaos_test

import (
	"context"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// faults are what a proxy does to its connections.
type faults struct {
	cut   bool // resets them after a random number of bytes, in either direction
	often bool // with cut: a small number
	split bool // forwards what comes in pieces
	stall bool // forwards nothing for a while, now and then
	slice bool // forwards the first bytes of what comes one by one
	delay bool // forwards everything 100±50 ms later
	short bool // the invoker's own writes end in the middle; no proxy is needed
}

// proxy stands between the invoker and PostgreSQL.
type proxy struct {
	faults   faults
	dial     func(context.Context) (net.Conn, error) // to PostgreSQL
	listener net.Listener
	ctx      context.Context // ends with the proxy
	stop     context.CancelFunc
	running  sync.WaitGroup
	down     atomic.Bool // whoever connects is turned away
	cuts     atomic.Int64

	forwarded [2]atomic.Int64 // bytes, up and down

	mu       sync.Mutex // guards what follows
	dice     *rand.Rand
	plan     func() (up, down int) // the bytes of each connection; nil: they are drawn
	accepted func(net.Conn)        // is told of each connection; nil: nobody is
}

func newProxy(f faults, dial func(context.Context) (net.Conn, error), seed uint64) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{faults: f, dial: dial, listener: listener, dice: rand.New(rand.NewPCG(seed, 1))}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.running.Go(p.accept)
	return p, nil
}

// connect is a DialFunc that leads to the proxy.
func (p *proxy) connect(ctx context.Context, _, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", p.listener.Addr().String())
}

func (p *proxy) close() {
	p.stop()
	_ = p.listener.Close()
	p.running.Wait()
}

// obey has the proxy do with connections that come what plan and accepted say;
// nil: what it does by itself.
func (p *proxy) obey(plan func() (up, down int), accepted func(net.Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.accepted = plan, accepted
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if p.down.Load() {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		if p.accepted != nil {
			p.accepted(client)
		}
		d := rand.New(rand.NewPCG(p.dice.Uint64(), p.dice.Uint64()))
		p.mu.Unlock()
		p.running.Go(func() { p.serve(client, d) })
	}
}

// link is one connection through the proxy.
type link struct {
	*proxy
	client, server net.Conn
	reset          bool // how it ends before its time
	severed        sync.Once
}

func (p *proxy) serve(client net.Conn, d *rand.Rand) {
	server, err := p.dial(p.ctx)
	if err != nil {
		_ = client.Close()
		return
	}
	l := &link{proxy: p, client: client, server: server, reset: d.IntN(2) == 0}
	defer context.AfterFunc(p.ctx, l.sever)()
	up, down := p.budgets(d)
	seeds := [2]uint64{d.Uint64(), d.Uint64()}
	var pumps sync.WaitGroup
	pumps.Go(func() { l.pump(server, client, up, &l.forwarded[0], rand.New(rand.NewPCG(seeds[0], 0))) })
	pumps.Go(func() { l.pump(client, server, down, &l.forwarded[1], rand.New(rand.NewPCG(seeds[1], 0))) })
	pumps.Wait()
	l.sever()
}

// Bytes that a connection forwards before it is cut.
const (
	leastBytes, mostBytes = 300.0, 2e5
	fewBytes              = 3000
)

// budgets draws how many bytes a connection may forward each way: one of them is
// limited, small numbers and large ones alike.
func (p *proxy) budgets(d *rand.Rand) (up, down int) {
	p.mu.Lock()
	plan := p.plan
	p.mu.Unlock()
	if plan != nil {
		return plan()
	}
	if !p.faults.cut {
		return math.MaxInt, math.MaxInt
	}
	n := drawBytes(d)
	if p.faults.often {
		n = min(n, int(leastBytes)+d.IntN(fewBytes))
	}
	if d.IntN(2) == 0 {
		return n / 3, math.MaxInt
	}
	return math.MaxInt, n
}

// drawBytes draws a number of bytes.
func drawBytes(d *rand.Rand) int {
	return int(leastBytes * math.Exp(d.Float64()*math.Log(mostBytes/leastBytes)))
}

// sever ends both connections.
func (l *link) sever() {
	l.severed.Do(func() {
		for _, c := range []net.Conn{l.client, l.server} {
			if tcp, ok := c.(*net.TCPConn); ok && l.reset {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
		}
	})
}

// pump forwards up to budget bytes, and then ends the connection.
func (l *link) pump(dst, src net.Conn, budget int, forwarded *atomic.Int64, d *rand.Rand) {
	defer l.sever()
	buf := make([]byte, 16<<10)
	for budget > 0 {
		n, err := src.Read(buf[:min(len(buf), budget)])
		budget -= n
		forwarded.Add(int64(n))
		if !l.forward(dst, buf[:n], d) || err != nil {
			return
		}
	}
	l.cuts.Add(1)
}

// forward writes data, and reports whether that worked.
func (l *link) forward(dst net.Conn, data []byte, d *rand.Rand) bool {
	if l.faults.stall && d.IntN(500) == 0 && !pause(l.ctx, time.Duration(d.IntN(200))*time.Millisecond) {
		return false
	}
	if l.faults.delay && !pause(l.ctx, 50*time.Millisecond+time.Duration(d.IntN(100))*time.Millisecond) {
		return false
	}
	for sliced := 0; l.faults.slice && len(data) > 0 && sliced < mostSliced; sliced++ {
		if _, err := dst.Write(data[:1]); err != nil {
			return false
		}
		data = data[1:]
	}
	for len(data) > 0 {
		n := len(data)
		if l.faults.split && d.IntN(4) == 0 {
			n = 1 + d.IntN(n)
		}
		if _, err := dst.Write(data[:n]); err != nil {
			return false
		}
		if data = data[n:]; len(data) > 0 && d.IntN(4) == 0 && !pause(l.ctx, time.Duration(d.IntN(1000))*time.Microsecond) {
			return false
		}
	}
	return true
}

const mostSliced = 500 // bytes of what one read brings

// pause waits for d, and reports whether ctx lasted as long.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
