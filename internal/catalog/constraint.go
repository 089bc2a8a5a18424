package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

func (r *reader) readConstraints(ctx context.Context, tx pgx.Tx) error {
	return query(ctx, tx, constraintsSQL, nil, func(row pgx.Rows) error {
		var (
			c    Constraint
			kind string
		)
		err := row.Scan(&c.Schema, &c.Table, &c.Domain, &c.Name, &kind, &c.Columns)
		if err != nil {
			return err
		}
		if c.Kind, err = letter(kind); err != nil {
			return fmt.Errorf("%s.%s: %w", c.Schema, c.Name, err)
		}
		r.cat.Constraints = append(r.cat.Constraints, c)
		return nil
	})
}
