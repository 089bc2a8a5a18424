package migrate

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed validate.sql
var validateSQL string

// errUndo ends a savepoint whose work is done.
var errUndo = errors.New("undo")

// validateAll has the bodies that files defined read by their languages, as
// CREATE FUNCTION would have done, but when all routines are there. It reports
// every file that is wrong.
func (in *installer) validateAll(ctx context.Context, p *plan) error {
	var errs []error
	for _, f := range p.install {
		for _, r := range in.done[f.path].routines {
			errs = append(errs, in.validate(ctx, f, r))
		}
	}
	return errors.Join(errs...)
}

func (in *installer) validate(ctx context.Context, f file, r routine) error {
	var (
		check, owner, body string
		config             []string
	)
	err := in.tx.QueryRow(ctx, validateSQL, r.oid).Scan(&check, &owner, &config, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("validate %s: %w", r.identity, err)
	}
	err = in.savepoint(ctx, func() error {
		if err := in.send(ctx, validationSettings(owner, config)); err != nil {
			return fmt.Errorf("validate %s as %s: %w", r.identity, owner, err)
		}
		if err := in.send(ctx, check); err != nil {
			return in.fault(f, body, err)
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

// validationSettings is SQL that sets what the routine will see: its owner's
// rights and its SET clauses.
func validationSettings(owner string, config []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "select pg_catalog.set_config('role', %s, true);", quote(owner))
	for _, c := range config {
		name, value, _ := strings.Cut(c, "=")
		fmt.Fprintf(&b, "select pg_catalog.set_config(%s, %s, true);", quote(name), quote(value))
	}
	b.WriteString("select pg_catalog.set_config('check_function_bodies', 'on', true);")
	return b.String()
}
