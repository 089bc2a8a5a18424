package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/gitref"
	"github.com/spgen/spgen/internal/manifest"
)

// breaking compares the lock with an earlier one. It needs no database.
type breaking struct {
	diff
	failOn string
}

func newBreaking(env environment) *cobra.Command {
	b := &breaking{diff: diff{generate: generate{env: env}}}
	cmd := &cobra.Command{
		Use:   "breaking",
		Short: "Fail when the lock breaks clients of an earlier one",
		Long: `Compare schema/api.lock.json with the one of a git ref, such as a branch or a tag,
of a release, or with another file, and fail (exit code 100) when a change is as bad as
--fail-on. No database is needed: ` + "`spgen check`" + ` holds the lock against it.

The manifest can set a rule's level, with a reason:

  overrides:
    - {rule: BRK020, method: SendMessage, level: safe, reason: "no client sent it"}`,
		Example: "  spgen breaking --against origin/main",
		RunE:    b.run,
	}
	cmd.Flags().StringVar(&b.schema, "schema", "", "schema directory (default: schema/ of the module)")
	b.registerFormat(cmd)
	b.registerAgainst(cmd)
	return cmd
}

func (b *breaking) registerAgainst(cmd *cobra.Command) {
	b.diff.registerAgainst(cmd, "")
	cmd.Flags().StringVar(&b.failOn, "fail-on", "source", "least level that fails: wire, source or dangerous")
}

func (b *breaking) run(cmd *cobra.Command, _ []string) error {
	format, err := b.parseFormat()
	if err != nil {
		return err
	}
	if b.against == "" {
		return usage(errors.New("say what to compare with: --against origin/main, or --against FILE"))
	}
	if err := b.complete(b.env.getenv); err != nil {
		return err
	}
	return b.compare(cmd.Context(), format)
}

// compare prints what changed and fails when that is too bad.
func (b *breaking) compare(ctx context.Context, format diag.Format) error {
	level, err := b.level()
	if err != nil {
		return err
	}
	report, err := b.report(ctx)
	if err != nil || report == nil {
		return err
	}
	if err := b.show(report, format); err != nil {
		return err
	}
	return verdict(report, level)
}

// level parses --fail-on.
func (b *breaking) level() (contract.Level, error) {
	level, err := contract.ParseLevel(b.failOn)
	if err != nil || level == contract.Safe {
		return level, usage(fmt.Errorf("--fail-on %s: use wire, source or dangerous", b.failOn))
	}
	return level, nil
}

// report compares the locks; it is nil where there is none to compare with.
func (b *breaking) report(ctx context.Context) (*gen.Report, error) {
	path := filepath.Join(b.schema, contract.LockFile)
	present, err := os.ReadFile(path) // #nosec G304 -- the user's own lock
	if err != nil {
		return nil, fmt.Errorf("read the lock: %w\nhint: `spgen generate` writes it", err)
	}
	old, ok, err := earlier(ctx, b.against, b.schema)
	if err != nil {
		return nil, err
	}
	if !ok {
		_, err := fmt.Fprintf(b.env.stderr, "%s has no %s: there is nothing to break yet\n", b.against, path)
		return nil, err
	}
	m, _ := manifest.Load(filepath.Join(b.schema, manifest.FileName)) // its faults are for `spgen check`
	return gen.Breaking(old, present, b.against, path, m), nil
}

// verdict fails when a change is as bad as level.
func verdict(report *gen.Report, level contract.Level) error {
	switch {
	case report.Diagnostics.HasErrors():
		return &exitError{code: exitFailed}
	case len(report.Changes) > 0 && contract.Worst(report.Changes) >= level:
		return &exitError{code: exitFindings}
	}
	return nil
}

// earlier returns the lock to compare with: that of a file, of a release, or as
// it is in a git ref. ok is false where the ref has none.
func earlier(ctx context.Context, against, schema string) (text []byte, ok bool, err error) {
	text, err = os.ReadFile(against) // #nosec G304 -- the user names it
	if err == nil {
		text, err = gen.Lock(text, against)
		return text, err == nil, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if text, ok, err = gen.Earlier(schema, against); ok || err != nil {
		return text, ok, err
	}
	text, ok, err = gitref.Read(ctx, against, filepath.Join(schema, contract.LockFile))
	if err != nil {
		err = fmt.Errorf("--against %s: there is no such file or release, and: %w", against, err)
	}
	if errors.Is(err, gitref.ErrNoRef) {
		err = usage(err)
	}
	return text, ok, err
}
