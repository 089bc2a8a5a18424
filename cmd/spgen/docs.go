package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/project"
)

// reader finds and opens the generated documentation.
type reader struct {
	generate
	open  bool
	fresh bool
}

func newDocs(env environment) *cobra.Command {
	d := &reader{generate: generate{env: env, format: string(diag.TextFormat)}}
	cmd := &cobra.Command{
		Use:   "docs",
		Short: "Say where the docs of the API are, or open them in a browser",
		Long: `Print where the docs of the API are. The file needs no server: --open opens it in
the browser, that of $BROWSER if it is set. From a running server the same page
comes at /docs/.

The docs are as the last ` + "`spgen generate`" + ` made them; --generate makes them first.`,
		Example: "  spgen docs --open",
		RunE:    d.run,
	}
	d.register(cmd)
	cmd.Flags().StringVar(&d.out, "out", "", "output directory of `spgen generate` (default: generated/ of the module)")
	cmd.Flags().BoolVar(&d.open, "open", false, "open them in a browser")
	cmd.Flags().BoolVar(&d.fresh, "generate", false, "generate first, as `spgen generate` does")
	return cmd
}

func (d *reader) run(cmd *cobra.Command, args []string) error {
	if d.fresh {
		if err := d.make(cmd); err != nil {
			return err
		}
	}
	out, err := d.directory()
	if err != nil {
		return err
	}
	page := filepath.Join(out, "docs", "index.html")
	if _, err := os.Stat(page); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there are no docs at %s: `spgen docs --generate` makes them", page)
	} else if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(d.env.stdout, page); err != nil || !d.open {
		return err
	}
	return browse(cmd.Context(), d.env, page)
}

// directory is the output directory, of the project unless it is given.
func (d *reader) directory() (string, error) {
	if d.out != "" {
		return d.out, nil
	}
	at := "."
	if d.schema != "" {
		at = d.schema
	}
	root, err := project.Find(at)
	if err != nil {
		return "", usage(err)
	}
	return relative(root.Generated()), nil
}

// make generates. What it did is not what was asked for, and goes to stderr.
func (d *reader) make(cmd *cobra.Command) error {
	if err := d.complete(d.env.getenv); err != nil {
		return err
	}
	g := d.generate
	g.env.stdout = g.env.stderr
	start := time.Now()
	report, err := g.generate(cmd.Context())
	if err != nil {
		return g.fail(report, diag.TextFormat, err)
	}
	return g.conclude(report, diag.TextFormat, time.Since(start))
}
