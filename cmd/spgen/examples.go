package main

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/devdb"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/example"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// exampleRunner returns what runs examples, or nil where they are not run: on a
// database that somebody named only if it is said.
func (g *generate) exampleRunner(config *pgx.ConnConfig, private bool) gen.RunExamples {
	if !g.runs && (!private || g.command.Flags().Changed(runExamples)) {
		return nil
	}
	return func(ctx context.Context, model *ir.Model, m *manifest.Manifest) (*gen.Examples, error) {
		out := &gen.Examples{}
		runner := example.Runner{Config: config, SchemaDir: g.schema, Output: g.env.stderr}
		if private {
			stage, err := devdb.Stage(ctx, config, os.DirFS(g.schema))
			if err != nil {
				out.Diagnostics.Notef("EXA013", diag.Pos{}, "examples run among the data of the private PostgreSQL, as its cluster takes the migrations only once: %v", err).
					Hintf("have migrations make roles, and what else the cluster shares, only where they are missing")
			} else {
				runner.Config = stage
			}
		}
		result, err := runner.Run(ctx, model, m)
		if err != nil {
			return nil, err
		}
		out.Transcripts, out.Hints = result.Transcripts, result.Hints
		out.Diagnostics = append(out.Diagnostics, result.Diagnostics...)
		return out, nil
	}
}

// registerExamples adds the flags about examples.
func (g *generate) registerExamples(cmd *cobra.Command) {
	g.command = cmd
	cmd.Flags().BoolVar(&g.runs, runExamples, false,
		"call the examples of the comments in the database, in transactions that are rolled back (default: in a private PostgreSQL only)")
	cmd.Flags().BoolVarP(&g.verbose, "verbose", "v", false, "say also which calls that were made up for the docs fail, and why")
}

const runExamples = "run-examples"

// printHints says why methods have no transcript.
func (g *generate) printHints(report *gen.Report, format diag.Format) error {
	if !g.verbose {
		return nil
	}
	return g.print(report.Hints, format)
}
