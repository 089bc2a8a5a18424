// Command compare measures a server of spgen side by side with what a good Go
// developer would write by hand, a plain echo and pgbench, and prints the table
// of ratios that docs/performance.md explains. `make bench` runs it.
//
// Every server is a process of its own, over a private PostgreSQL. Trials that
// are compared take turns, and the median of their rounds counts, because
// machines are noisy. A goal that is missed is printed and is no failure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
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

// command runs a comparison, or, as a child of one, a server.
func command(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == serveVerb {
		return serve(ctx, args[1:])
	}
	p := plan{Rounds: 3, Duration: 5 * time.Second, Warmup: time.Second, Idle: 10_000}
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	short := flags.Bool("short", false, "about a minute: shorter trials, fewer idle connections")
	flags.IntVar(&p.Rounds, "rounds", p.Rounds, "how often each trial runs; the median counts")
	flags.DurationVar(&p.Duration, "duration", p.Duration, "of each trial")
	flags.StringVar(&p.Only, "only", "", "groups of trials to run, separated by commas: "+strings.Join(groupNames(), ", "))
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *short {
		p.Duration, p.Warmup, p.Idle = 700*time.Millisecond, 200*time.Millisecond, 2000
	}
	if p.Rounds < 1 || p.Duration <= 0 || flags.NArg() > 0 {
		return errors.New("-rounds and -duration are more than nothing, and there are no arguments")
	}
	return compare(ctx, p)
}

// plan says how thorough a comparison is.
type plan struct {
	Rounds   int
	Duration time.Duration
	Warmup   time.Duration
	Idle     int    // connections
	Only     string // groups; "" is all
}
