package migrate

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// installAll runs the files by path, and those that miss something or are in
// something's way once more when others have been run, until that helps no
// longer. It reports every file that is wrong.
func (in *installer) installAll(ctx context.Context, p *plan) error {
	var wrong []error
	cleared := false
	for files := p.install; len(files) > 0; {
		later, blocked, failed := in.installSome(ctx, files)
		wrong = append(wrong, failed...)
		if len(later) < len(files) {
			files = later
			continue
		}
		if cleared || len(wrong) > 0 {
			return errors.Join(append(wrong, blocked...)...)
		}
		// a routine may have moved here from a file that defines it no more
		if err := in.dropStale(ctx, p, in.settled(p)); err != nil {
			return errors.Join(append(blocked, err)...)
		}
		cleared = true
	}
	return errors.Join(wrong...)
}

// installSome runs each of the files once. Later are those that failed but may
// succeed after others, with their errors in blocked; failed are other errors.
func (in *installer) installSome(ctx context.Context, files []file) (later []file, blocked, failed []error) {
	for _, f := range files {
		err := in.install(ctx, f)
		switch {
		case err == nil:
		case retryable(err):
			later, blocked = append(later, f), append(blocked, err)
		default:
			failed = append(failed, err)
			if !in.inTransaction() {
				return nil, nil, failed
			}
		}
	}
	return later, blocked, failed
}

// mayPass are errors that may go away when other files are installed: defaults
// and bodies of BEGIN ATOMIC are resolved at once.
var mayPass = map[string]bool{
	pgerrcode.UndefinedFunction:          true,
	pgerrcode.UndefinedTable:             true,
	pgerrcode.UndefinedObject:            true,
	pgerrcode.UndefinedColumn:            true,
	pgerrcode.InvalidFunctionDefinition:  true,
	pgerrcode.DependentObjectsStillExist: true,
}

// irreplaceable is what CREATE OR REPLACE says when it cannot.
var irreplaceable = map[string]bool{
	pgerrcode.InvalidFunctionDefinition: true, // another return type or argument name
	pgerrcode.WrongObjectType:           true, // a procedure instead of a function
	pgerrcode.InsufficientPrivilege:     true, // another owner
}

func retryable(err error) bool {
	var e *SQLError
	return errors.As(err, &e) && mayPass[e.SQLState]
}

// install runs one file. When PostgreSQL cannot replace a routine by one of
// another shape or owner, what the file defined before is dropped first.
func (in *installer) install(ctx context.Context, f file) error {
	err := in.execute(ctx, f)
	var e *SQLError
	was := in.st.functions[f.path].routines
	if !errors.As(err, &e) || !irreplaceable[e.SQLState] || len(was) == 0 {
		return err
	}
	return in.savepoint(ctx, func() error {
		for _, r := range was {
			if err := in.drop(ctx, r, f.path); err != nil {
				return err
			}
		}
		return in.execute(ctx, f)
	})
}

// execute runs the statements of f and finds out which routines they made.
func (in *installer) execute(ctx context.Context, f file) error {
	return in.savepoint(ctx, func() error {
		if err := in.sendFile(ctx, f); err != nil {
			return err
		}
		if err := in.send(ctx, in.settings); err != nil {
			return fmt.Errorf("restore the session's settings: %w", err)
		}
		made, err := in.touched(ctx)
		if err != nil {
			return err
		}
		if len(made) == 0 {
			return fmt.Errorf("%s: it defines no routine: write one create or replace function in it, and other statements in a migration",
				in.src.name(f.path))
		}
		for _, r := range made {
			if r.builtin {
				return fmt.Errorf("%s: it alters %s, which is PostgreSQL's or an extension's: put that into a migration",
					in.src.name(f.path), r.identity)
			}
		}
		in.done[f.path] = install{file: f, routines: made}
		return nil
	})
}

// sendFile sends the statements of f in one round trip. Each is a message of its
// own, as PostgreSQL takes only one statement with parameters: what split takes
// for one cannot be two.
func (in *installer) sendFile(ctx context.Context, f file) error {
	var b pgconn.Batch
	all := split(f.text)
	for _, st := range all {
		b.ExecParams(st.text, nil, nil, nil, nil)
	}
	done, err := in.tx.Conn().PgConn().ExecBatch(ctx, &b).ReadAll()
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &pg) || len(done) >= len(all):
		return fmt.Errorf("%s: %w", in.src.name(f.path), err)
	}
	wrong := all[len(done)]
	return in.src.sqlError(f, sentSQL{text: wrong.text, whole: f.text, base: wrong.offset}, pg)
}
