package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/manifest"
)

type linter struct {
	place
	env      environment
	format   string
	severity string
	only     []string
	except   []string
}

func newLint(env environment) *cobra.Command {
	l := &linter{env: env}
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Find what is allowed and yet wrong in the functions of the API",
		Long: `Look at the functions of the database for rights that are too wide, SQL that
clients could inject, state that stays on shared connections, volatility that does
not fit the body, types and results that clients regret, and missing docs. What
` + "`spgen generate`" + ` reports is among the findings, and what the extension
plpgsql_check says where the database has it.

A function's comment answers a finding with "@lint-ignore CODE reason".
` + "`spgen explain CODE`" + ` says what a code means. Nothing is written; exit code 100
says that there are warnings or errors.

A private PostgreSQL is brought up to the schema directory first. A database that
was named is read as it is: run ` + "`spgen migrate`" + ` before.`,
		RunE: l.run,
	}
	l.register(cmd)
	f := cmd.Flags()
	f.StringVar(&l.format, "format", "text", "of findings: text, json or github")
	f.StringVar(&l.severity, "severity", "note", "leave out what is less: note, warning or error")
	f.StringSliceVar(&l.only, "only", nil, "look for these codes only: SEC001,SEC002")
	f.StringSliceVar(&l.except, "except", nil, "leave these codes out")
	return cmd
}

func (l *linter) run(cmd *cobra.Command, _ []string) error {
	format, formatErr := diag.ParseFormat(l.format)
	filter, filterErr := lint.NewFilter(l.severity, l.only, l.except)
	if err := errors.Join(formatErr, filterErr); err != nil {
		return usage(err)
	}
	if err := l.complete(l.env.getenv); err != nil {
		return err
	}
	in, err := l.look(cmd.Context())
	if err != nil {
		return err
	}
	found := lint.Run(in)
	if in.Catalog != nil {
		found = filter.Apply(found) // a manifest that cannot be read is always worth a word
	}
	return l.print(in, found, format)
}

// look reads the database; the private one is brought up to the schema directory
// first.
func (l *linter) look(ctx context.Context) (in lint.Input, err error) {
	err = l.withDatabase(ctx, l.env, func(conn *pgx.Conn, private bool) (err error) {
		if private {
			if _, err := l.apply(ctx, conn, l.env.stderr); err != nil {
				return err
			}
		}
		in, err = l.read(ctx, conn)
		return err
	})
	return in, err
}

// read takes in what there is to look at.
func (l *linter) read(ctx context.Context, conn *pgx.Conn) (in lint.Input, err error) {
	in.Read = os.ReadFile
	in.Manifest, in.Found = manifest.Load(filepath.Join(l.schema, manifest.FileName))
	if in.Manifest.Schema == "" && in.Found.HasErrors() {
		return in, nil
	}
	cat, err := catalog.Read(ctx, conn, in.Manifest.Schema)
	if err != nil {
		return in, fmt.Errorf("introspect: %w", err)
	}
	if in.Audit, err = catalog.ReadAudit(ctx, conn, cat.Schema); err != nil {
		return in, err
	}
	if in.Sources, err = gen.Sources(l.schema, cat); err != nil {
		return in, fmt.Errorf("look for declarations: %w", err)
	}
	if in.Bodies, in.Checked, err = catalog.CheckBodies(ctx, conn, cat.Schema); err != nil {
		return in, fmt.Errorf("%w\nhint: update the extension, or drop it: lint looks at less without it", err)
	}
	model, found := ir.BuildFrom(cat, in.Manifest, in.Sources)
	in.Catalog, in.Model, in.Found = cat, model, append(in.Found, found...)
	return in, nil
}

func (l *linter) print(in lint.Input, found []lint.Finding, format diag.Format) error {
	o := diag.TextOptions{Color: colored(l.env.stdout, l.env.getenv), Read: os.ReadFile}
	if err := lint.Write(l.env.stdout, found, format, o); err != nil {
		return err
	}
	if len(found) == 0 && format == diag.TextFormat {
		fmt.Fprintf(l.env.stdout, "%s: nothing found\n", count(len(in.Catalog.Routines), "routine")) //nolint:errcheck // best effort
	}
	if lint.Fails(found) {
		return &exitError{code: exitFindings}
	}
	return nil
}
