package pgcall

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc/pgjson"
)

// LaneOptions are the settings of Lanes. The zero value is usable.
type LaneOptions struct {
	Reads         int           // connections that STABLE and IMMUTABLE calls share; 0: a core, 2 at least and 16 at most
	Writes        int           // connections that VOLATILE calls share; 0: 8 for each core, 32 at most
	Own           int           // connections for calls that are slow; 0: as many as the pool may have
	CPU           int           // connections for calls that take much of the database's CPU time; 0: one for each core
	FastTimeout   time.Duration // how long a call may take on a shared connection before it gets its own; 0: 50 ms
	Queue         int           // calls that may wait in each set, beyond which they are refused; 0: 4096
	Keyed         int           // connections for calls with a key; 0: 4 for each core, 16 at most
	KeyTTL        time.Duration // how long their answers are kept; 0: 24 h
	MaxWait       time.Duration // what a call may have to wait for a connection before it is refused; 0: 1 s; less than 0: any time
	SeparateReads bool          // no two calls share a transaction, not even reads of one client
	Logger        *slog.Logger  // nil: slog.Default()
	Answers       Gatherer      // sends the answers of calls; nil: nobody is told
}

// Gatherer is told when one goroutine is about to answer many calls, so that it
// sends their answers together.
type Gatherer interface {
	Gather() // calls are going to be answered

	// Flush sends what was gathered, without waiting. more says that calls wait for
	// a connection, so that further answers follow soon.
	Flush(more bool)
}

// nobody is a Gatherer that does nothing.
type nobody struct{}

func (nobody) Gather()    {}
func (nobody) Flush(bool) {}

// Defaults of LaneOptions.
const (
	DefaultFastTimeout = 50 * time.Millisecond
	DefaultLaneQueue   = 4096
	maxQueuedBytes     = 64 << 20 // of the arguments of calls that wait, in each set
)

func (o LaneOptions) withDefaults(pool int) LaneOptions {
	cores := runtime.GOMAXPROCS(0)
	o.Reads = cmp.Or(max(o.Reads, 0), min(max(cores, 2), 16))
	o.Writes = cmp.Or(max(o.Writes, 0), min(8*cores, 32))
	o.Own = cmp.Or(max(o.Own, 0), pool)
	o.CPU = cmp.Or(max(o.CPU, 0), cores)
	o.FastTimeout = cmp.Or(max(o.FastTimeout, 0), DefaultFastTimeout)
	o.Keyed = cmp.Or(max(o.Keyed, 0), defaultKeyed())
	o.KeyTTL = cmp.Or(max(o.KeyTTL, 0), DefaultKeyTTL)
	o.Queue = cmp.Or(max(o.Queue, 0), DefaultLaneQueue)
	o.MaxWait = cmp.Or(o.MaxWait, DefaultMaxWait)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.Answers == nil {
		o.Answers = nobody{}
	}
	return o
}

// Lanes is an Invoker that runs the calls of many clients on few connections,
// one after the other without waiting in between. Each call is a transaction of
// its own, but for reads that a client has sent together: they share one, unless
// LaneOptions.SeparateReads. If one of them fails, all run again, each in its
// own. There are three sets of connections, made when they are needed: one
// shared by calls that read, a wider one shared by calls that may write, so
// that their commits go to disk together, and one where each call has its
// connection to itself. On shared connections a call that takes longer than
// LaneOptions.FastTimeout is rolled back by PostgreSQL and runs again, on one of
// its own; procedures that are slow on average begin there.
//
// Calls with a key have connections of their own, see [rpc.Meta]. Of others it
// sends nothing twice but calls that only read, calls that never reached the
// database, and calls that PostgreSQL rolled back.
type Lanes struct {
	pool       *Pool
	config     *pgxpool.Config
	connConfig *pgx.ConnConfig // of the lanes' connections
	options    LaneOptions
	given      LaneOptions // without defaults
	helper     *Statement  // that precedes calls through a pooler
	sets       [classes]*laneSet
	keyed      *keyedCalls

	quickWrites quartile // of their time

	stop    context.CancelFunc // ends every lane
	ended   sync.WaitGroup     // lanes and the sweeper
	told    atomic.Bool        // that a pooler lacks something
	fitted  atomic.Bool        // PostgreSQL was asked how many connections it has
	closed  atomic.Bool
	running atomic.Int64  // calls that are not done
	idle    chan struct{} // receives an element when closed and nothing runs
}

// class is the set of connections that a call belongs to.
type class uint8

const (
	classRead  class = iota // shared by calls that do not write
	classWrite              // shared by the others
	classOwn                // one call at a time
	classCPU                // the same, for calls of which few are to run side by side
	classes
)

// alone reports whether each call has its connection to itself.
func (c class) alone() bool { return c >= classOwn }

