package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// installer is one transaction that installs files of functions/.
type installer struct {
	src      *source
	st       *state
	tx       pgx.Tx
	settings string             // SQL that restores what a file may have set
	seen     map[uint32]string  // routines touched so far: OID → ctid
	done     map[string]install // by path
	dropped  map[string]bool    // identities, since the transaction began
}

// install is what a file defined.
type install struct {
	file     file
	routines []routine
}

func (i install) identities() []string {
	ids := make([]string, len(i.routines))
	for n, r := range i.routines {
		ids[n] = r.identity
	}
	return ids
}

// installFunctions installs the files that changed, all in one transaction.
func installFunctions(ctx context.Context, conn *pgx.Conn, src *source, settings string, o Options, report *Report) error {
	// read again: migrations may have dropped routines
	st, err := readState(ctx, conn)
	if err != nil {
		return err
	}
	p := newPlan(src, st)
	if p.empty() {
		return nil
	}
	var done Report
	// in one snapshot what others create meanwhile is not taken for a file's
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead}
	err = pgx.BeginTxFunc(ctx, conn, opts, func(tx pgx.Tx) error {
		in := &installer{
			src: src, st: st, tx: tx, settings: settings,
			seen: map[uint32]string{}, done: map[string]install{}, dropped: map[string]bool{},
		}
		return in.run(ctx, p, &done)
	})
	if err != nil {
		return err
	}
	report.Functions, report.Dropped, report.Warnings = done.Functions, done.Dropped, done.Warnings
	for _, f := range done.Functions {
		o.Logger.InfoContext(ctx, "installed function", "path", f.Path, "routines", f.Routines, "reason", string(f.Reason))
	}
	for _, d := range done.Dropped {
		o.Logger.InfoContext(ctx, "dropped function", "routine", d.Routine, "path", d.Path, "reason", string(d.Reason))
	}
	for _, w := range done.Warnings {
		o.Logger.WarnContext(ctx, "function needs attention", "routine", w.Routine, "path", w.Path, "warning", w.Message)
	}
	return nil
}

func (in *installer) run(ctx context.Context, p *plan, report *Report) error {
	if err := in.begin(ctx); err != nil {
		return err
	}
	if err := in.installAll(ctx, p); err != nil {
		return err
	}
	owners, err := in.owners()
	if err != nil {
		return err
	}
	if err := in.dropStale(ctx, p, owners); err != nil {
		return err
	}
	warnings, err := in.checkRights(ctx, p)
	if err := errors.Join(err, in.validateAll(ctx, p)); err != nil {
		return err
	}
	report.Warnings = warnings
	report.Dropped = in.drops(p, owners)
	for _, f := range p.install {
		report.Functions = append(report.Functions, FunctionFile{
			Path: f.path, Routines: in.done[f.path].identities(), Reason: p.reason[f.path],
		})
	}
	return in.record(ctx, p)
}

// begin prepares the transaction.
func (in *installer) begin(ctx context.Context) error {
	// bodies may name each other, so they are read when all are there; and
	// routinesSQL asks for the transaction's number, which it has only now
	if err := in.send(ctx, "set local check_function_bodies = off; select pg_current_xact_id()"); err != nil {
		return fmt.Errorf("begin to install functions: %w", err)
	}
	// none, unless transaction numbers have wrapped around
	_, err := in.touched(ctx)
	return err
}

// send runs statements without parameters, any number of them.
func (in *installer) send(ctx context.Context, sql string) error {
	_, err := in.tx.Conn().PgConn().Exec(ctx, sql).ReadAll()
	return err
}

func (in *installer) fault(f file, body string, err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return fmt.Errorf("%s: %w", in.src.name(f.path), err)
	}
	return in.src.sqlError(f, sentSQL{text: f.text, whole: f.text, body: body}, pg)
}

// touched returns the routines that changed since it was last asked.
func (in *installer) touched(ctx context.Context) ([]routine, error) {
	all, err := readRoutines(ctx, in.tx, true)
	if err != nil {
		return nil, fmt.Errorf("find the routines of a file: %w", err)
	}
	if err := in.send(ctx, in.settings); err != nil {
		return nil, fmt.Errorf("restore the session's settings: %w", err)
	}
	fresh := slices.DeleteFunc(all, func(r routine) bool { return in.seen[r.oid] == r.ctid })
	for _, r := range fresh {
		in.seen[r.oid] = r.ctid
	}
	return fresh, nil
}

// savepoint runs do and undoes it when it fails.
func (in *installer) savepoint(ctx context.Context, do func() error) error {
	if err := in.send(ctx, "savepoint spgen"); err != nil {
		return fmt.Errorf("begin a savepoint: %w", err)
	}
	err := do()
	end := "release savepoint spgen"
	if err != nil {
		end = "rollback to savepoint spgen; release savepoint spgen"
	}
	if !in.inTransaction() {
		return err
	}
	if endErr := in.send(ctx, end); endErr != nil {
		return errors.Join(err, fmt.Errorf("end a savepoint: %w", endErr))
	}
	return err
}

// inTransaction reports whether the transaction goes on, failed or not.
func (in *installer) inTransaction() bool {
	s := in.tx.Conn().PgConn().TxStatus()
	return s == 'T' || s == 'E'
}
