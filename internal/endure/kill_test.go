//go:build linux

package endure_test

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	killsVariable = "SPGEN_ENDURE_KILLS" // how many; `make soak-chaos` sets it
	defaultKills  = 10
	soakRecovery  = time.Second // after which a call succeeds again, in the soak
	recovery      = 3 * time.Second
)

//go:embed testdata/schema.sql
var schema string

// ordeal is a server and a database that are killed while clients call.
type ordeal struct {
	t        *testing.T
	database *database
	server   atomic.Pointer[process]
	dials    atomic.Int64 // attempts to connect to PostgreSQL
	load     *load
	dice     *rand.Rand
	limit    time.Duration // of a recovery
	worst    map[string]time.Duration

	blow    *blow // that is dealt
	wound   wound
	polling sync.WaitGroup
}

// blow is something that is done to an ordeal. It says when what it kills is
// dead, see ordeal.dies.
type blow struct {
	name string
	away bool // PostgreSQL is
	deal func(*ordeal)
}

// blows are dealt in a random order, ten at a time.
var blows = []blow{
	{"PostgreSQL killed", true, (*ordeal).killDatabase},
	{"PostgreSQL killed", true, (*ordeal).killDatabase},
	{"PostgreSQL stopped at once", true, (*ordeal).stopDatabase},
	{"backend killed", true, (*ordeal).killBackend},
	{"backend killed", true, (*ordeal).killBackend},
	{"backends terminated", false, (*ordeal).terminate},
	{"server killed", false, (*ordeal).killServer},
	{"server killed", false, (*ordeal).killServer},
	{"server and PostgreSQL killed", true, (*ordeal).killBoth},
	{"connections reset", false, (*ordeal).reset},
}

// TestKilled kills what can be killed, in a random order under load. Nothing that
// was acknowledged is lost, nothing is applied twice, no read answers wrong, and
// the server serves soon after PostgreSQL does.
func TestKilled(t *testing.T) {
	t.Parallel()
	seed, kills := number(seedVariable, rand.Uint64()), int(number(killsVariable, defaultKills))
	o := &ordeal{t: t, database: newDatabase(t), dice: rand.New(rand.NewPCG(seed, 1<<32)), limit: recovery, worst: map[string]time.Duration{}}
	if kills > defaultKills {
		o.limit = soakRecovery
	}
	o.startServer()
	defer func() { o.server.Load().kill() }()
	o.load = newLoad(seed, func() string { return o.server.Load().address })
	began := time.Now()
	o.await("start", began, o.load.awaitSuccess(began))
	for n := range kills {
		if n%len(blows) == 0 {
			o.dice.Shuffle(len(blows), func(i, j int) { blows[i], blows[j] = blows[j], blows[i] })
		}
		o.suffer(n, &blows[n%len(blows)])
		time.Sleep(time.Duration(o.dice.Int64N(int64(200 * time.Millisecond)))) // of calm
		if t.Failed() {
			break
		}
	}
	o.polling.Wait()
	o.load.stop(t)
	o.server.Load().end()
	o.database.untilAlone()
	o.checkLedger()
	t.Logf("seed %d: %d kills in %s; slowest recoveries %v%s", seed, kills, time.Since(began).Round(time.Second), o.worst, o.load.summary())
}

// wound is the time after a blow.
type wound struct {
	dead    time.Time
	success <-chan time.Time // the first
	back    <-chan backAgain // where PostgreSQL is away
}

// backAgain is when PostgreSQL accepts connections, and how often the server has
// tried meanwhile.
type backAgain struct {
	at    time.Time
	dials int64
}

// dies is called when what a blow has killed is dead.
func (o *ordeal) dies() {
	dead, before := time.Now(), o.dials.Load()
	back := make(chan backAgain, 1)
	o.wound = wound{dead: dead, success: o.load.awaitSuccess(dead), back: back}
	if o.blow.away {
		o.polling.Go(func() { at := o.database.accepting(); back <- backAgain{at, o.dials.Load() - before} })
	} else {
		back <- backAgain{at: dead}
	}
}

