package migrate

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed rights.sql
var rightsSQL string

// definer is a SECURITY DEFINER routine: who calls it has its owner's rights.
type definer struct {
	oid       uint32
	owner     string
	superuser bool
	pathSet   bool
}

// checkRights refuses the installed routines that give the rights of a superuser
// away, and returns warnings about others.
func (in *installer) checkRights(ctx context.Context, p *plan) ([]Warning, error) {
	definers, err := in.definers(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("look for SECURITY DEFINER: %w", err)
	}
	var (
		warnings []Warning
		errs     []error
	)
	for _, f := range p.install {
		for _, r := range in.done[f.path].routines {
			d, ok := definers[r.oid]
			if !ok {
				continue
			}
			if d.superuser {
				errs = append(errs, in.src.superuserError(f, r, d))
			}
			if !d.pathSet {
				warnings = append(warnings, Warning{Path: f.path, Routine: r.identity, Message: noSearchPath})
			}
		}
	}
	return warnings, errors.Join(errs...)
}

const noSearchPath = "SECURITY DEFINER without search_path: its caller chooses what the names in it mean; " +
	"add `set search_path = pg_catalog, pg_temp`"

func (s *source) superuserError(f file, r routine, d definer) *SQLError {
	return &SQLError{
		File: s.name(f.path),
		Message: fmt.Sprintf("%s is SECURITY DEFINER and would belong to %s, a superuser: its callers could do anything to the server",
			r.identity, d.owner),
		Hint: "begin the file with `set local role <owner>;`, naming the role that owns the tables and is no superuser",
	}
}

// definers returns the routines of installed files that are SECURITY DEFINER.
func (in *installer) definers(ctx context.Context, p *plan) (map[uint32]definer, error) {
	var oids []uint32
	for _, f := range p.install {
		for _, r := range in.done[f.path].routines {
			oids = append(oids, r.oid)
		}
	}
	rows, err := in.tx.Query(ctx, rightsSQL, oids)
	if err != nil {
		return nil, err
	}
	found := map[uint32]definer{}
	var d definer
	_, err = pgx.ForEachRow(rows, []any{&d.oid, &d.owner, &d.superuser, &d.pathSet}, func() error {
		found[d.oid] = d
		return nil
	})
	return found, err
}
