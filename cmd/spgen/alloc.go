package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spgen/spgen/internal/alloc"
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/scaffold"
)

type allocate struct {
	place
	env     environment
	request alloc.Request
	against []string
	dryRun  bool
}

func newAlloc(env environment) *cobra.Command {
	a := &allocate{env: env}
	cmd := &cobra.Command{
		Use:   "alloc [FUNCTION...]",
		Short: "Give functions without a method their permanent IDs",
		Long: `Give every function of the schema that has no method the next ID of its service,
and write it to schema/manifest.yaml. All else in that file stays as it is. With
FUNCTION, a name or a pattern such as 'fun_count_*', only those get one.

The service is --service, the only one, or the one whose methods are obviously
about the same; the access is --access, or session. On a terminal, spgen asks.

A method whose function is gone stays until it is named: --retire moves it to
` + "`retired`" + `, and its ID is never used again; --repoint gives it another function.
As long as there are such methods, the exit code is 3.

A private PostgreSQL is brought up to the schema directory first. A database that
was named is read as it is: run ` + "`spgen migrate`" + ` before.`,
		Args: cobra.ArbitraryArgs,
		RunE: a.run,
	}
	a.register(cmd)
	f := cmd.Flags()
	f.StringVar(&a.request.Service, "service", "", "of the new methods")
	f.StringVar(&a.request.Access, "access", "", "of the new methods: public, session, or roles such as user,admin")
	f.StringArrayVar(&a.request.Retire, "retire", nil, "a method whose function is gone; may be repeated")
	f.StringArrayVar(&a.request.Repoint, "repoint", nil, "a method whose function is gone, METHOD or METHOD=FUNCTION; may be repeated")
	f.StringArrayVar(&a.against, "against", nil, "a git ref whose IDs are taken, too, such as origin/main; may be repeated")
	f.BoolVar(&a.dryRun, "dry-run", false, "write nothing, print the change of the manifest")
	return cmd
}

func (a *allocate) run(cmd *cobra.Command, args []string) error {
	ctx := cmd.Context()
	if err := a.complete(a.env.getenv); err != nil {
		return err
	}
	a.request.Functions = args
	path := filepath.Join(a.schema, manifest.FileName)
	for _, ref := range a.against {
		taken, err := alloc.Against(ctx, path, ref)
		if err != nil {
			return a.fail(err)
		}
		if len(taken.IDs) == 0 {
			fmt.Fprintf(a.env.stderr, "note: %s has no IDs in %s\n", ref, path) //nolint:errcheck // best effort
		}
		a.request.Taken = append(a.request.Taken, taken)
	}
	if isTerminal(a.env.stdin) && isTerminal(a.env.stdout) {
		a.request.Ask = asker(ctx, a.env)
	}
	m, found := manifest.Load(path)
	if err := found.Err(); err != nil {
		return a.fail(err)
	}
	cat, err := a.catalog(ctx, a.env, m.Schema)
	if err != nil {
		return err
	}
	plan, err := a.write(ctx, cat, path)
	if err != nil {
		return a.fail(err)
	}
	return a.conclude(plan)
}

// tries is how often a plan is made anew because another spgen was faster.
const tries = 20

// write plans, and writes the manifest.
func (a *allocate) write(ctx context.Context, cat *catalog.Catalog, path string) (plan *alloc.Plan, err error) {
	for range tries {
		data, err := os.ReadFile(path) // #nosec G304 -- the user's own manifest
		if err != nil {
			return nil, err
		}
		if plan, err = alloc.Make(cat, path, data, a.request); err != nil || plan.Empty() || a.dryRun {
			return plan, err
		}
		err = manifest.Replace(ctx, path, plan.Before, plan.After)
		if !errors.Is(err, manifest.ErrChanged) {
			return plan, err
		}
	}
	return nil, manifest.ErrChanged
}

// fail gives an error of a plan its exit code, and prints all that is wrong with
// a manifest.
func (a *allocate) fail(err error) error {
	var (
		chosen *alloc.ChoiceError
		list   *diag.ListError
	)
	switch {
	case errors.As(err, &chosen):
		return usage(err)
	case errors.As(err, &list):
		writing := a.print(list.List, os.ReadFile)
		fmt.Fprintln(a.env.stderr, "nothing was written") //nolint:errcheck // best effort
		return errors.Join(writing, &exitError{code: exitFailed})
	}
	return err
}

func (a *allocate) print(found diag.List, read func(string) ([]byte, error)) error {
	return found.Text(a.env.stderr, diag.TextOptions{Color: colored(a.env.stderr, a.env.getenv), Read: read})
}

// conclude says what was done.
func (a *allocate) conclude(plan *alloc.Plan) error {
	read := func(path string) ([]byte, error) {
		if path == plan.Path {
			return plan.After, nil // a dry run has not written it
		}
		return os.ReadFile(path) // #nosec G304 -- the user's own schema
	}
	if err := a.print(plan.Findings, read); err != nil {
		return err
	}
	if a.dryRun {
		fmt.Fprintf(a.env.stdout, "%s", plan.Diff()) //nolint:errcheck // best effort
	}
	fmt.Fprintf(a.env.stdout, "%s", plan.Text(a.dryRun)) //nolint:errcheck // best effort
	if len(plan.Added)+len(plan.Retired)+len(plan.Repointed) > 0 && !a.dryRun {
		fmt.Fprintln(a.env.stdout, "next: spgen generate") //nolint:errcheck // best effort
	}
	if n := len(plan.Gone); n > 0 {
		return &exitError{code: exitDrift, err: fmt.Errorf("%s without a function: see above", count(n, "method"))}
	}
	return nil
}

// asker asks on a terminal. Nobody waits for an answer once ctx has ended.
func asker(ctx context.Context, env environment) alloc.Asker {
	dialogue := scaffold.NewDialogue(env.stdin, env.stdout)
	return func(question, fallback string, check func(string) error) (string, error) {
		answer, err := dialogue.Ask(ctx, scaffold.Question{Text: question, Default: fallback, Check: check})
		if errors.Is(err, scaffold.ErrNoAnswer) {
			return "", &alloc.ChoiceError{Reason: "there was no answer", Hint: "give --service and --access"}
		}
		return answer, err
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) // #nosec G115 -- a file descriptor
}
