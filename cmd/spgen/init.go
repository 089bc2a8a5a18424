package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/scaffold"
)

// initialize is one run of `spgen init`.
type initialize struct {
	env environment
	initAnswers
	yes        bool
	noGenerate bool

	dir     string // as it was given
	place   *scaffold.Place
	project scaffold.Project
}

func newInit(env environment) *cobra.Command {
	i := &initialize{env: env}
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Make a new project that builds, runs and passes its tests",
		Long: `Make a new project in DIR: a manifest, a first migration and function, a server
with a test, a Makefile, CI. It asks for what was not given as a flag, if there is
a terminal and no --yes.

Without --database-url the project has a private PostgreSQL of its own, with
nothing to configure. With it, the project is made over that database: its
functions are listed in the manifest, and nothing in the database is changed.

DIR does not exist yet, is empty, or is a fresh repository, whose files stay.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i.dir = args[0]
			return i.run(cmd.Context(), cmd.Flags().Changed)
		},
	}
	i.register(cmd)
	cmd.Flags().BoolVar(&i.yes, "yes", false, "ask nothing: what was not given has its default; --module has none and must be given")
	cmd.Flags().BoolVar(&i.noGenerate, "no-generate", false, "write the project and stop; `spgen generate` does the rest")
	return cmd
}

func (i *initialize) run(ctx context.Context, given func(string) bool) error {
	if err := i.prepare(ctx, given); err != nil {
		return err
	}
	files, err := i.project.Files()
	if err != nil {
		return usage(err)
	}
	if err := i.place.Write(ctx, files); err != nil {
		return err
	}
	for _, name := range i.place.Skipped(files) {
		i.printf("kept %s as it is\n", filepath.Join(i.dir, name))
	}
	i.printf("wrote %s, %s\n", i.dir, count(len(files)-len(i.place.Skipped(files)), "file"))
	i.listed()
	if err := i.finish(ctx); err != nil {
		return err
	}
	i.next()
	return nil
}

// prepare finds out what to write. Nothing has changed when it fails.
func (i *initialize) prepare(ctx context.Context, given func(string) bool) (err error) {
	if i.place, err = scaffold.Look(i.dir); err != nil {
		return usage(err)
	}
	if _, err := osexec.LookPath("go"); err != nil && !i.noGenerate {
		return fmt.Errorf("there is no go in PATH: install Go 1.26 or later from https://go.dev/dl, or write the project only, with --no-generate")
	}
	if err := i.check(given); err != nil {
		return usage(err)
	}
	if i.asks() {
		if err := i.ask(ctx, scaffold.NewDialogue(i.env.stdin, i.env.stdout), given, i.place.Dir); err != nil {
			return usage(err)
		}
	}
	if err := i.require(); err != nil {
		return usage(err)
	}
	if i.project, err = i.toProject(i.place.Dir); err != nil {
		return usage(err)
	}
	if i.databaseURL == "" {
		return nil
	}
	return i.introspect(ctx)
}

// asks reports whether there is somebody to ask.
func (i *initialize) asks() bool {
	f, ok := i.env.stdin.(*os.File)
	return ok && !i.yes && term.IsTerminal(int(f.Fd())) // #nosec G115 -- a file descriptor
}

// introspect lists the functions of the database that was named.
func (i *initialize) introspect(ctx context.Context) error {
	p := place{databaseURL: i.databaseURL}
	return p.withDatabase(ctx, i.env, func(conn *pgx.Conn, _ bool) error {
		cat, err := catalog.Read(ctx, conn, i.schema)
		if err != nil {
			return fmt.Errorf("introspect: %w", err)
		}
		i.project.Existing, err = scaffold.List(cat, i.project.Access)
		return err
	})
}

// listed says what of an existing database is in the manifest.
func (i *initialize) listed() {
	l := i.project.Existing
	if l == nil {
		return
	}
	i.printf("%s of the schema %s in the manifest, %d left out\n", count(len(l.Entries), "function"), i.schema, len(l.Ignored))
	for _, e := range l.Ignored {
		i.printf("  %s\n", e)
	}
}

// finish generates and completes go.mod. The project is there and stays when it fails.
func (i *initialize) finish(ctx context.Context) error {
	if i.noGenerate {
		return nil
	}
	if err := i.generate(ctx); err != nil {
		return i.unfinished("generate", "spgen generate", err)
	}
	if i.project.Runtime.Checkout != "" {
		return nil // go.mod has what the checkout's has
	}
	if err := i.tidy(ctx); err != nil {
		return i.unfinished("complete go.mod", "go mod tidy", err)
	}
	return nil
}

func (i *initialize) unfinished(what, command string, err error) error {
	return &exitError{code: codeOf(err), err: fmt.Errorf(
		"%s: %w\nhint: the project is written and stays: put that right, then go on in %s with `%s`", what, err, i.dir, command)}
}

// generate runs `spgen generate` for the project: on the database that was
// named, or on the project's own whatever the environment names.
func (i *initialize) generate(ctx context.Context) error {
	env := i.env
	env.stdout = io.Discard
	args := []string{"--schema", filepath.Join(i.place.Dir, "schema"), "--out", filepath.Join(i.place.Dir, "generated")}
	if i.databaseURL != "" {
		args = append(args, "--database-url", i.databaseURL)
	} else {
		env.getenv = func(string) string { return "" }
	}
	cmd := newGenerate(env)
	cmd.SetArgs(args)
	cmd.SetOut(env.stdout)
	cmd.SetErr(env.stderr)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.ExecuteContext(ctx)
	var exit *exitError
	if errors.As(err, &exit) && exit.err == nil {
		return &exitError{code: exit.code, err: errors.New("there are findings, see above")}
	}
	if err == nil {
		i.printf("generated %s\n", filepath.Join(i.dir, "generated"))
	}
	return err
}

// tidy runs `go mod tidy`, which takes from the network what the module cache
// does not have.
func (i *initialize) tidy(ctx context.Context) error {
	cmd := osexec.CommandContext(ctx, "go", "mod", "tidy")
	cmd.Dir = i.place.Dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go mod tidy: %w\n%s\nhint: it needs the network, or a module cache that has %s %s",
			err, out, scaffold.SpgenModule, i.project.Runtime.Version)
	}
	return nil
}

// next prints what to do now.
func (i *initialize) next() {
	i.printf("\nnext:\n  cd %s\n", shellWord(i.dir))
	if i.noGenerate {
		i.printf("  spgen generate\n")
		if i.project.Runtime.Checkout == "" {
			i.printf("  go mod tidy\n")
		}
	}
	if i.databaseURL != "" {
		i.printf("  export DATABASE_URL=…  # the database that you have just named\n")
	}
	i.printf("  make run   # serves on http://127.0.0.1:8080\n  make test\n")
	if i.databaseURL != "" {
		i.printf("\ngo through `access` in schema/manifest.yaml before you serve to others\n")
		return
	}
	if _, given := devpg.FindURL("", i.env.getenv); given {
		i.printf("\nthe environment names a database (DATABASE_URL or PG*): these commands use it instead of the project's own; unset it first\n")
	}
}

func (i *initialize) printf(format string, args ...any) {
	fmt.Fprintf(i.env.stdout, format, args...) //nolint:errcheck // best effort
}
