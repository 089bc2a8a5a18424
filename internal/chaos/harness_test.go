package chaos_test

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// invoker is what is tested.
type invoker interface {
	pgcall.Invoker
	Close()
}

// newLanes makes the invoker that is tested.
func newLanes(ctx context.Context, config *pgxpool.Config) (invoker, error) {
	config.MaxConns = 8
	return pgcall.NewLanes(ctx, config, pgcall.LaneOptions{MaxWait: -1, Logger: slog.New(slog.DiscardHandler)})
}

const hastyTimeout = 5 * time.Millisecond

// newHasty makes lanes that let few calls end where they begin, on connections
// that do not live long. They refuse calls that would wait for too long.
func newHasty(ctx context.Context, config *pgxpool.Config) (invoker, error) {
	config.MaxConns, config.MaxConnLifetime = 8, 300*time.Millisecond
	return pgcall.NewLanes(ctx, config, pgcall.LaneOptions{FastTimeout: hastyTimeout, Logger: slog.New(slog.DiscardHandler)})
}

// harness plays rounds against one database.
type harness struct {
	t        testing.TB
	url      string
	admin    *pgx.Conn
	open     func(context.Context, *pgxpool.Config) (invoker, error)
	dice     *rand.Rand
	seed     uint64
	base     int64         // the next nonce
	slots    chan int      // that are free
	patience time.Duration // for the next answer
	fast     time.Duration // that a call may take on a shared connection
	sheds    bool          // calls may be refused, as too many
	loud     bool          // each round is told of
	made     atomic.Int64

	lost             int
	calm             int // calls in rounds that are not stormy
	terminated, cuts int64
	shortWrites      atomic.Int64

	mu         sync.Mutex // guards what follows
	wrong      int
	doubtful   int      // calls in calm whose outcome is unknown
	complaints []string // the first
	answers    map[string]map[rpc.Code]int
}

//go:embed testdata/schema.sql
var schema string

// settings make the database quick to find deadlocks, quick to plan, and quiet.
const settings = `
do $$
begin
  execute format('alter database %I set deadlock_timeout = ''20ms''', current_database());
  execute format('alter database %I set plan_cache_mode = ''force_generic_plan''', current_database());
  execute format('alter database %I set log_min_messages = ''panic''', current_database());
end
$$;`

const slots = 64 // as many as schema.sql makes

func newHarness(t testing.TB, seed uint64) *harness {
	t.Helper()
	h := &harness{
		t: t, url: pgtest.New(t), open: newLanes, seed: seed, dice: rand.New(rand.NewPCG(seed, 0)),
		slots: make(chan int, slots), patience: time.Minute, fast: pgcall.DefaultFastTimeout, answers: make(map[string]map[rpc.Code]int),
	}
	h.base = 1 + h.dice.Int64N(1<<40)
	for i := range slots {
		h.slots <- i
	}
	pgtest.Exec(t, h.url, schema+settings)
	config, err := pgx.ParseConfig(h.url)
	if err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams["application_name"] = "chaos"
	if h.admin, err = pgx.ConnectConfig(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.admin.Close(context.Background()) })
	return h
}

const maxComplaints = 20 // that are kept

// complain notes what is wrong.
func (h *harness) complain(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrong++
	if len(h.complaints) < maxComplaints {
		h.complaints = append(h.complaints, fmt.Sprintf(format, args...))
	}
}

// count counts an answer.
func (h *harness) count(p *probe, v verdict) {
	h.made.Add(1)
	h.mu.Lock()
	defer h.mu.Unlock()
	byCode := h.answers[p.kind.label]
	if byCode == nil {
		byCode = make(map[rpc.Code]int)
		h.answers[p.kind.label] = byCode
	}
	byCode[v.code]++
	if v.code == rpc.CodeOutcomeUnknown && !p.stormy {
		h.doubtful++
	}
}

// answered returns how many calls were answered with code.
func (h *harness) answered(code rpc.Code) (n int) {
	for _, byCode := range h.answers {
		n += byCode[code]
	}
	return n
}

func (h *harness) tell(format string, args ...any) {
	if h.loud {
		h.t.Logf(format, args...)
	}
}

// report fails the test if anything was wrong.
func (h *harness) report() {
	h.t.Helper()
	if h.wrong > 0 {
		h.t.Errorf("seed %d: %d calls, %d things wrong, %d calls lost:\n%s", h.seed, h.made.Load(), h.wrong, h.lost, strings.Join(h.complaints, "\n"))
	}
}

// summary says how calls were answered.
func (h *harness) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "; the outcome of %d is unknown, %d of them in calm", h.answered(rpc.CodeOutcomeUnknown), h.doubtful)
	for _, k := range kinds {
		byCode := h.answers[k.label]
		var codes []rpc.Code
		for code := range byCode {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		fmt.Fprintf(&b, "\n\t%-16s", k.label)
		for _, code := range slices.Backward(codes) {
			fmt.Fprintf(&b, " %d %s,", byCode[code], codeName(code))
		}
	}
	return b.String()
}

func codeName(code rpc.Code) string {
	switch {
	case code == 0:
		return "results"
	case code > 0:
		return fmt.Sprint("of ", int(code))
	}
	return code.String()
}
