package migrate

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// DefaultLockTimeout is how long Apply waits for another migration to end.
const DefaultLockTimeout = time.Minute

// Options are the choices of Apply. The zero value is good.
type Options struct {
	Logger      *slog.Logger  // default: none
	LockTimeout time.Duration // how long to wait for another migration; default: DefaultLockTimeout
	Dir         string        // what messages call the schema directory; default: "schema"
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = DefaultLockTimeout
	}
	if o.Dir == "" {
		o.Dir = "schema"
	}
	return o
}

// Apply brings the database up to the schema directory dir. The report says
// what was done and stays, also when an error ended it early. Errors are, among
// others, *SQLError, ErrLocked and ErrMigrationChanged.
//
// The connection must be outside of a transaction; other sessions may use the
// database meanwhile, and other migrations wait.
func Apply(ctx context.Context, conn *pgx.Conn, dir fs.FS, o Options) (Report, error) {
	o = o.withDefaults()
	var report Report
	src, err := readSource(dir, o.Dir)
	if err != nil {
		return report, err
	}
	if conn.PgConn().TxStatus() != 'I' {
		return report, errors.New("migrate: the connection is inside a transaction: end it first")
	}
	unlock, err := lock(ctx, conn, o)
	if err != nil {
		return report, err
	}
	err = apply(ctx, conn, src, o, &report)
	return report, errors.Join(err, unlock())
}

func apply(ctx context.Context, conn *pgx.Conn, src *source, o Options, report *Report) error {
	if err := ensureState(ctx, conn); err != nil {
		return err
	}
	if err := announce(ctx, conn, report); err != nil {
		return err
	}
	if err := installRuntime(ctx, conn, report); err != nil {
		return err
	}
	st, err := readState(ctx, conn)
	if err != nil {
		return err
	}
	settings, err := restoreSQL(ctx, conn)
	if err != nil {
		return err
	}
	if err := runMigrations(ctx, conn, src, st, settings, o, report); err != nil {
		return err
	}
	if err := grantRevoke(ctx, conn, src.dir, report); err != nil {
		return err
	}
	if err := installFunctions(ctx, conn, src, settings, o, report); err != nil {
		return err
	}
	if err := grantRevoke(ctx, conn, src.dir, report); err != nil {
		return err
	}
	return grantRuntime(ctx, conn, src.dir, report)
}

// Pending reports what Apply would do, as far as that can be told without doing
// it, and changes nothing. Its errors are those that Apply would begin with.
func Pending(ctx context.Context, conn *pgx.Conn, dir fs.FS) (Report, error) {
	var report Report
	src, err := readSource(dir, Options{}.withDefaults().Dir)
	if err != nil {
		return report, err
	}
	st, err := readState(ctx, conn)
	if err != nil {
		return report, err
	}
	if err := checkApplied(src, st); err != nil {
		return report, err
	}
	for _, m := range src.migrations[st.version:] {
		report.Migrations = append(report.Migrations, m.path)
	}
	p := newPlan(src, st)
	for _, f := range p.install {
		report.Functions = append(report.Functions, FunctionFile{
			Path: f.path, Routines: st.functions[f.path].routines, Reason: p.reason[f.path],
		})
	}
	for _, path := range p.gone {
		for _, r := range st.functions[path].routines {
			if st.present[r] {
				report.Dropped = append(report.Dropped, Drop{Routine: r, Path: path, Reason: FileRemoved})
			}
		}
	}
	return report, nil
}
