package main

import (
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"
)

func newMigrate(env environment) *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Apply migrations, and install functions that changed",
		Long: `Apply the migrations of the schema directory that the database has not seen, and
install the function files that changed since. All functions change in one
transaction. Functions whose file was removed are dropped.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.complete(env.getenv); err != nil {
				return err
			}
			return p.withDatabase(cmd.Context(), env, func(conn *pgx.Conn, _ bool) error {
				report, err := p.apply(cmd.Context(), conn, env.stdout)
				if err == nil && report.Empty() {
					fmt.Fprintln(env.stdout, "nothing to do") //nolint:errcheck // best effort
				}
				return err
			})
		},
	}
	p.register(cmd)
	return cmd
}
