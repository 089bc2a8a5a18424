package pgcall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
)

// RevokedChannel is where spgen.revoke says that there is something to read.
const RevokedChannel = "spgen_revoked"

const (
	revokedPoll   = 2 * time.Second      // between questions where nothing is announced
	revokedGap    = 2 * time.Millisecond // between questions at least, so that many logins share one
	revokedAnswer = 5 * time.Second      // for the answer to a question; then the connection is given up
	refreshMost   = 1000                 // logins that wait for a question at a time
	refreshTime   = time.Second          // that a login waits for a question
	revokedLack   = 5 * time.Second      // until the database is asked again whether it has what it lacked
	revokedAway   = 30 * time.Minute     // without an answer, after which no session is trusted; the database keeps rows for an hour
	revokedRetry  = time.Second          // until another attempt to connect, at most
)

// Revoker ends the sessions that the schema's functions revoke by spgen.revoke, on
// whatever server of theirs. It listens for announcements and asks regularly, as
// announcements can be lost. It needs one connection, which is none of the pool's.
type Revoker struct {
	config   *pgxpool.Config
	sessions *rpc.Sessions
	logger   *slog.Logger
	keys     map[string]sessionKey
	wake     chan struct{} // holds an element when somebody waits for a question

	since string         // what the last answer gave to ask on from, a snapshot; Run's
	upto  string         // the latest transaction that it may show; Run's
	exact bool           // the database tells what a snapshot shows; Run's
	known map[int64]bool // revocations that may come again; Run's
	heard time.Time      // when the last question was asked that has an answer; Run's
	told  bool           // something was announced since the last question; Run's
	lacks bool           // the database does, and the log says so; Run's

	mu      sync.Mutex      // guards what follows
	up      bool            // it makes sense to wait for a question
	waiting []chan struct{} // closed when a question is answered that began after they came
}

// NewRevoker returns a revoker of the sessions of api, which has some. config says
// how to reach the database as the server's role: it is that of the pool, and copied.
func NewRevoker(api *rpc.API, config *pgxpool.Config, sessions *rpc.Sessions, logger *slog.Logger) *Revoker {
	r := &Revoker{
		config: config.Copy(), sessions: sessions, logger: logger,
		keys: sessionKeys(api), wake: make(chan struct{}, 1), heard: time.Now(), up: true,
	}
	r.config.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn()}
	}
	r.config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec // which every pooler takes
	return r
}

// Refresh waits until everything that was revoked before it was called is known:
// for a question that begins now. It does not wait long: what becomes known later
// holds for those, too, who have logged in meanwhile.
func (r *Revoker) Refresh(ctx context.Context) {
	r.mu.Lock()
	if !r.up || len(r.waiting) >= refreshMost {
		r.mu.Unlock()
		return
	}
	answered := make(chan struct{})
	r.waiting = append(r.waiting, answered)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
	timer := time.NewTimer(refreshTime)
	defer timer.Stop()
	select {
	case <-answered:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Run revokes until ctx ends.
func (r *Revoker) Run(ctx context.Context) {
	for delay := firstRetry; ; delay = min(2*delay, revokedRetry) {
		before := r.heard
		err := r.session(ctx)
		if ctx.Err() != nil {
			r.down()
			return
		}
		switch {
		case isLack(err):
			r.lack(err)
			r.down()
			delay = revokedLack
		case r.heard != before:
			delay = firstRetry
		}
		r.distrust()
		r.logger.Debug("revocations cannot be read", "error", err)
		pauseFor(ctx, delay)
	}
}

// session asks on one connection until that or ctx ends.
func (r *Revoker) session(ctx context.Context) error {
	opening, cancel := context.WithTimeout(ctx, revokedAnswer)
	defer cancel()
	conn, err := connectAs(opening, r.config, func(*pgconn.PgConn, *pgconn.Notification) { r.told = true })
	if err != nil {
		return err
	}
	defer hangUpOn(conn)
	if err := listen(opening, conn); err != nil {
		return err
	}
	if err := conn.QueryRow(opening, isExactSQL).Scan(&r.exact); err != nil {
		return fmt.Errorf("ask how to ask for revocations: %w", err)
	}
	for {
		started := time.Now()
		if err := r.ask(ctx, conn); err != nil {
			return err
		}
		if !pauseFor(ctx, revokedGap-time.Since(started)) {
			return ctx.Err()
		}
		if err := r.wait(ctx, conn); err != nil {
			return err
		}
	}
}

// listen has announcements sent to conn. A pooler would send them to anybody, or
// drop the connection that they come on.
func listen(ctx context.Context, conn *pgx.Conn) error {
	keeps, err := keepingOf(ctx, conn)
	if err != nil || keeps != keepsOwn {
		return err
	}
	if _, err := conn.Exec(ctx, "listen "+RevokedChannel); err != nil && conn.IsClosed() {
		return fmt.Errorf("listen: %w", err) // else a standby, where nothing is announced
	}
	return nil
}

// wait returns when there may be something to read, or somebody waits for it.
func (r *Revoker) wait(ctx context.Context, conn *pgx.Conn) error {
	if r.told {
		return nil
	}
	waiting, stop := context.WithTimeout(ctx, revokedPoll)
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-r.wake:
			stop()
		case <-waiting.Done():
		}
	})
	err := conn.PgConn().WaitForNotification(waiting)
	ended := waiting.Err() != nil
	stop()
	watching.Wait()
	if err == nil || ended && ctx.Err() == nil && !conn.IsClosed() {
		return nil
	}
	return errors.Join(ctx.Err(), err)
}

