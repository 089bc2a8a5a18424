package chaos_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// mutant is an invoker with a fault.
type mutant struct {
	invoker
	fault fault
	n     atomic.Int64 // queries so far

	mu   sync.Mutex // guards held
	held *order
}

// fault starts a query, wrongly.
type fault func(m *mutant, o order)

// order is a query that is to be started.
type order struct {
	ctx context.Context
	q   *pgcall.Query
}

// Start implements pgcall.Invoker.
func (m *mutant) Start(ctx context.Context, q *pgcall.Query) {
	m.n.Add(1)
	m.fault(m, order{ctx, q})
}

func (m *mutant) right(o order) { m.invoker.Start(o.ctx, o.q) }

// isWrite reports whether o calls the function write.
func (o order) isWrite() bool { return o.q.Statement.Procedure.Identity == "api.write" }

// copied returns the query with another sink, apart from the memory of the first.
func (o order) copied(sink pgcall.Sink) *pgcall.Query {
	q := *o.q
	q.Args, q.Formats, q.Sink = cloned(o.q.Args), slices.Clone(o.q.Formats), sink
	q.PrologueArgs, q.PrologueFormats = cloned(o.q.PrologueArgs), slices.Clone(o.q.PrologueFormats)
	return &q
}

// cloned returns args in memory of their own.
func cloned(args [][]byte) (all [][]byte) {
	for _, arg := range args {
		all = append(all, slices.Clone(arg))
	}
	return all
}

// recorder is a sink that passes rows on when the query ends, once.
type recorder struct {
	to    pgcall.Sink
	onRow func(*recorder)
	onEnd func(*recorder, error)

	mu   sync.Mutex // guards what follows
	rows [][][]byte
	over bool
}

// Row implements pgcall.Sink.
func (r *recorder) Row(values [][]byte) error {
	var row [][]byte
	for _, v := range values {
		row = append(row, slices.Clone(v))
	}
	r.mu.Lock()
	r.rows = append(r.rows, row)
	r.mu.Unlock()
	if r.onRow != nil {
		r.onRow(r)
	}
	return nil
}

// Reset implements pgcall.Sink.
func (r *recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = nil
}

// Done implements pgcall.Sink.
func (r *recorder) Done(err error) {
	if r.onEnd != nil {
		r.onEnd(r, err)
		return
	}
	r.end(err)
}

// end ends the query for the real sink.
func (r *recorder) end(err error) {
	r.mu.Lock()
	over, rows := r.over, r.rows
	r.over = true
	r.mu.Unlock()
	if over {
		return
	}
	for _, row := range rows {
		if refused := r.to.Row(row); refused != nil {
			err = refused
			break
		}
	}
	r.to.Done(err)
}

// swap gives each of two calls of one function the answer of the other.
func swap(m *mutant, o order) {
	m.mu.Lock()
	other := m.held
	switch {
	case other != nil && other.q.Statement == o.q.Statement:
		m.held = nil
	case other == nil && m.n.Load() == 200:
		m.held = &o
		m.mu.Unlock()
		return
	default:
		other = nil
	}
	m.mu.Unlock()
	if other == nil {
		m.right(o)
		return
	}
	first, second := o.copied(other.q.Sink), other.copied(o.q.Sink)
	m.invoker.Start(context.WithoutCancel(o.ctx), first)
	m.invoker.Start(context.WithoutCancel(other.ctx), second)
}

// double runs a write twice.
func double(m *mutant, o order) {
	if !o.isWrite() || m.n.Load()%100 != 0 {
		m.right(o)
		return
	}
	m.invoker.Start(o.ctx, o.copied(&recorder{onEnd: func(*recorder, error) { m.right(o) }}))
}

// lose forgets a call.
func lose(m *mutant, o order) {
	if m.n.Load() != 300 {
		m.right(o)
	}
}

