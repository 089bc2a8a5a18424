package chaos_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// connect returns how a round reaches the database, and the proxy on the way;
// nil: none.
func (h *harness) connect(r *round, seed uint64) (*pgxpool.Config, *proxy, error) {
	config, err := pgxpool.ParseConfig(h.url)
	if err != nil {
		return nil, nil, err
	}
	if r.faults.short {
		d := &shortDialer{dice: rand.New(rand.NewPCG(seed, 2)), dial: config.ConnConfig.DialFunc, cuts: &h.shortWrites}
		config.ConnConfig.DialFunc = d.connect
	}
	if r.faults == (faults{short: r.faults.short}) && !r.blackout {
		return config, nil, nil
	}
	network, address := pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port)
	through, err := newProxy(r.faults, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}, seed)
	if err != nil {
		return nil, nil, err
	}
	config.ConnConfig.DialFunc = through.connect
	return config, through, nil
}

// shortDialer makes connections that write so many bytes and no more.
type shortDialer struct {
	dial pgconn.DialFunc
	cuts *atomic.Int64

	mu   sync.Mutex // guards dice
	dice *rand.Rand
}

// connect is a DialFunc.
func (s *shortDialer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &shortConn{Conn: conn, left: drawBytes(s.dice) / 3, cuts: s.cuts}, nil
}

// shortConn is a connection that ends in the middle of a write.
type shortConn struct {
	net.Conn
	left int // bytes that it writes still
	cuts *atomic.Int64
}

var errShort = errors.New("the connection ended in the middle of a write")

// Write implements net.Conn.
func (c *shortConn) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.Conn.Write(p)
	}
	n, err := c.Conn.Write(p[:c.left])
	c.left = 0
	c.cuts.Add(1)
	_ = c.Close()
	return n, errors.Join(errShort, err)
}

// brew starts the storm of a round. It lasts until ctx ends.
func (u *run) brew(ctx context.Context, raging *sync.WaitGroup, through *proxy) {
	if u.terminate {
		raging.Go(func() { u.terminateAtRandom(ctx, rand.New(rand.NewPCG(u.seed, 1<<32))) })
	}
	if u.blackout {
		raging.Go(func() { through.darken(ctx, rand.New(rand.NewPCG(u.seed, 1<<33))) })
	}
}

const terminateOne = `
select pid, pg_terminate_backend(pid)
  from (select pid from pg_stat_activity
         where datname = current_database() and backend_type = 'client backend' and application_name <> 'chaos'
         order by random() limit 1) victim`

// terminateAtRandom terminates backends.
func (u *run) terminateAtRandom(ctx context.Context, d *rand.Rand) {
	for pause(ctx, spread(d, 2*time.Millisecond, 100*time.Millisecond)) {
		tag, err := u.admin.Exec(context.Background(), terminateOne)
		if err != nil {
			u.complain("%s: terminate: %v", u.name, err)
			return
		}
		u.terminated += tag.RowsAffected()
	}
}

// darken turns connections away for a while, now and then.
func (p *proxy) darken(ctx context.Context, d *rand.Rand) {
	for pause(ctx, spread(d, 20*time.Millisecond, 500*time.Millisecond)) {
		p.down.Store(true)
		pause(ctx, spread(d, time.Millisecond, 30*time.Millisecond))
		p.down.Store(false)
	}
}

const othersLeft = `
select count(*), pg_sleep(0.005)
  from pg_stat_activity
 where datname = current_database() and backend_type = 'client backend' and application_name <> 'chaos'`

// waitForBackends waits until the invoker's are gone: what they were sent and
// did not read is lost, and all else is done.
func (u *run) waitForBackends() bool {
	for began := time.Now(); ; {
		var n int
		if err := u.admin.QueryRow(context.Background(), othersLeft).Scan(&n, nil); err != nil {
			u.complain("%s: ask for backends: %v", u.name, err)
			return false
		}
		if n == 0 {
			return true
		}
		if time.Since(began) > u.patience {
			u.complain("%s: %d backends are left after the invoker was closed", u.name, n)
			return false
		}
	}
}

// checkLedger holds the ledger against the answers of a round, and empties it.
func (h *harness) checkLedger(u *run) {
	ctx := context.Background()
	rows, err := h.admin.Query(ctx, "select nonce, count(*) from app.ledger group by nonce")
	if err != nil {
		u.complain("%s: read the ledger: %v", u.name, err)
		return
	}
	counts := make([]int, len(u.fates))
	var nonce int64
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&nonce, &n}, func() error {
		if i := nonce - u.base; i >= 0 && i < int64(len(counts)) {
			counts[i] = n
		} else {
			u.complain("%s: the ledger has %d, which nobody wrote", u.name, nonce)
		}
		return nil
	}); err != nil {
		u.complain("%s: read the ledger: %v", u.name, err)
	}
	for i, n := range counts {
		u.checkEntry(i, n)
	}
	if _, err := h.admin.Exec(ctx, "truncate app.ledger, app.pending, app.mark"); err != nil {
		u.complain("%s: empty the ledger: %v", u.name, err)
	}
}

// ledger says how often a write may be in the ledger.
var ledger = map[fate]struct {
	answer      string
	least, most int
}{
	done:   {"success", 1, 1},
	undone: {"no effect", 0, 0},
	either: {"an unknown outcome", 0, 1},
	open:   {"nothing", 0, 1},
}

func (u *run) checkEntry(i, n int) {
	if may := ledger[u.fates[i]]; n < may.least || n > may.most {
		u.complain("%s: %s %d was answered with %s, and is in the ledger %d times", u.name, u.kinds[i].label, u.base+int64(i), may.answer, n)
	}
}