// ask reads what was revoked since the last time, and lets those go on who waited
// for a question that began after they came.
func (r *Revoker) ask(ctx context.Context, conn *pgx.Conn) error {
	r.mu.Lock()
	r.up = true
	heard := len(r.waiting)
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, revokedAnswer)
	defer cancel()
	started := time.Now()
	r.told = false
	found, since, upto, err := r.read(ctx, conn)
	if err != nil {
		return err
	}
	r.distrust()
	if r.since != "" && older(upto, r.upto) {
		r.logger.Warn("the database is older than it was: no session is trusted")
		r.sessions.Revoke(everybody)
	}
	known := make(map[int64]bool, len(found))
	for _, f := range found {
		known[f.id] = true
		if !r.known[f.id] {
			r.revoke(f)
		}
	}
	r.known, r.since, r.upto, r.heard = known, since, upto, started
	r.answered(heard)
	if r.lacks {
		r.lacks = false
		r.logger.Info("sessions can be revoked now")
	}
	return nil
}

// found is a row of spgen.revocation.
type found struct {
	id      int64
	session []byte
}

// isExactSQL asks whether the database has, for this role, the second of two ways to
// ask. The first gives again what came while a transaction is open, which may be much.
const isExactSQL = `
	select coalesce((
	       select bool_or(pg_catalog.has_function_privilege(p.oid, 'execute') and pg_catalog.has_schema_privilege(n.oid, 'usage'))
	         from pg_catalog.pg_proc p
	         join pg_catalog.pg_namespace n on n.oid = p.pronamespace
	        where n.nspname = 'spgen' and p.proname = 'revocations_after'), false)`

const (
	revokedSQL = `
	select v.id, v.session::text, v.upto::text || ':' || v.upto::text || ':', v.upto::text
	  from spgen.revocations(pg_catalog.pg_snapshot_xmin($1::text::pg_snapshot)) v`
	revokedAfterSQL = `
	select v.id, v.session::text, v.upto::text, v.latest::text
	  from spgen.revocations_after($1::text::pg_snapshot) v`
)

// read asks for the revocations since r.since, for where to ask on from, and for the
// latest transaction of the database.
func (r *Revoker) read(ctx context.Context, conn *pgx.Conn) (all []found, next, upto string, err error) {
	var since *string
	if r.since != "" {
		since = &r.since
	}
	sql := revokedSQL
	if r.exact {
		sql = revokedAfterSQL
	}
	rows, err := conn.Query(ctx, sql, since)
	if err != nil {
		return nil, "", "", fmt.Errorf("ask for revocations: %w", err)
	}
	var (
		id      *int64
		session *string
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &session, &next, &upto}, func() error {
		if id != nil && session != nil {
			all = append(all, found{*id, []byte(*session)})
		}
		return nil
	})
	if err != nil {
		return nil, "", "", fmt.Errorf("ask for revocations: %w", err)
	}
	return all, next, upto, nil
}

// older reports whether the transaction a came before b, both in decimal digits.
func older(a, b string) bool {
	x, okA := new(big.Int).SetString(a, 10)
	y, okB := new(big.Int).SetString(b, 10)
	return okA && okB && x.Cmp(y) < 0
}

func everybody(*rpc.Session) bool { return true }

// distrust ends all sessions when the database was away for so long that it may
// have forgotten what was revoked meanwhile.
func (r *Revoker) distrust() {
	if r.since == "" || elapsed(r.heard, time.Now()) < revokedAway {
		return
	}
	r.logger.Warn("revocations could not be read for too long: no session is trusted")
	r.sessions.Revoke(everybody)
	r.heard = time.Now()
}

// elapsed returns how long ago earlier was: the monotonic clock stands still while
// the machine is suspended, and the other one may be set back.
func elapsed(earlier, now time.Time) time.Duration {
	return max(now.Sub(earlier), now.Round(0).Sub(earlier.Round(0)))
}

// answered lets the first n of those go on who wait.
func (r *Revoker) answered(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.waiting[:n] {
		close(c)
	}
	r.waiting = append(r.waiting[:0], r.waiting[n:]...)
}

// down lets everybody go on: nothing will be known soon.
func (r *Revoker) down() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.up = false
	for _, c := range r.waiting {
		close(c)
	}
	r.waiting = nil
}

// isLack reports whether err says that the database has not what `spgen migrate`
// installs, or that the role may not use it.
func isLack(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == pgerrcode.UndefinedFunction || pg.Code == pgerrcode.InvalidSchemaName || pg.Code == pgerrcode.InsufficientPrivilege)
}

// lack says once what is missing.
func (r *Revoker) lack(err error) {
	if r.lacks {
		return
	}
	r.lacks = true
	r.logger.Warn("sessions cannot be revoked: the database lacks spgen.revocations, or the server's role may not call it; run `spgen migrate`, or what `spgen migrate --runtime-sql` prints", "error", err)
}
