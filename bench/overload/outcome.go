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
func (o *outcome) results() *load.Histogram { return o.load.Histogram.Without(&o.load.Failures) }

// goodput returns the share of the peak that was answered in time.
func (o *outcome) goodput() float64 {
	return float64(o.results().UpTo(o.deadline)) / o.load.Seconds / o.peak
}

// String returns the figures, with the goals that they are to meet.
func (o *outcome) String() string {
	var b strings.Builder
	results := o.results()
	fmt.Fprintf(&b, "peak          %.0f calls/s in a closed loop\n", o.peak)
	fmt.Fprintf(&b, "overload      %.0f calls/s due on %d connections, a deadline of %v, for %v\n",
		o.load.TargetRate, o.connections, o.deadline, o.duration)
	fmt.Fprintf(&b, "goodput       %.1f %% of the peak (goal: 90 %%)\n", 100*o.goodput())
	fmt.Fprintf(&b, "admitted      %d; p50 %s, p99 %s, most %s (goal: p99 of %v)\n",
		results.Count(), ms(results.Quantile(0.5)), ms(results.Quantile(0.99)), ms(results.Max()), o.deadline)
	refused := &o.load.Failures
	fmt.Fprintf(&b, "refused       %d; p50 %s, p99 %s, most %s (goal: p99 of 5 ms)\n",
		refused.Count(), ms(refused.Quantile(0.5)), ms(refused.Quantile(0.99)), ms(refused.Max()))
	for _, what := range slices.Sorted(maps.Keys(o.load.Errors)) {
		fmt.Fprintf(&b, "  %9d %s\n", o.load.Errors[what], what)
	}
	fmt.Fprintf(&b, "database      began %d calls\n", o.begun)
	fmt.Fprintf(&b, "generator     %d late, %d unsent, %d unanswered\n", o.load.Late, o.load.Unsent, o.load.Unanswered)
	return b.String()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
