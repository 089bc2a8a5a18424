package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spgen/spgen/bench/load"
)

// results has the latency of the calls that succeeded.
func (r *round) results() *load.Histogram { return r.load.Histogram.Without(&r.load.Failures) }

// goodput returns the share of the peak that was answered within a deadline.
func (r *round) goodput(deadline time.Duration) float64 {
	return float64(r.results().UpTo(deadline)) / r.load.Seconds / r.peak
}

// String returns the figures of each round, and the medians with the goals that
// they are to meet.
func (o *outcome) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d connections, a deadline of %v, %v a load\n", o.connections, o.deadline, o.duration)
	fmt.Fprintln(&b, "peak/s   due/s  goodput  admitted: p50, p99, most              refused: p50, p99, most               begun   late")
	var goodputs []float64
	var admitted, refusals []time.Duration
	for i := range o.rounds {
		r := &o.rounds[i]
		results, refused := r.results(), &r.load.Failures
		goodputs = append(goodputs, r.goodput(o.deadline))
		admitted, refusals = append(admitted, results.Quantile(0.99)), append(refusals, refused.Quantile(0.99))
		fmt.Fprintf(&b, "%6.0f %7.0f %6.1f %%  %s  %s  %6d %6d\n", r.peak, r.load.TargetRate, 100*r.goodput(o.deadline),
			row(results), row(refused), r.begun, r.load.Late)
		for _, what := range slices.Sorted(maps.Keys(r.load.Errors)) {
			fmt.Fprintf(&b, "  %9d %s\n", r.load.Errors[what], what)
		}
	}
	fmt.Fprintf(&b, "median: goodput %.1f %% of the peak (goal: 90 %%), p99 of what is admitted %s (goal: %v), p99 of refusals %s (goal: 5 ms)\n",
		100*median(goodputs), ms(median(admitted)), o.deadline, ms(median(refusals)))
	return b.String()
}

// row returns how many there are, and their quantiles.
func row(h *load.Histogram) string {
	return fmt.Sprintf("%7d %9s %9s %9s", h.Count(), ms(h.Quantile(0.5)), ms(h.Quantile(0.99)), ms(h.Max()))
}

// median returns the middle of values, the higher of two.
func median[T float64 | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
