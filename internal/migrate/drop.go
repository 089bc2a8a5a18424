package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// owners returns the file of each routine that a file of the directory defines.
func (in *installer) owners() (map[string]string, error) {
	owners := map[string]string{}
	for _, f := range in.src.functions {
		for _, id := range in.defined(f.path) {
			if other, ok := owners[id]; ok {
				return nil, fmt.Errorf("%s: it defines or alters %s, as %s does: leave it to one of them",
					in.src.name(f.path), id, in.src.name(other))
			}
			owners[id] = f.path
		}
	}
	return owners, nil
}

// settled is owners without the files that are still to be installed.
func (in *installer) settled(p *plan) map[string]string {
	owners := map[string]string{}
	for _, f := range in.src.functions {
		if _, ok := in.done[f.path]; !ok && p.reason[f.path] != "" {
			continue
		}
		for _, id := range in.defined(f.path) {
			owners[id] = f.path
		}
	}
	return owners
}

// defined returns the routines of a file: as just installed, or as before.
func (in *installer) defined(path string) []string {
	if i, ok := in.done[path]; ok {
		return i.identities()
	}
	return in.st.functions[path].routines
}

// drops lists what files had defined before, is there, and has no owner.
func (in *installer) drops(p *plan, owners map[string]string) []Drop {
	var drops []Drop
	add := func(path string, why Reason) {
		for _, id := range in.st.functions[path].routines {
			if owners[id] == "" && in.st.present[id] {
				drops = append(drops, Drop{Routine: id, Path: path, Reason: why})
			}
		}
	}
	for _, f := range p.install {
		add(f.path, SignatureChange)
	}
	for _, path := range p.gone {
		add(path, FileRemoved)
	}
	slices.SortFunc(drops, func(a, b Drop) int { return strings.Compare(a.Routine, b.Routine) })
	return slices.CompactFunc(drops, func(a, b Drop) bool { return a.Routine == b.Routine })
}

// dropStale drops what has no owner any more.
func (in *installer) dropStale(ctx context.Context, p *plan, owners map[string]string) error {
	for _, d := range in.drops(p, owners) {
		if in.dropped[d.Routine] {
			continue
		}
		if err := in.drop(ctx, d.Routine, d.Path); err != nil {
			return err
		}
		in.dropped[d.Routine] = true
	}
	return nil
}

func (in *installer) drop(ctx context.Context, identity, path string) error {
	err := in.send(ctx, "drop routine if exists "+identity)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	e := in.src.sqlError(file{path: path}, sentSQL{}, pg)
	e.Message = "drop what the file had defined: " + e.Message
	e.Hint = "change or drop in a migration what stands in the way"
	return e
}
