package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

func (r *reader) readConstraints(ctx context.Context, tx pgx.Tx) error {
	return query(ctx, tx, constraintsSQL, nil, func(row pgx.Rows) error {
		var (
			c                            Constraint
			kind                         string
			referred, onDelete, onUpdate *string
			columns                      []string
		)
		err := row.Scan(&c.Schema, &c.Table, &c.Domain, &c.Name, &kind, &c.Columns, &c.Where, &c.Deferred, &referred, &columns, &onDelete, &onUpdate)
		if err != nil {
			return err
		}
		if c.Kind, err = letter(kind); err != nil {
			return fmt.Errorf("%s.%s: %w", c.Schema, c.Name, err)
		}
		if referred != nil && onDelete != nil && onUpdate != nil {
			if c.Foreign, err = newReferred(*referred, columns, *onDelete, *onUpdate); err != nil {
				return fmt.Errorf("%s.%s: %w", c.Schema, c.Name, err)
			}
		}
		r.cat.Constraints = append(r.cat.Constraints, c)
		return nil
	})
}

func newReferred(table string, columns []string, onDelete, onUpdate string) (*Referred, error) {
	deleted, err := letter(onDelete)
	if err != nil {
		return nil, err
	}
	updated, err := letter(onUpdate)
	return &Referred{Table: table, Columns: columns, OnDelete: Action(deleted), OnUpdate: Action(updated)}, err
}
