package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/diag"
)

// check is all that CI wants to know, in one command.
type check struct {
	breaking
}

func newCheck(env environment) *cobra.Command {
	c := &check{breaking{diff: diff{generate: generate{env: env, check: true}}}}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Fail when database, manifest, lock and generated files do not fit together",
		Long: `Run everything that CI should hold against a change, and write nothing:

  - the manifest against the database: unmapped and missing functions, shapes
  - the lock and the generated files against both (exit code 3)
  - with --against, the lock against that of a git ref, as ` + "`spgen breaking`" + ` does (exit code 100)

All of it is printed; the exit code is 1 for errors, else 3, else 100.`,
		Example: "  spgen check --against origin/main",
		RunE:    c.run,
	}
	c.register(cmd)
	cmd.Flags().StringVar(&c.out, "out", "", "output directory, inside a Go module (default: generated/ of the module)")
	cmd.Flags().StringVar(&c.format, "format", "text", "of findings: text, json or github")
	c.registerAgainst(cmd)
	return cmd
}

func (c *check) run(cmd *cobra.Command, _ []string) error {
	format, err := diag.ParseFormat(c.format)
	if err != nil {
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
	outcomes := []error{c.conclude(report, format, time.Since(start))}
	if c.against != "" {
		outcomes = append(outcomes, c.compare(cmd.Context(), format))
	}
	return worst(outcomes)
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