// NewLanes connects when the first calls come: it succeeds while the database is
// down. config may be changed before; NewLanes takes it as [NewPool] does.
func NewLanes(ctx context.Context, config *pgxpool.Config, o LaneOptions) (*Lanes, error) {
	connConfig := config.ConnConfig.Copy()
	connConfig.DialFunc = plainly(connConfig.DialFunc)
	_ = withSettings(connConfig)
	keyedConfig := config.Copy()
	pool, err := NewPool(ctx, config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &Lanes{
		pool: pool, config: config, connConfig: connConfig, options: o.withDefaults(int(config.MaxConns)), given: o, stop: stop,
		idle: make(chan struct{}, 1), helper: pool.pooled.helper(),
	}
	if l.keyed, err = newKeyedCalls(ctx, keyedConfig, l.options); err != nil {
		stop()
		pool.Close()
		return nil, err
	}
	l.keyed.pool.outage = pool.outage
	l.sets = [classes]*laneSet{
		newLaneSet(l, classRead, l.options.Reads),
		newLaneSet(l, classWrite, l.options.Writes),
		newLaneSet(l, classOwn, l.options.Own),
		newLaneSet(l, classCPU, l.options.CPU),
	}
	for _, s := range l.sets {
		for _, lane := range s.lanes {
			l.ended.Go(func() { lane.run(ctx) })
		}
	}
	l.ended.Go(func() { l.sweep(ctx) })
	l.ended.Go(func() { l.forget(ctx) })
	return l, nil
}

// Pool returns the pool that serves what is not a call: typed functions, and
// queries of Go handlers.
func (l *Lanes) Pool() *pgxpool.Pool { return l.pool.pool }

// Query implements DB.
func (l *Lanes) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return l.pool.Query(ctx, sql, args...)
}

// Acquire takes a connection of the pool, for typed functions.
func (l *Lanes) Acquire(ctx context.Context) (*pgxpool.Conn, error) { return l.pool.Acquire(ctx) }

// Ping checks that the database answers.
func (l *Lanes) Ping(ctx context.Context) error { return l.pool.Ping(ctx) }

// OIDs implements Invoker.
func (l *Lanes) OIDs(ctx context.Context, names []string) (pgjson.OIDs, error) {
	return l.pool.OIDs(ctx, names)
}

// Close waits for running calls and closes every connection. Calls that are
// started later end with CodeUnavailable.
func (l *Lanes) Close() {
	if l.closed.Swap(true) {
		return
	}
	l.keyed.close() // who waits for such a call will ask another server
	for l.running.Load() > 0 {
		<-l.idle
	}
	l.stop()
	l.ended.Wait()
	l.keyed.pool.Close()
	l.pool.Close()
}

// Start implements Invoker.
func (l *Lanes) Start(ctx context.Context, q *Query) {
	if l.begin(ctx, q) {
		l.enqueue(q, l.classOf(q))
	}
}

// begin counts q among the calls that run, unless l is closed.
func (l *Lanes) begin(ctx context.Context, q *Query) bool {
	l.running.Add(1)
	if l.closed.Load() {
		l.done(q, unavailable(errClosed))
		return false
	}
	q.run = progress{ctx: ctx}
	for _, arg := range q.Args {
		q.run.size += len(arg)
	}
	return true
}

// classOf returns where q is to run.
func (l *Lanes) classOf(q *Query) class {
	p := q.Statement.Procedure
	switch {
	case p.Lane == LaneCPU:
		return classCPU
	case q.Statement.Name == "" || q.run.slow || p.Lane == LaneSlow:
		return classOwn
	case p.Lane == LaneAuto && p.pace.slow.Load():
		return classOwn
	case p.ReadOnly:
		return classRead
	}
	return classWrite
}

// enqueue has q wait for a connection of its class.
func (l *Lanes) enqueue(q *Query, c class) {
	if err := l.sets[c].push(q); err != nil {
		l.done(q, err)
	}
}

// again runs q once more.
func (l *Lanes) again(q *Query) {
	q.Sink.Reset()
	l.enqueue(q, l.classOf(q))
}

// againSoon runs q once more in a moment, so that what it collided with goes on.
func (l *Lanes) againSoon(q *Query) {
	time.AfterFunc(jitter(maxPause), func() { l.again(q) })
}

// done ends q.
func (l *Lanes) done(q *Query, err error) {
	q.run = progress{}
	q.Sink.Done(err)
	if l.running.Add(-1) == 0 && l.closed.Load() {
		select {
		case l.idle <- struct{}{}:
		default:
		}
	}
}

var errQueueFull = errors.New("too many calls wait for a connection to the database")

// progress is what Lanes knows of a query.
type progress struct {
	ctx      context.Context // the query's own, until it is done
	size     int             // bytes of its arguments
	attempts int8            // runs that collided with others or whose connection broke
	useless  int8            // runs that did not reach the call itself
	slow     bool            // it took too long on a shared connection
	alone    bool            // it shares no transaction: one that it had shared has failed
}

// maxUseless is how often a call may meet a statement that is out of date: every
// connection may have one.
const maxUseless = 100

// mayFail counts a run that met a statement that is out of date, and reports
// whether there may be another.
func (p *progress) mayFail() bool {
	p.useless++
	return p.useless <= maxUseless
}

// mayRepeat counts a run that was rolled back, and reports whether there may be
// another.
func (p *progress) mayRepeat() bool {
	p.attempts++
	return p.attempts < maxAttempts
}

// sweepInterval is how often Lanes look for calls that have waited too long.
const sweepInterval = 100 * time.Millisecond

// sweep sees to calls that nobody else would: that wait for a connection while
// their time runs out, or for the reply of a database that has fallen silent.
func (l *Lanes) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			for _, s := range l.sets {
				s.sweep(now)
			}
		}
	}
}
