package migrate

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// record writes down what was installed and forgets what is gone.
func (in *installer) record(ctx context.Context, p *plan) error {
	if err := in.send(ctx, in.settings); err != nil {
		return fmt.Errorf("restore the session's settings: %w", err)
	}
	var b pgx.Batch
	for _, f := range p.install {
		b.Queue(`
			insert into spgen.installed_function (path, sha256, routines)
			values ($1, $2, $3)
			on conflict (path) do update
			       set sha256 = excluded.sha256, routines = excluded.routines, installed_at = now()`,
			f.path, f.sha256, in.done[f.path].identities())
	}
	for _, path := range p.gone {
		b.Queue("delete from spgen.installed_function where path = $1", path)
	}
	if err := in.tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("record what was installed: %w", err)
	}
	return nil
}
