package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/gen"
	rev "github.com/spgen/spgen/internal/review"
)

// review shows changes as a page.
type review struct {
	html bool
	page string
	open bool
}

// reviewPage is the page's name where it is given none.
const reviewPage = "diff.html"

func (r *review) registerReview(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&r.html, "html", false, "write a page that shows both versions side by side")
	cmd.Flags().StringVar(&r.page, "out", "", "with --html: the file to write, - for the output (default: "+reviewPage+" in the data directory)")
	cmd.Flags().BoolVar(&r.open, "open", false, "with --html: open the page in a browser")
}

func (r *review) checkReview(cmd *cobra.Command) error {
	switch {
	case !r.html && (r.page != "" || r.open):
		return usage(errors.New("--out and --open are about a page: add --html"))
	case r.html && cmd.Flags().Changed("format"):
		return usage(errors.New("--html is a format of its own: take either --html or --format"))
	case r.page == "-" && r.open:
		return usage(errors.New("--open needs a file: leave out `--out -`"))
	}
	return nil
}

// write writes the page, and opens it where that is asked for.
func (r *review) write(ctx context.Context, env environment, dataDir string, v rev.Versions) error {
	page, err := rev.Page(v)
	if err != nil {
		return err
	}
	if r.page == "-" {
		_, err := env.stdout.Write(page)
		return err
	}
	path, err := gen.WritePage(r.page, dataDir, reviewPage, page)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(env.stdout, "%s\nwrote %s\n", contract.Summary(v.Changes), path); err != nil || !r.open {
		return err
	}
	return browse(ctx, env, path)
}
