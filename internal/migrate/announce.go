package migrate

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed announce.sql
var announceSQL string

const unannounced = "running servers are not told of changes to the schema and ask for them instead: " +
	"only a superuser may create event triggers; migrate as one, once, to have them"

// announce creates the event triggers that tell running servers of DDL. Without
// the right to do so, servers find out by themselves. Triggers that are there,
// disabled ones too, stay as they are.
func announce(ctx context.Context, conn *pgx.Conn, report *Report) error {
	var n int
	err := conn.QueryRow(ctx, `
		select count(*)
		  from pg_catalog.pg_event_trigger e
		 where e.evtname in ('spgen_ddl', 'spgen_drop')`).Scan(&n)
	if err == nil && n < 2 {
		_, err = conn.Exec(ctx, "drop event trigger if exists spgen_ddl; drop event trigger if exists spgen_drop;"+announceSQL)
	}
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pg) && pg.Code == pgerrcode.InsufficientPrivilege:
		report.Notes = append(report.Notes, unannounced)
		return nil
	}
	return fmt.Errorf("create the event triggers that announce changes: %w", err)
}
