package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/bench/load"
)

// sample is what one trial measured; NaN where it did not.
type sample struct {
	rate        float64 // calls a second
	p50, p99    float64 // milliseconds
	clientCPU   float64 // seconds a call, of the load generator
	serverCPU   float64 // seconds a call
	databaseCPU float64 // seconds a call
	allocations float64 // objects a call
	notes       []string
}

type trialFunc func(ctx context.Context) (sample, error)

// trial is something to measure, once a round.
type trial struct {
	name string
	run  trialFunc
}

// fields are the numbers of a sample.
var fields = []func(s *sample) *float64{
	func(s *sample) *float64 { return &s.rate },
	func(s *sample) *float64 { return &s.p50 },
	func(s *sample) *float64 { return &s.p99 },
	func(s *sample) *float64 { return &s.clientCPU },
	func(s *sample) *float64 { return &s.serverCPU },
	func(s *sample) *float64 { return &s.databaseCPU },
	func(s *sample) *float64 { return &s.allocations },
}

// medianOf returns the median of each number.
func medianOf(samples []sample) sample {
	var result sample
	for _, field := range fields {
		var all []float64
		for i := range samples {
			all = append(all, *field(&samples[i]))
		}
		*field(&result) = median(all)
	}
	for _, s := range samples {
		for _, note := range s.notes {
			if !slices.Contains(result.notes, note) {
				result.notes = append(result.notes, note)
			}
		}
	}
	return result
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	slices.Sort(all)
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle]
	}
	return (all[middle-1] + all[middle]) / 2
}

// request is a method with its parameters.
func request(method, params string) load.Request {
	template, err := load.ParseTemplate(params)
	if err != nil {
		panic(err) // of a constant below
	}
	return load.Request{Method: method, Params: template}
}

// What is called. Hand-written servers know methods by ID only.
var (
	oneUser   = request("1000", `{"id":{{rand 1 100000}}}`)
	manyUsers = request("1001", `{"n":1000}`)
	newEvent  = request("1002", `{"user_id":{{rand 1 100000}},"body":"event {{i}}"}`)
	slowCall  = request("1003", `{"seconds":0.2}`)
	ping      = request("1", `{}`)
)

// load runs a load against a server.
func (b *bench) load(c *child, o load.Options) trialFunc {
	return func(ctx context.Context) (sample, error) {
		o.URL, o.Duration, o.Warmup = c.url, b.plan.Duration, b.plan.Warmup
		o.Probes = c.probes(b.database.pid)
		report, err := load.Run(ctx, o)
		if err != nil {
			return sample{}, err
		}
		if ctx.Err() != nil {
			return sample{}, ctx.Err()
		}
		if report.Failed == report.Calls || report.Mismatched > 0 {
			return sample{}, fmt.Errorf("%s: of %d calls %d failed %v, %d answers were for no request, lost %q",
				c.kind, report.Calls, report.Failed, report.Errors, report.Mismatched, report.Lost)
		}
		return newSample(report), nil
	}
}

func newSample(r *load.Report) sample {
	s := sample{
		rate: r.CallsPerSecond, p50: r.Latency.P50, p99: r.Latency.P99, clientCPU: r.PerCall(probeClient),
		serverCPU: r.PerCall(probeServer), databaseCPU: r.PerCall(probeDatabase), allocations: r.PerCall(probeAllocations),
	}
	for _, fault := range []struct {
		n    int
		what string
	}{
		{int(r.Failed), "calls failed"},
		{int(r.Unanswered), "calls were not answered"},
		{int(r.Unsent), "calls were due and not sent"},
		{len(r.Lost), "connections were lost"},
	} {
		if fault.n > 0 {
			s.notes = append(s.notes, fmt.Sprintf("%d %s", fault.n, fault.what))
		}
	}
	return s
}

// mixed measures a load while another one runs beside it, which need not go well.
func (b *bench) mixed(c *child, measured, beside load.Options) trialFunc {
	return func(ctx context.Context) (sample, error) {
		beside.URL, beside.Duration = c.url, b.plan.Warmup+b.plan.Duration
		group, ctx := errgroup.WithContext(ctx)
		var s sample
		group.Go(func() (err error) {
			s, err = b.load(c, measured)(ctx)
			return err
		})
		group.Go(func() error {
			_, err := load.Run(ctx, beside)
			return err
		})
		err := group.Wait()
		return s, err
	}
}

// missing reports whether a trial could not be made, which is no failure.
func missing(err error) bool { return errors.Is(err, errMissing) }
