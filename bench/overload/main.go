// Command overload shows what a server does when it is asked for more than it can
// do: it measures the most that a closed loop gets of a call that costs the database
// a few milliseconds of CPU time, and then has several times as many due by a
// schedule, with a deadline. `make bench-overload` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spgen/spgen/internal/devpg"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	if errors.Is(err, flag.ErrHelp) {
		err = nil
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// command runs the scenario on a private PostgreSQL.
func command(ctx context.Context, args []string) (err error) {
	if len(args) == 3 && args[0] == serveVerb {
		return serve(ctx, args[1], args[2])
	}
	s := scenario{rounds: 5, duration: 6 * time.Second, factor: 5, deadline: 500 * time.Millisecond, connections: 200, rows: 130_000}
	flags := flag.NewFlagSet("overload", flag.ContinueOnError)
	flags.IntVar(&s.rounds, "rounds", s.rounds, "how often the overload is measured, between two closed loops")
	flags.DurationVar(&s.duration, "duration", s.duration, "of each of the two loads; a quarter more before is not counted")
	flags.Float64Var(&s.factor, "factor", s.factor, "how many times as many calls are due as the server can do")
	flags.DurationVar(&s.deadline, "deadline", s.deadline, "of each call")
	flags.IntVar(&s.connections, "connections", s.connections, "of the overload")
	flags.IntVar(&s.rows, "rows", s.rows, "that each call has the database count: about 100 ns each")
	flags.BoolVar(&s.reads, "reads", false, "calls only read, so that they have fewer connections to the database")
	flags.DurationVar(&s.maxWait, "max-wait", 0, "the server's --max-wait; 0: its default")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.rounds < 1 {
		return errors.New("--rounds: 1 at least")
	}
	s.start = s.startChild
	dir, err := os.MkdirTemp("", "spgen-overload-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- PostgreSQL runs as another user
		return err
	}
	cluster, err := devpg.Start(ctx, devpg.Options{Dir: filepath.Join(dir, "pg"), Settings: map[string]string{"max_connections": "100"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	outcome, err := s.run(ctx, cluster.URL(cluster.Superuser(), "postgres"))
	if err != nil {
		return err
	}
	fmt.Print(outcome)
	return nil
}