// rush answers when the first row comes, before the commit.
func rush(m *mutant, o order) {
	if o.q.Statement.Procedure.Shape != pgcall.ShapeScalar {
		m.right(o)
		return
	}
	m.invoker.Start(context.WithoutCancel(o.ctx), o.copied(&recorder{to: o.q.Sink, onRow: func(r *recorder) { r.end(nil) }}))
}

// hoard keeps the rows of an attempt that was rolled back.
func hoard(m *mutant, o order) {
	o.q.Sink = hoarder{o.q.Sink}
	m.right(o)
}

type hoarder struct{ pgcall.Sink }

func (hoarder) Reset() {}

// desert answers calls whose time is up and lets them run on.
func desert(m *mutant, o order) {
	r := &recorder{to: o.q.Sink}
	q := o.copied(r)
	stop := context.AfterFunc(o.ctx, func() { r.end(o.ctx.Err()) })
	r.onEnd = func(r *recorder, err error) {
		stop()
		r.end(err)
	}
	m.invoker.Start(context.WithoutCancel(o.ctx), q)
}

// insist runs again what may have had its effect.
func insist(m *mutant, o order) {
	r := &recorder{to: o.q.Sink}
	q := o.copied(r)
	r.onEnd = func(r *recorder, err error) {
		var known *rpc.Error
		if errors.As(err, &known) && known.Code == rpc.CodeOutcomeUnknown {
			r.Reset()
			m.invoker.Start(context.WithoutCancel(o.ctx), o.copied(r))
			return
		}
		r.end(err)
	}
	m.invoker.Start(o.ctx, q)
}

// hide calls what may have had its effect unavailable.
func hide(m *mutant, o order) {
	r := &recorder{to: o.q.Sink, onEnd: func(r *recorder, err error) {
		var known *rpc.Error
		if errors.As(err, &known) && known.Code == rpc.CodeOutcomeUnknown {
			err = rpc.NewError(rpc.CodeUnavailable, "the database cannot be reached").AsRetryable()
		}
		r.end(err)
	}}
	m.invoker.Start(o.ctx, o.copied(r))
}

// TestFaultsAreSeen plays rounds with invokers that are broken.
func TestFaultsAreSeen(t *testing.T) {
	t.Parallel()
	calm, cut := round{calls: 4000}, round{calls: 4000, faults: faults{cut: true}}
	hurried := round{calls: 2000, hurry: 0.3, quit: 0.3}
	for name, tt := range map[string]struct {
		fault fault
		round round
		want  string // one complaint, at least, has it
	}{
		"swap":   {swap, calm, "answered \""},
		"double": {double, calm, "is in the ledger 2 times"},
		"lose":   {lose, calm, "lost: "},
		"rush":   {rush, calm, "rush: late unique {"},
		"hoard":  {hoard, calm, "answered ["},
		"desert": {desert, hurried, "was answered with no effect, and is in the ledger 1 times"},
		"insist": {insist, cut, "is in the ledger 2 times"},
		"hide":   {hide, cut, "was answered with no effect, and is in the ledger 1 times"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, 7)
			h.open = func(ctx context.Context, config *pgxpool.Config) (invoker, error) {
				i, err := newLanes(ctx, config)
				return &mutant{invoker: i, fault: tt.fault}, err
			}
			if name == "lose" {
				h.patience = 5 * time.Second
			}
			tt.round.name = name
			if !h.untilWrong(t.Context(), &tt.round, tt.want) {
				t.Errorf("nothing was noticed but %q", h.complaints)
			}
		})
	}
}

// maxRounds bounds how often chance is given to a fault.
const maxRounds = 20

// untilWrong plays a round until there is a complaint that has want.
func (h *harness) untilWrong(ctx context.Context, r *round, want string) bool {
	for n := range maxRounds {
		h.complaints = nil
		h.play(ctx, r)
		h.t.Logf("round %d: %d things wrong", n+1, h.wrong)
		if slices.ContainsFunc(h.complaints, func(c string) bool { return strings.Contains(c, want) }) {
			return true
		}
	}
	return false
}
