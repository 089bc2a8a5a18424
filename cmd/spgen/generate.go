package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/project"
)

type generate struct {
	place
	env    environment
	out    string
	check  bool
	settle bool
	format string

	runs, verbose bool // about examples
	command       *cobra.Command
}

func newGenerate(env environment) *cobra.Command {
	g := &generate{env: env}
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write the Go API, the client and the docs from the database and the manifest",
		Long: `Read the functions of the database and schema/manifest.yaml, and write the Go API,
the Go client and the docs. Only files that changed are written; nothing is when
anything is wrong, but for a function that cannot be a method: its method is left
out, all else is written, and the exit code is 1.

The examples of the functions' comments are called in a database of their own, each
in a transaction that is rolled back, and the docs show what was answered. It is kept
in schema/examples.lock.json for runs on a database that was named, where nothing is
called without --run-examples.

A private PostgreSQL is brought up to the schema directory first. A database that
was named is read as it is: run ` + "`spgen migrate`" + ` before.`,
		RunE: g.run,
	}
	g.register(cmd)
	cmd.Flags().StringVar(&g.out, "out", "", "output directory, inside a Go module (default: generated/ of the module)")
	cmd.Flags().BoolVar(&g.check, "check", false, "write nothing; exit 3 when files are stale")
	cmd.Flags().BoolVar(&g.settle, "settle", false, "every database is migrated: stop serving those that lack what was added")
	cmd.Flags().StringVar(&g.format, "format", "text", "of findings: text, json or github")
	g.registerExamples(cmd)
	return cmd
}

func (g *generate) run(cmd *cobra.Command, _ []string) error {
	format, err := diag.ParseFormat(g.format)
	if err != nil {
		return usage(err)
	}
	if err := g.complete(g.env.getenv); err != nil {
		return err
	}
	start := time.Now()
	report, err := g.generate(cmd.Context())
	if err != nil {
		return g.fail(report, format, err)
	}
	return g.conclude(report, format, time.Since(start))
}

// generate runs the generator.
func (g *generate) generate(ctx context.Context) (report *gen.Report, err error) {
	if g.out == "" {
		root, err := project.Find(g.schema)
		if err != nil {
			return nil, usage(err)
		}
		g.out = relative(root.Generated())
	}
	err = g.migrated(ctx, func(conn *pgx.Conn, private bool) (err error) {
		report, err = gen.Run(ctx, conn, gen.Options{
			SchemaDir: g.schema, OutDir: g.out, DataDir: g.dataDir, Check: g.check, Settle: g.settle,
			RunExamples: g.exampleRunner(conn.Config(), private), Volatile: g.verbose || !private && g.runs,
		})
		return err
	})
	return report, err
}

// migrated calls f with the database; the private one is brought up to the
// schema directory first.
func (g *generate) migrated(ctx context.Context, f func(conn *pgx.Conn, private bool) error) error {
	return g.withDatabase(ctx, g.env, func(conn *pgx.Conn, private bool) error {
		if private {
			if _, err := g.apply(ctx, conn, g.env.stderr); err != nil {
				return err
			}
		}
		return f(conn, private)
	})
}

// fail prints what was found before err ended the run. Programs read err among
// the findings.
func (g *generate) fail(report *gen.Report, format diag.Format, err error) error {
	var found diag.List
	if report != nil {
		found = report.Diagnostics
	}
	if format == diag.TextFormat {
		return errors.Join(g.print(found, format), err)
	}
	var sql *migrate.SQLError
	switch {
	case errors.As(err, &sql):
		found.Errorf("SQL001", diag.Pos{File: sql.File, Line: sql.Line, Col: sql.Column}, "%s", sql.Message).Hint = sql.Hint
	case codeOf(err) == exitUnreachable:
		message, hint, _ := strings.Cut(err.Error(), "\nhint: ")
		found.Errorf("DB001", diag.Pos{}, "%s", message).Hint = hint
	default:
		return err
	}
	return errors.Join(g.print(found, format), &exitError{code: codeOf(err)})
}

// print writes findings: programs read them from stdout.
func (g *generate) print(found diag.List, format diag.Format) error {
	w := g.env.stderr
	if format != diag.TextFormat {
		w = g.env.stdout
	}
	return found.Write(w, format, diag.TextOptions{Color: colored(g.env.stderr, g.env.getenv), Read: os.ReadFile})
}

// conclude prints what was found and done.
func (g *generate) conclude(report *gen.Report, format diag.Format, elapsed time.Duration) error {
	if err := errors.Join(g.print(report.Diagnostics, format), g.printHints(report, format)); err != nil {
		return err
	}
	if report.Diagnostics.Stops() {
		if format == diag.TextFormat {
			fmt.Fprintln(g.env.stderr, "nothing was written") //nolint:errcheck // best effort
		}
		return &exitError{code: exitFailed}
	}
	if format == diag.TextFormat {
		g.summary(g.env.stdout, report, elapsed)
		leftOut(g.env.stderr, report.LeftOut)
	}
	if report.Diagnostics.HasErrors() {
		return &exitError{code: exitFailed}
	}
	if g.check && report.Stale() {
		return &exitError{code: exitDrift, err: errors.New("what was generated is stale: run `spgen generate` and commit the result")}
	}
	return nil
}

func (g *generate) summary(w io.Writer, report *gen.Report, elapsed time.Duration) {
	verbs := [2]string{"wrote", "removed"}
	if g.check {
		verbs = [2]string{"stale", "left over"}
	}
	for _, name := range report.Written {
		fmt.Fprintln(w, verbs[0], filepath.Join(g.out, name)) //nolint:errcheck // best effort
	}
	for _, name := range report.Removed {
		fmt.Fprintln(w, verbs[1], filepath.Join(g.out, name)) //nolint:errcheck // best effort
	}
	for _, f := range []struct {
		state gen.LockState
		name  string
	}{{report.Lock, contract.LockFile}, {report.Examples, gen.ExamplesFile}} {
		if f.state == gen.LockNew || f.state == gen.LockChanged {
			fmt.Fprintln(w, verbs[0], filepath.Join(g.schema, f.name)) //nolint:errcheck // best effort
		}
	}
	fmt.Fprintf(w, "%s, %s: %d changed, %d unchanged, in %s\n", count(report.Methods, "method"), //nolint:errcheck // best effort
		count(len(report.Written)+report.Unchanged, "file"), len(report.Written), report.Unchanged, elapsed.Round(time.Millisecond))
	if len(report.Changes) > 0 {
		fmt.Fprintf(w, "\nwhat changes for clients:\n%s", g.changes(report.Changes)) //nolint:errcheck // best effort
	}
}

// changes renders changes of the contract.
func (g *generate) changes(changes []contract.Change) []byte {
	return contract.Text(changes, contract.TextOptions{Color: colored(g.env.stdout, g.env.getenv)})
}

// leftOut names the methods that were not generated.
func leftOut(w io.Writer, methods []ir.LeftOut) {
	if len(methods) == 0 {
		return
	}
	names := make([]string, len(methods))
	for i, m := range methods {
		names[i] = fmt.Sprintf("%s (%s)", m.Name, m.Identity)
	}
	fmt.Fprintf(w, "%s left out: %s\n", count(len(names), "method"), strings.Join(names, ", ")) //nolint:errcheck // best effort
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
