package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

type describe struct{ reading }

func newDescribe(env environment) *cobra.Command {
	d := &describe{reading{env: env}}
	cmd := &cobra.Command{
		Use:   "describe [METHOD]",
		Short: "Say everything about a method; without one, about the API",
		Long: `Say everything about a method: its parameters, result, access, errors, and a frame
to send. METHOD is an ID, a name or a function. Without one, the services, the
session and the errors of the API.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), args) },
	}
	d.register(cmd)
	cmd.Flags().BoolVar(&d.asJSON, "json", false, "as JSON")
	return cmd
}

func (d *describe) run(ctx context.Context, args []string) error {
	if err := d.complete(d.env.getenv); err != nil {
		return err
	}
	m, err := d.manifest()
	if err != nil {
		return err
	}
	model, err := d.model(ctx, m)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return d.api(model)
	}
	method, err := find(m, model, args[0])
	if err != nil {
		return err
	}
	return d.method(model, method)
}

// find returns the method that is called so.
func find(m *manifest.Manifest, model *ir.Model, who string) (*ir.Method, error) {
	var found []*ir.Method
	for _, x := range model.Methods {
		if x.Name == who || strconv.FormatUint(uint64(x.ID), 10) == who {
			return x, nil
		}
		if isFunction(x.Identity, who) {
			found = append(found, x)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return nil, usage(fmt.Errorf("%s is overloaded: name %s or %s", who, found[0].Name, found[1].Name))
	}
	return nil, notFound(m, model, who)
}

// isFunction reports whether who names a function: by its identity, or without
// its arguments or its schema.
func isFunction(identity, who string) bool {
	bare, _, _ := strings.Cut(identity, "(")
	_, name, _ := strings.Cut(bare, ".")
	_, unqualified, _ := strings.Cut(identity, ".")
	who = strings.ReplaceAll(who, ", ", ",")
	return who == identity || who == bare || who == name || who == unqualified
}

// notFound says why there is no method that is called who.
func notFound(m *manifest.Manifest, model *ir.Model, who string) error {
	for _, r := range m.Retired {
		if r.Name == who || strconv.FormatUint(uint64(r.ID), 10) == who {
			return &exitError{code: exitFailed, err: fmt.Errorf("method %d (%s) is retired: clients that call it get method_not_found", r.ID, r.Name)}
		}
	}
	for _, x := range m.Methods {
		if x.Name == who || strconv.FormatUint(uint64(x.ID), 10) == who {
			return &exitError{code: exitFailed, err: fmt.Errorf("method %d (%s) does not fit the database: `spgen generate` says why", x.ID, x.Name)}
		}
	}
	var names []string
	for _, x := range model.Methods {
		bare, _, _ := strings.Cut(x.Identity, "(")
		_, function, _ := strings.Cut(bare, ".")
		names = append(names, x.Name, function, x.Identity)
	}
	err := fmt.Errorf("there is no method %s", who)
	if near := diag.DidYouMean(who, names); near != "" {
		return usage(fmt.Errorf("%w: %s", err, near))
	}
	return usage(fmt.Errorf("%w: `spgen list` lists them", err))
}
