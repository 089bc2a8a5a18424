package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/lint"
)

// check is all that CI wants to know, in one command.
type check struct {
	breaking
	linting bool
}

func newCheck(env environment) *cobra.Command {
	c := &check{breaking: breaking{diff: diff{generate: generate{env: env, check: true}}}}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Fail when database, manifest, lock and generated files do not fit together",
		Long: `Run everything that CI should hold against a change, and write nothing:

  - the manifest against the database: unmapped and missing functions, shapes
  - the lock and the generated files against both (exit code 3)
  - the examples of comments, which are called, against what the docs show (exit code 3)
  - with --lint, the errors of ` + "`spgen lint`" + `, without its warnings (exit code 100)
  - with --against, the lock against that of a git ref, as ` + "`spgen breaking`" + ` does (exit code 100)

All of it is printed; the exit code is 1 for errors, else 3, else 100.`,
		Example: "  spgen check --against origin/main",
		RunE:    c.run,
	}
	c.register(cmd)
	cmd.Flags().StringVar(&c.out, "out", "", "output directory, inside a Go module (default: generated/ of the module)")
	cmd.Flags().StringVar(&c.format, "format", "text", "of findings: text, json or github")
	cmd.Flags().BoolVar(&c.linting, "lint", false, "fail for errors of lint, too")
	c.registerAgainst(cmd)
	c.registerExamples(cmd)
	return cmd
}

func (c *check) run(cmd *cobra.Command, _ []string) error {
	format, formatErr := diag.ParseFormat(c.format)
	level, levelErr := c.level()
	if err := errors.Join(formatErr, levelErr); err != nil {
		return usage(err)
	}
	if err := c.complete(c.env.getenv); err != nil {
		return err
	}
	start := time.Now()
	report, err := c.generate.generate(cmd.Context())
	if err != nil {
		return c.fail(report, format, err)
	}
	wrong, err := c.lint(cmd.Context(), report)
	if err != nil {
		return err
	}
	var broken *gen.Report
	if c.against != "" && report.Lock != gen.LockNew {
		if broken, err = c.report(cmd.Context()); err != nil {
			return err
		}
	}
	if format != diag.TextFormat {
		return c.together(report, wrong, broken, level, format)
	}
	outcomes := []error{c.conclude(report, format, time.Since(start)), c.print(wrong, format), verdictOf(wrong)}
	if broken != nil {
		outcomes = append(outcomes, c.show(broken, format), verdict(broken, level))
	}
	return worst(outcomes)
}

// lint returns the errors of `spgen lint` that are not in report.
func (c *check) lint(ctx context.Context, report *gen.Report) (diag.List, error) {
	if !c.linting || report.Diagnostics.Stops() {
		return nil, nil
	}
	l := &linter{place: c.place, env: c.env}
	in, err := l.look(ctx)
	if err != nil {
		return nil, err
	}
	in.Found = nil
	filter, err := lint.NewFilter("error", nil, nil)
	if err != nil {
		return nil, err
	}
	return lint.List(filter.Apply(lint.Run(in))), nil
}

func verdictOf(wrong diag.List) error {
	if len(wrong) > 0 {
		return &exitError{code: exitFindings}
	}
	return nil
}

// together prints everything as one list, for programs.
func (c *check) together(report *gen.Report, wrong diag.List, broken *gen.Report, level contract.Level, format diag.Format) error {
	all := append(append(diag.List{}, report.Diagnostics...), wrong...)
	outcomes := []error{verdictOf(wrong)}
	if broken != nil {
		all = append(append(all, broken.Diagnostics...), findings(broken.Changes, broken.Places)...)
		outcomes = append(outcomes, verdict(broken, level))
	}
	all.Sort()
	switch {
	case report.Diagnostics.HasErrors():
		outcomes = append(outcomes, &exitError{code: exitFailed})
	case report.Stale():
		outcomes = append(outcomes, &exitError{code: exitDrift})
	}
	return worst(append(outcomes, c.print(all, format)))
}

// worst returns the outcome that decides the exit code.
func worst(outcomes []error) error {
	for _, code := range []int{exitUsage, exitFailed, exitDrift, exitFindings} {
		for _, err := range outcomes {
			if err != nil && codeOf(err) == code {
				return err
			}
		}
	}
	return errors.Join(outcomes...)
}
