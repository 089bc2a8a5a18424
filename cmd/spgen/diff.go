package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	rev "github.com/spgen/spgen/internal/review"
)

// diff compares the database with the lock.
type diff struct {
	generate
	markdown bool
	against  string
	review
}

func newDiff(env environment) *cobra.Command {
	d := &diff{generate: generate{env: env}}
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Say what changed for clients since the lock was written, or since a release",
		Long: `Compare the functions of the database and schema/manifest.yaml with the contract
in schema/api.lock.json, and say of each change how bad it is, who notices, and
what to do instead. Nothing is written. With --against, compare with a release, or
with the lock of a git ref or in another file. --html writes a page with both
versions side by side.

The levels: wire (clients that run break), source (clients that are compiled anew
may not compile), dangerous (clients go on, but may see what they do not expect)
and safe. The exit code is 3 when the lock is not up to date.`,
		Example: "  spgen diff --against 1.4\n  spgen diff --html --open",
		RunE:    d.run,
	}
	d.register(cmd)
	d.registerFormat(cmd)
	d.registerAgainst(cmd, " (default: the lock)")
	d.registerReview(cmd)
	return cmd
}

func (d *diff) registerAgainst(cmd *cobra.Command, otherwise string) {
	cmd.Flags().StringVar(&d.against, "against", "", "what to compare with: a release, a git ref or a file"+otherwise)
	_ = cmd.RegisterFlagCompletionFunc("against", releases) // fails for flags that do not exist
}

func (d *diff) registerFormat(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.format, "format", "text", "text, markdown, json or github")
}

// parseFormat reads --format, which may be markdown.
func (d *diff) parseFormat() (diag.Format, error) {
	if d.format == "markdown" {
		d.markdown = true
		return diag.TextFormat, nil
	}
	format, err := diag.ParseFormat(d.format)
	if err != nil {
		return format, usage(fmt.Errorf("%w, or markdown", err))
	}
	return format, nil
}

func (d *diff) run(cmd *cobra.Command, _ []string) error {
	format, err := d.parseFormat()
	if err = errors.Join(err, d.checkReview(cmd)); err != nil {
		return err
	}
	if err := d.complete(d.env.getenv); err != nil {
		return err
	}
	report, err := d.compare(cmd.Context())
	if err != nil {
		return d.fail(report, format, err)
	}
	if err := d.tell(cmd.Context(), report, format); err != nil {
		return err
	}
	switch {
	case report.Diagnostics.HasErrors():
		return &exitError{code: exitFailed}
	case report.Lock != gen.LockSame:
		return &exitError{code: exitDrift}
	}
	return nil
}

// compare compares the database with the lock, or with what --against names.
func (d *diff) compare(ctx context.Context) (report *gen.Report, err error) {
	compare := gen.Compare
	if d.against != "" {
		old, ok, err := earlier(ctx, d.against, d.schema)
		if err == nil && !ok {
			err = fmt.Errorf("%s has no %s to compare with", d.against, filepath.Join(d.schema, contract.LockFile))
		}
		if err != nil {
			return nil, err
		}
		compare = func(ctx context.Context, conn *pgx.Conn, dir string) (*gen.Report, error) {
			return gen.CompareWith(ctx, conn, dir, old, d.against)
		}
	}
	err = d.migrated(ctx, func(conn *pgx.Conn, _ bool) (err error) {
		report, err = compare(ctx, conn, d.schema)
		return err
	})
	return report, err
}

// tell shows the report, on a page where that is asked for.
func (d *diff) tell(ctx context.Context, report *gen.Report, format diag.Format) error {
	if !d.html {
		return d.show(report, format)
	}
	if err := d.print(report.Diagnostics, format); err != nil {
		return err
	}
	if report.Old == nil || report.Present == nil {
		return d.unseen(report)
	}
	return d.write(ctx, d.env, d.dataDir, rev.Versions{
		OldName: cmp.Or(d.against, filepath.Join(d.schema, contract.LockFile)), NewName: "the database",
		Old: report.Old, New: report.Present, Changes: report.Changes,
	})
}

// unseen says why there are no two versions to show.
func (d *diff) unseen(report *gen.Report) error {
	if report.Diagnostics.HasErrors() {
		return &exitError{code: exitFailed}
	}
	return &exitError{code: exitDrift, err: errors.New("there is no lock yet to compare with: `spgen generate` writes it")}
}

// show prints findings and changes. Programs read both in one list.
func (d *diff) show(report *gen.Report, format diag.Format) error {
	if format != diag.TextFormat {
		return d.print(append(report.Diagnostics, findings(report.Changes, report.Places)...), format)
	}
	if err := d.print(report.Diagnostics, format); err != nil {
		return err
	}
	if report.Diagnostics.Stops() && len(report.Changes) == 0 {
		return nil
	}
	text := d.changes(report.Changes)
	switch {
	case report.Lock == gen.LockNew && d.against == "":
		text = []byte("there is no lock yet: `spgen generate` writes it\n")
	case d.markdown:
		text = contract.Markdown(report.Changes)
	}
	_, err := d.env.stdout.Write(text)
	return err
}

// severities are those of changes, for formats that know no levels.
var severities = map[contract.Level]diag.Severity{
	contract.Wire: diag.Error, contract.Source: diag.Warning, contract.Dangerous: diag.Warning, contract.Safe: diag.Note,
}

// findings renders changes as diagnostics at the places of their methods.
func findings(changes []contract.Change, places map[uint32]diag.Pos) diag.List {
	var list diag.List
	for i := range changes {
		c := &changes[i]
		list.Add(diag.Diagnostic{
			Code: c.Rule, Severity: severities[c.Level], Pos: places[c.ID], Subject: c.Subject(),
			Message: c.Level.String() + ": " + c.Path + ": " + c.Message, Hint: c.Instead,
		})
	}
	list.Sort()
	return list
}
