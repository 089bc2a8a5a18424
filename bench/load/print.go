package load

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Print writes the report for a person.
func (r *Report) Print(w io.Writer) error {
	var b strings.Builder
	r.printRate(&b)
	r.printErrors(&b)
	l := r.Latency
	fmt.Fprintf(&b, "latency       p50 %s   p90 %s   p99 %s   p99.9 %s   max %s\n", milli(l.P50), milli(l.P90), milli(l.P99), milli(l.P999), milli(l.Max))
	fmt.Fprintf(&b, "bytes         %s sent, %s received\n", size(r.BytesSent), size(r.BytesReceived))
	for _, name := range slices.Sorted(maps.Keys(r.Probes)) {
		fmt.Fprintf(&b, "%-13s %.2f s, %.1f µs a call\n", name, r.Probes[name], r.PerCall(name)*1e6)
	}
	if r.Histogram.Count() > 0 {
		b.WriteByte('\n')
		if err := r.Histogram.Draw(&b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String returns what Print writes.
func (r *Report) String() string {
	var b strings.Builder
	_ = r.Print(&b) // a Builder takes everything
	return b.String()
}

func (r *Report) printRate(b *strings.Builder) {
	loop := fmt.Sprintf("%d × %d in flight", r.Connections, r.InFlight)
	if r.TargetRate > 0 {
		loop = fmt.Sprintf("%s at most, %.0f/s due", loop, r.TargetRate)
	}
	fmt.Fprintf(b, "load          %s, %.2f s", loop, r.Seconds)
	if r.Interrupted {
		b.WriteString(", interrupted")
	}
	fmt.Fprintf(b, "\nrate          %.0f calls/s, %d calls\n", r.CallsPerSecond, r.Calls)
	if r.TargetRate > 0 {
		fmt.Fprintf(b, "schedule      %d late (over 10 ms), %d unsent\n", r.Late, r.Unsent)
	}
}

// shownLost is how many broken connections are explained.
const shownLost = 3

func (r *Report) printErrors(b *strings.Builder) {
	fmt.Fprintf(b, "errors        %d\n", r.Failed)
	byCount := func(x, y string) int { return cmp.Or(cmp.Compare(r.Errors[y], r.Errors[x]), cmp.Compare(x, y)) }
	for _, what := range slices.SortedFunc(maps.Keys(r.Errors), byCount) {
		fmt.Fprintf(b, "  %9d %s\n", r.Errors[what], what)
	}
	open := "requests without an answer"
	if r.Interrupted {
		open = "requests were open when it was interrupted"
	}
	for _, c := range []struct {
		n    uint64
		what string
	}{{r.Unanswered, open}, {r.Mismatched, "answers that no request waited for"}} {
		if c.n > 0 {
			fmt.Fprintf(b, "  %9d %s\n", c.n, c.what)
		}
	}
	for i, lost := range r.Lost {
		if i == shownLost {
			fmt.Fprintf(b, "  and %d more\n", len(r.Lost)-i)
			break
		}
		fmt.Fprintf(b, "  lost %s\n", lost)
	}
}

func milli(ms float64) string { return short(time.Duration(ms * float64(time.Millisecond))) }

// size writes a number of bytes with its unit.
func size(n uint64) string {
	v, unit := float64(n), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for v >= 1024 && unit < len(units)-1 {
		v, unit = v/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[unit])
}
