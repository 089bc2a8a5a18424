package pgcall

import (
	"context"
	_ "embed" // the query

	"github.com/jackc/pgx/v5"
)

// connectionsSQL asks how many connections the role may have to the database.
//
//go:embed connections.sql
var connectionsSQL string

// fit makes the sets smaller where PostgreSQL has too few connections for their
// defaults: with the pool's they take half of what it has at most. What
// LaneOptions says is left alone. It asks once; errors are the next connection's.
func (ls *Lanes) fit(ctx context.Context, conn *pgx.Conn) error {
	if ls.fitted.Load() {
		return nil
	}
	var limit int
	if err := conn.QueryRow(ctx, connectionsSQL, pgx.QueryExecModeSimpleProtocol).Scan(&limit); err != nil {
		return err
	}
	ls.fitted.Store(true)
	excess := ls.pool.size + 1 - limit/2 // one is the gate's
	for _, s := range ls.sets {
		excess += len(s.lanes)
	}
	if ls.given.Keyed <= 0 {
		ls.keyed.shrink(-excess)
	}
	if excess <= 0 {
		return nil
	}
	given := [classes]int{classRead: ls.given.Reads, classWrite: ls.given.Writes, classOwn: ls.given.Own, classCPU: ls.given.CPU}
	for _, c := range []class{classWrite, classOwn, classCPU, classRead} {
		if s := ls.sets[c]; given[c] <= 0 {
			excess -= s.shrink(excess)
		}
	}
	ls.options.Logger.Info("fewer connections than usual: the database has few", "limit", limit,
		"reads", ls.sets[classRead].usable(), "writes", ls.sets[classWrite].usable(), "slow", ls.sets[classOwn].usable())
	return nil
}

// shrink leaves up to n lanes unused, but one, and returns how many.
func (s *laneSet) shrink(n int) int {
	n = max(min(n, len(s.lanes)-1), 0)
	s.unused.Store(int32(n)) // #nosec G115 -- small
	return n
}

// usable returns how many lanes there are to use.
func (s *laneSet) usable() int { return len(s.lanes) - int(s.unused.Load()) }

// takers returns how many lanes take calls.
func (s *laneSet) takers() int {
	if n := int(s.narrow.Load()); n > 0 {
		return min(n, s.usable())
	}
	return s.usable()
}

// Connections returns how many connections to the database there may be at most,
// with the pool's, those of keyed calls, the gate's, the revoker's and one to cancel a
// call.
func (ls *Lanes) Connections() int {
	n := ls.pool.size + cap(ls.keyed.slots) + 3
	for _, s := range ls.sets {
		n += len(s.lanes)
	}
	return n
}
