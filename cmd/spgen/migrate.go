package main

import (
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/migrate"
)

func newMigrate(env environment) *cobra.Command {
	var (
		p       place
		runtime bool
	)
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Apply migrations, and install functions that changed",
		Long: `Apply the migrations of the schema directory that the database has not seen, and
install the function files that changed since. All functions change in one
transaction. Functions whose file was removed are dropped. What servers use at run
time is kept in the schema spgen; --runtime-sql prints the SQL of that alone, for
databases that are migrated by other means.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.complete(env.getenv); err != nil {
				return err
			}
			if runtime {
				_, err := fmt.Fprint(env.stdout, migrate.RuntimeSQLOf(os.DirFS(p.schema)))
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
	cmd.Flags().BoolVar(&runtime, "runtime-sql", false, "print the SQL of what servers use at run time, and use no database")
	return cmd
}
