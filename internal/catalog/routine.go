package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// rawRoutine is a row of routines.sql: a routine whose types are still OIDs.
type rawRoutine struct {
	Routine
	quoted                     string // "schema"."name", quoted where needed
	kind, volatility, parallel string
	config                     []string
	returns                    uint32
	types                      []uint32 // of the arguments
	names, modes, defaults     []string // as long as types, or nil
}

func readRoutines(ctx context.Context, tx pgx.Tx, schema string) ([]rawRoutine, error) {
	var all []rawRoutine
	err := query(ctx, tx, routinesSQL, []any{schema}, func(row pgx.Rows) error {
		var r rawRoutine
		err := row.Scan(&r.Schema, &r.Name, &r.quoted, &r.kind, &r.returns, &r.ReturnsSet,
			&r.volatility, &r.parallel, &r.Strict, &r.Definer, &r.config, &r.Language, &r.Owner,
			&r.Comment, &r.Body, &r.Public, &r.Executors, &r.OwnerOut, &r.types, &r.names, &r.modes, &r.defaults)
		all = append(all, r)
		return err
	})
	return all, err
}

// usedTypes returns the types of all arguments and results, each once.
func usedTypes(raw []rawRoutine) []uint32 {
	var oids []uint32
	for i := range raw {
		oids = append(append(oids, raw[i].returns), raw[i].types...)
	}
	slices.Sort(oids)
	return slices.Compact(oids)
}

func (r *reader) nameRoutines(raw []rawRoutine) ([]Routine, error) {
	var all []Routine
	for i := range raw {
		routine, err := r.nameRoutine(&raw[i])
		if err != nil {
			return nil, fmt.Errorf("routine %s: %w", raw[i].quoted, err)
		}
		all = append(all, routine)
	}
	return all, nil
}

func (r *reader) nameRoutine(raw *rawRoutine) (Routine, error) {
	out := raw.Routine
	kind, err := letter(raw.kind)
	if err != nil {
		return out, err
	}
	out.Kind = RoutineKind(kind)
	if out.Volatility, err = letter(raw.volatility); err != nil {
		return out, err
	}
	if out.Parallel, err = letter(raw.parallel); err != nil {
		return out, err
	}
	if out.Return, err = r.name(raw.returns); err != nil {
		return out, err
	}
	if out.Args, err = r.nameArgs(raw); err != nil {
		return out, err
	}
	out.Config = parseConfig(raw.config)
	out.Identity = identity(raw.quoted, out.Args)
	return out, nil
}

func (r *reader) nameArgs(raw *rawRoutine) ([]Arg, error) {
	if len(raw.types) == 0 {
		return nil, nil
	}
	args := make([]Arg, len(raw.types))
	for i, oid := range raw.types {
		a := Arg{Name: at(raw.names, i, ""), Default: at(raw.defaults, i, "")}
		mode, err := letter(at(raw.modes, i, "i"))
		if err != nil {
			return nil, err
		}
		if a.Type, err = r.name(oid); err != nil {
			return nil, err
		}
		a.Mode = ArgMode(mode)
		args[i] = a
	}
	return args, nil
}

// at returns the element i of what is NULL when all elements are otherwise.
func at(column []string, i int, otherwise string) string {
	if i >= len(column) {
		return otherwise
	}
	return column[i]
}

// identity spells a routine as regprocedure prints it with an empty search_path.
func identity(quoted string, args []Arg) string {
	var types []string
	for _, a := range args {
		if a.IsInput() {
			types = append(types, a.Type)
		}
	}
	return quoted + "(" + strings.Join(types, ",") + ")"
}
