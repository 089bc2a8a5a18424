package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
)

// release keeps the present contract as a release.
type release struct {
	diff
	date string
}

func newRelease(env environment) *cobra.Command {
	r := &release{diff: diff{generate: generate{env: env}}}
	cmd := &cobra.Command{
		Use:   "release VERSION",
		Short: "Keep the contract as a release, from which the docs tell what changed",
		Long: `Copy the contract to schema/history/VERSION.json. The docs then say for each
release what changed for clients, and ` + "`spgen diff --against VERSION`" + ` compares with it.

The lock has to be that of the database: run ` + "`spgen generate`" + ` before. A version is
numbers with dots, such as 1.4, v2.0.1-rc.1 or 2026-11, later than those before
it. A release is never changed.`,
		Example: "  spgen release 1.4",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	r.register(cmd)
	cmd.Flags().StringVar(&r.date, "date", "", "when it is released, YYYY-MM-DD (default: today)")
	return cmd
}

func (r *release) run(cmd *cobra.Command, version string) error {
	if err := r.complete(r.env.getenv); err != nil {
		return err
	}
	today := time.Now().Format(time.DateOnly)
	if r.date == "" {
		r.date = today
	}
	if err := errors.Join(contract.CheckVersion(version), contract.CheckDate(r.date)); err != nil {
		return usage(err)
	}
	if r.date > time.Now().AddDate(0, 0, 1).Format(time.DateOnly) {
		return usage(fmt.Errorf("--date %s: that is to come, and today is %s", r.date, today))
	}
	var (
		report *gen.Report
		path   string
	)
	err := r.migrated(cmd.Context(), func(conn *pgx.Conn, _ bool) (err error) {
		path, report, err = gen.Release(cmd.Context(), conn, r.schema, version, r.date)
		return err
	})
	var refused *gen.ReleaseError
	if errors.As(err, &refused) {
		return usage(err)
	}
	if err != nil {
		return r.fail(report, diag.TextFormat, err)
	}
	return r.tell(report, path, version)
}

// tell says what was released, or why nothing was.
func (r *release) tell(report *gen.Report, path, version string) error {
	if err := r.print(report.Diagnostics, diag.TextFormat); err != nil {
		return err
	}
	switch {
	case report.Diagnostics.HasErrors():
		return &exitError{code: exitFailed}
	case path == "":
		return &exitError{code: exitDrift, err: errors.New("the lock is not that of the database: run `spgen generate`, look at what changes, and release then")}
	}
	_, err := fmt.Fprintf(r.env.stdout, "%sreleased %s as %s: %s\nnext: spgen generate, then commit\n",
		r.changed(report.Changes), version, path, count(report.Methods, "method"))
	return err
}

// changed renders what the release changes.
func (r *release) changed(changes []contract.Change) string {
	if len(changes) == 0 {
		return ""
	}
	return string(r.changes(changes)) + "\n"
}
