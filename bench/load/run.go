package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// dialling bounds how many connections are made at a time.
const dialling = 64

// Run makes the load that o describes and returns what it measured. When ctx
// ends, it stops, and what was measured until then is returned without an error.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	r := &run{options: o}
	r.window.from = o.Warmup
	r.window.to.Store(int64(o.Warmup + o.Duration))
	defer r.close()
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	return r.measure(ctx)
}

type run struct {
	options     Options
	window      window
	connections []*connection
	start       time.Time
}

func (r *run) close() {
	for _, c := range r.connections {
		if c != nil {
			_ = c.conn.Close()
		}
	}
}

func inParallel(ctx context.Context, n int, do func(i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(dialling)
	for i := range n {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return do(i)
		})
	}
	return group.Wait()
}

// connect makes every connection and logs in.
func (r *run) connect(ctx context.Context) error {
	o := &r.options
	r.connections = make([]*connection, o.Connections)
	return inParallel(ctx, o.Connections, func(i int) error {
		dialCtx, cancel := context.WithTimeout(ctx, o.DialTimeout)
		defer cancel()
		conn, framing, err := dial(dialCtx, o.URL)
		if err != nil {
			return err
		}
		c := newConnection(conn, r.line(i, framing))
		r.connections[i] = c
		if o.Login == nil {
			return nil
		}
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
		return c.login(o.Login, c.line.numbers, o.DialTimeout)
	})
}

func (r *run) line(i int, framing framing) *line {
	o := &r.options
	l := newLine(o.InFlight)
	l.head, l.middle = o.Request.head()
	if o.Timeout > 0 {
		l.middle = fmt.Sprintf(`,"meta":{"timeout_ms":%d}%s`, o.Timeout.Milliseconds(), l.middle)
	}
	l.params, l.framing, l.window = o.Request.Params, framing, &r.window
	l.step = int64(o.Connections)
	l.numbers = numbers{
		i: int64(i) + 1, conn: int64(i) + 1,
		random: rand.New(rand.NewPCG(uint64(i), uint64(time.Now().UnixNano()))), // #nosec G404 -- no secret
	}
	if o.Rate > 0 {
		l.pacer = &pacer{rate: o.Rate, connection: i, connections: o.Connections}
	}
	return l
}

// measure lets all connections run and reads the probes meanwhile.
func (r *run) measure(ctx context.Context) (*Report, error) {
	r.start = time.Now()
	defer context.AfterFunc(ctx, r.interrupt)()
	last := r.start.Add(r.window.end() + r.options.Drain)
	lost := make([]error, len(r.connections))
	var running sync.WaitGroup
	for i, c := range r.connections {
		c.start = r.start
		if err := c.conn.SetDeadline(last); err != nil {
			return nil, err
		}
		running.Go(func() {
			if lost[i] = c.run(ctx); lost[i] != nil {
				lost[i] = fmt.Errorf("connection %d: %w", i+1, lost[i])
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		running.Wait()
		close(finished)
	}()
	probed, err := r.probe(ctx, finished)
	<-finished
	if err != nil {
		return nil, err
	}
	return r.report(ctx, probed, lost), nil
}

// interrupt ends the window now.
func (r *run) interrupt() {
	now := int64(time.Since(r.start))
	if now < r.window.to.Load() {
		r.window.to.Store(now)
	}
	for _, c := range r.connections {
		_ = c.conn.SetDeadline(time.Now())
	}
}

// probe returns what the probes grew by between the ends of the window.
func (r *run) probe(ctx context.Context, finished <-chan struct{}) (map[string]float64, error) {
	grown := map[string]float64{}
	if !r.until(ctx, r.window.from, finished) {
		return grown, nil
	}
	before, err := r.readProbes(ctx)
	if err != nil {
		r.interrupt()
		return nil, err
	}
	r.until(ctx, r.window.end(), finished)
	after, err := r.readProbes(context.WithoutCancel(ctx))
	for name, value := range after {
		grown[name] = value - before[name]
	}
	return grown, err
}

// until waits for a time of the run; false when the run ended before.
func (r *run) until(ctx context.Context, when time.Duration, finished <-chan struct{}) bool {
	timer := time.NewTimer(time.Until(r.start.Add(when)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-finished:
		return false
	}
}

func (r *run) readProbes(ctx context.Context) (map[string]float64, error) {
	values := map[string]float64{}
	var failed error
	for _, p := range r.options.Probes {
		value, err := p.Read(ctx)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p.Name, err))
		}
		values[p.Name] = value
	}
	return values, failed
}