// suffer deals a blow and waits for the first success after it.
func (o *ordeal) suffer(n int, b *blow) {
	o.t.Helper()
	o.blow = b
	b.deal(o)
	w := &o.wound
	back := <-w.back
	away := back.at.Sub(w.dead)
	took := o.await(b.name, back.at, w.success)
	o.worst[b.name] = max(o.worst[b.name], took.Round(time.Millisecond))
	o.t.Logf("%3d %-28s PostgreSQL away for %8s, with %3d attempts to connect; first success %8s later", n+1, b.name,
		away.Round(time.Millisecond), back.dials, took.Round(time.Millisecond))
	if b.away && took > o.limit {
		o.t.Errorf("the first success came %s after PostgreSQL accepts connections; it may take %s", took, o.limit)
	}
	o.checkDials(back.dials, away)
}

// await waits for the first success, and returns how long after back it came.
func (o *ordeal) await(what string, back time.Time, success <-chan time.Time) time.Duration {
	o.t.Helper()
	select {
	case at := <-success:
		return max(at.Sub(back), 0)
	case <-time.After(patience):
		o.t.Fatalf("%s: no call succeeds any more%s", what, o.load.summary())
		return 0
	}
}

// checkDials checks that the server did not storm a database that is away.
func (o *ordeal) checkDials(n int64, away time.Duration) {
	o.t.Helper()
	if most := 2 * connPool * max(away.Seconds(), 1); float64(n) > most {
		o.t.Errorf("%d attempts to connect in %s; with %d connections %.0f would do", n, away, connPool, most)
	}
}

func (o *ordeal) startServer() { o.server.Store(start(o.t, o.database.url, &o.dials)) }

func (o *ordeal) killDatabase() {
	o.database.kill()
	o.dies()
	time.Sleep(time.Duration(o.dice.Int64N(int64(time.Second)))) // it is away for
	o.database.start()
}

func (o *ordeal) stopDatabase() {
	o.database.stop()
	o.dies()
	o.database.start()
}

// killBackend returns when PostgreSQL has noticed, and ended all others.
func (o *ordeal) killBackend() {
	conn, err := o.database.connect(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	o.database.killBackend()
	_, _ = conn.Exec(o.t.Context(), "select pg_sleep(60)")
	o.dies()
	_ = conn.Close(context.Background())
}

func (o *ordeal) terminate() {
	if _, err := o.database.ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where " + others); err != nil {
		o.t.Error(err)
	}
	o.dies()
}

func (o *ordeal) killServer() {
	o.server.Load().kill()
	o.dies()
	o.startServer()
}

func (o *ordeal) killBoth() {
	o.database.kill()
	o.server.Load().kill()
	o.dies()
	o.startServer()
	o.database.start()
}

func (o *ordeal) reset() {
	for _, k := range o.load.talkers {
		if o.dice.IntN(2) == 0 {
			k.reset()
		}
	}
	o.dies()
}

// ledger says how often a write may be in the ledger.
var ledger = map[fate]struct {
	answer      string
	least, most int
}{
	done:   {"success", 1, 1},
	undone: {"no effect", 0, 0},
	either: {"an unknown outcome", 0, 1},
}

// checkLedger holds the ledger against the answers.
func (o *ordeal) checkLedger() {
	o.t.Helper()
	conn, err := o.database.connect(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is left to do
	rows, err := conn.Query(o.t.Context(), "select nonce, count(*) from app.ledger group by nonce")
	if err != nil {
		o.t.Fatal(err)
	}
	counts := map[int64]int{}
	var nonce int64
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&nonce, &n}, func() error { counts[nonce] = n; return nil }); err != nil {
		o.t.Fatal(err)
	}
	for nonce, f := range o.load.fates {
		if may := ledger[f]; counts[nonce] < may.least || counts[nonce] > may.most {
			o.load.complain("write %d was answered with %s, and is in the ledger %d times", nonce, may.answer, counts[nonce])
		}
		delete(counts, nonce)
	}
	if len(counts) > 0 {
		o.load.complain("the ledger has %d nonces that nobody wrote", len(counts))
	}
	if wrong := o.load.wrong; len(wrong) > 0 {
		o.t.Errorf("%d things are wrong:\n%s", len(wrong), strings.Join(wrong[:min(len(wrong), 20)], "\n"))
	}
}

// summary says how calls were answered.
func (l *load) summary() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(l.answers)) {
		fmt.Fprintf(&b, "\n\t%-28s %d", what, l.answers[what])
	}
	return b.String()
}
