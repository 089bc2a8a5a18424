package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/bench/load"
)

type bench struct {
	options     load.Options
	params      string
	login       string
	serverPID   int
	databasePID int
	json        bool
}

func newBench(env environment) *cobra.Command {
	var b bench
	cmd := &cobra.Command{
		Use:   "bench METHOD",
		Short: "Load a server with requests and measure how it answers",
		Long: `Load a server with requests and measure how it answers.

Without --rate the loop is closed: each connection keeps --in-flight requests
open, and sends another one for each answer. With --rate the loop is open:
requests are due by a schedule, whatever the server does, and their latency counts
from when they were due. A closed loop finds the highest rate, an open loop the
latency at a given one.

In --params and --login, {{i}} stands for the number of the request, {{conn}} for
that of the connection, and {{rand 1 1000}} for a random integer:

  spgen bench Ping -c 64 -p 8 -d 5s
  spgen bench ListMessages --params '{"chat_id":"{{rand 1 1000}}"}' -c 64 --rate 5000 \
    --login 'Login {"username":"user{{conn}}","password":"mypass"}'

Ctrl-C ends the run and prints what was measured until then. Exit codes: 1 when no
request was answered well, 2 for a wrong command line, 4 when the server cannot be
reached.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return b.run(cmd.Context(), env, args[0]) },
	}
	b.flags(cmd)
	return cmd
}

func (b *bench) flags(cmd *cobra.Command) {
	o, f := &b.options, cmd.Flags()
	f.StringVar(&o.URL, "url", defaultURL, "the server's socket")
	f.StringVar(&b.params, "params", "{}", "a JSON object, with placeholders")
	f.StringVar(&b.login, "login", "", "a request that each connection sends before, \"METHOD PARAMS\"")
	f.IntVarP(&o.Connections, "connections", "c", 1, "how many connections")
	f.IntVarP(&o.InFlight, "in-flight", "p", 0, "open requests of each connection at most (1; with --rate 32)")
	f.DurationVarP(&o.Duration, "duration", "d", 10*time.Second, "how long to measure")
	f.DurationVar(&o.Warmup, "warmup", time.Second, "how long to run before measuring")
	f.Float64Var(&o.Rate, "rate", 0, "requests a second that are due, over all connections (0: as many as it takes)")
	f.DurationVar(&o.Drain, "drain", 5*time.Second, "how long to wait for the last answers")
	f.IntVar(&b.serverPID, "server-pid", 0, "the server's process on this machine, to measure its CPU time")
	f.IntVar(&b.databasePID, "database-pid", 0, "PostgreSQL's first process on this machine, likewise")
	f.BoolVar(&b.json, "json", false, "print JSON")
}

func (b *bench) run(ctx context.Context, env environment, method string) error {
	if err := b.complete(method); err != nil {
		return usage(err)
	}
	report, err := load.Run(ctx, b.options)
	if err != nil {
		return benchError(ctx, err)
	}
	if err := b.print(env, report); err != nil {
		return err
	}
	return worthless(report)
}

// complete reads the requests and checks the numbers.
func (b *bench) complete(method string) (err error) {
	o := &b.options
	o.Request.Method = method
	if o.Request.Params, err = load.ParseTemplate(b.params); err != nil {
		return fmt.Errorf("--params: %w", err)
	}
	if b.login != "" {
		if o.Login, err = parseLogin(b.login); err != nil {
			return fmt.Errorf("--login: %w", err)
		}
	}
	o.Probes = append(o.Probes, load.OwnCPU("client CPU"))
	for _, p := range []struct {
		name string
		pid  int
	}{{"server CPU", b.serverPID}, {"database CPU", b.databasePID}} {
		if p.pid == 0 {
			continue
		}
		probe := load.CPU(p.name, p.pid)
		if _, err := probe.Read(context.Background()); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		o.Probes = append(o.Probes, probe)
	}
	return b.checkNumbers()
}

// checkNumbers names the flag that is out of range: zero, which stands for a
// default elsewhere, is wrong where it was written.
func (b *bench) checkNumbers() error {
	o := &b.options
	for _, c := range []struct {
		ok   bool
		want string
	}{
		{o.Connections >= 1 && o.Connections <= load.MaxConnections, fmt.Sprintf("--connections: from 1 to %d", load.MaxConnections)},
		{o.InFlight >= 0 && o.InFlight <= load.MaxInFlight, fmt.Sprintf("--in-flight: from 1 to %d", load.MaxInFlight)},
		{o.Duration > 0, "--duration: more than nothing, such as 10s"},
		{o.Warmup >= 0, "--warmup: nothing or more, such as 1s"},
		{o.Drain > 0, "--drain: more than nothing, such as 5s"},
		{o.Rate >= 0 && o.Rate <= load.MaxRate, fmt.Sprintf("--rate: requests a second, from 0 to %d", int(load.MaxRate))},
	} {
		if !c.ok {
			return errors.New(c.want)
		}
	}
	if err := load.CheckURL(o.URL); err != nil {
		return fmt.Errorf("--url %w", err)
	}
	return nil
}

func parseLogin(text string) (*load.Request, error) {
	method, params, found := strings.Cut(strings.TrimSpace(text), " ")
	if method == "" {
		return nil, errors.New("name a method")
	}
	if !found {
		params = "{}"
	}
	template, err := load.ParseTemplate(params)
	return &load.Request{Method: method, Params: template}, err
}

func benchError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted before anything was measured")
	case errors.Is(err, load.ErrUnreachable):
		return &exitError{code: exitUnreachable, err: fmt.Errorf("%w\nhint: is the server running? `make run` starts it", err)}
	}
	return err
}

func (b *bench) print(env environment, report *load.Report) error {
	if !b.json {
		return report.Print(env.stdout)
	}
	enc := json.NewEncoder(env.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

// worthless is an error when nothing that was measured can be trusted.
func worthless(r *load.Report) error {
	switch {
	case r.Mismatched > 0:
		return fmt.Errorf("%d answers carried a seq that no request waited for", r.Mismatched)
	case r.Calls == 0 && len(r.Lost) > 0:
		return errors.New("every connection was lost before a request was answered")
	case r.Calls == 0:
		return errors.New("no request was answered")
	case r.Failed == r.Calls:
		return errors.New("every request was answered with an error; `spgen call` shows one")
	}
	return nil
}
