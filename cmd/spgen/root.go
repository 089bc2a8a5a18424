package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spgen/spgen/internal/diag"
)

// Exit codes. They are part of the interface.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDrift       = 3   // generated files, manifest or database differ
	exitUnreachable = 4   // no database
	exitFindings    = 100 // of breaking, check and lint
)

// environment is what the process gives a command.
type environment struct {
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// exitError ends a command with a code. A nil err was reported already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exec runs one command line and returns its exit code.
func exec(ctx context.Context, args []string, env environment) int {
	root := newRoot(env)
	root.SetArgs(args)
	root.SetIn(env.stdin)
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	return report(env.stderr, root.ExecuteContext(ctx))
}

// report prints err and returns the exit code it stands for.
func report(stderr io.Writer, err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit) && exit.err == nil:
		return exit.code
	}
	fmt.Fprintln(stderr, "error:", err) //nolint:errcheck // nowhere to report to
	return codeOf(err)
}

func codeOf(err error) int {
	var (
		exit    *exitError
		connect *pgconn.ConnectError
	)
	switch {
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &connect):
		return exitUnreachable
	}
	return exitFailed
}

func usage(err error) error { return &exitError{code: exitUsage, err: err} }

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "spgen",
		Short:         "Turn the functions of a PostgreSQL schema into a typed RPC server",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w\nsee `%s --help`", err, cmd.CommandPath()))
	})
	root.SetHelpCommand(newHelp())
	root.AddCommand(newInit(env), newGenerate(env), newDiff(env), newDocs(env), newBreaking(env), newCheck(env), newAlloc(env), newList(env), newDescribe(env), newMigrate(env), newRelease(env), newLint(env), newCall(env), newBench(env), newExplain(env), newVersion(env), newCompletion(env))
	completing(root)
	for _, c := range root.Commands() {
		c.Args = asUsage(c.Args)
	}
	root.Args = unknownCommand
	return root
}

// newHelp is the help command. Cobra's own takes any topic.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what spgen or one of its commands does",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			topic, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, args)
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// unknownCommand refuses a verb that does not exist.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if near := diag.Nearest(args[0], names); near != "" {
		err = fmt.Errorf("%w: did you mean %q?", err, near)
	}
	return usage(fmt.Errorf("%w\nsee `spgen help`", err))
}

// asUsage gives wrong arguments the exit code of a wrong command line.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			check = cobra.NoArgs
		}
		if err := check(cmd, args); err != nil {
			return usage(fmt.Errorf("%w\nsee `%s --help`", miscounted(cmd, args, err), cmd.CommandPath()))
		}
		return nil
	}
}

// miscounted names the arguments where cobra only counts them.
func miscounted(cmd *cobra.Command, args []string, err error) error {
	_, wanted, some := strings.Cut(cmd.Use, " ")
	if !some || !strings.HasPrefix(err.Error(), "accepts ") {
		return err
	}
	if len(args) == 0 {
		return fmt.Errorf("%s needs %s", cmd.Name(), wanted)
	}
	return fmt.Errorf("%s takes %s, got %d arguments", cmd.Name(), wanted, len(args))
}

// colored reports whether w is a terminal that wants colours.
func colored(w io.Writer, getenv func(string) string) bool {
	f, ok := w.(*os.File)
	if getenv("NO_COLOR") != "" || !ok {
		return false
	}
	return term.IsTerminal(int(f.Fd())) // #nosec G115 -- a file descriptor
}
