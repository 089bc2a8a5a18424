package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/diag"
)

func newExplain(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Say what a diagnostic code means; without one, list them",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, e := range diag.Explanations() {
					fmt.Fprintf(env.stdout, "%s  %s\n", e.Code, e.Title) //nolint:errcheck // best effort
				}
				return nil
			}
			return explain(env, strings.ToUpper(args[0]))
		},
	}
}

func explain(env environment, code string) error {
	e, ok := diag.Explain(code)
	if ok {
		_, err := fmt.Fprintf(env.stdout, "%s: %s\n\n%s\n", e.Code, e.Title, e.Text)
		return err
	}
	var codes []string
	for _, e := range diag.Explanations() {
		codes = append(codes, e.Code)
	}
	if near := diag.Nearest(code, codes); near != "" {
		return usage(fmt.Errorf("there is no code %s: did you mean %s?", code, near))
	}
	return usage(fmt.Errorf("there is no code %s: `spgen explain` lists them", code))
}
