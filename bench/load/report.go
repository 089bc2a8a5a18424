package load

import (
	"context"
	"time"
)

// Report is what a run measured. Rates, counts and probes are of the measured
// time, without the warm-up.
type Report struct {
	Connections int     `json:"connections"`
	InFlight    int     `json:"in_flight"`
	TargetRate  float64 `json:"target_rate,omitempty"` // of an open loop

	Seconds        float64           `json:"seconds"`
	Calls          uint64            `json:"calls"` // answered, errors included
	CallsPerSecond float64           `json:"calls_per_second"`
	Failed         uint64            `json:"failed"`           // answered with an error
	Errors         map[string]uint64 `json:"errors,omitempty"` // by code and name
	Mismatched     uint64            `json:"mismatched"`       // answers with a seq that nobody waits for
	Unanswered     uint64            `json:"unanswered"`       // sent, and no answer came
	Late           uint64            `json:"late"`             // sent more than 10 ms after they were due
	Unsent         uint64            `json:"unsent"`           // due, and never sent
	Lost           []string          `json:"lost,omitempty"`   // connections that broke, and why
	BytesSent      uint64            `json:"bytes_sent"`
	BytesReceived  uint64            `json:"bytes_received"`
	Interrupted    bool              `json:"interrupted,omitempty"`

	Latency Latency `json:"latency_ms"`
	// Probes are what each probe grew by.
	Probes map[string]float64 `json:"probes,omitempty"`

	// Histogram has the latency of every request of the measured time.
	Histogram Histogram `json:"-"`
	// Failures has that of those that were answered with an error.
	Failures Histogram `json:"-"`
}

// Latency sums up a histogram, in milliseconds.
type Latency struct {
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99_9"`
	Max  float64 `json:"max"`
}

// PerCall returns what a probe grew by for each call; 0 when there was none.
func (r *Report) PerCall(probe string) float64 {
	if r.Calls == 0 {
		return 0
	}
	return r.Probes[probe] / float64(r.Calls)
}

func (r *run) report(ctx context.Context, probed map[string]float64, lost []error) *Report {
	report := &Report{
		Connections: len(r.connections), InFlight: r.options.InFlight, TargetRate: r.options.Rate,
		Seconds: max(r.window.end()-r.window.from, 0).Seconds(), Errors: map[string]uint64{},
		Probes: probed, Interrupted: ctx.Err() != nil,
	}
	for i, c := range r.connections {
		report.add(c.line)
		if lost[i] != nil {
			report.Lost = append(report.Lost, lost[i].Error())
		}
	}
	if report.Seconds > 0 {
		report.CallsPerSecond = float64(report.Calls) / report.Seconds
	}
	report.Latency = summary(&report.Histogram)
	return report
}

func (r *Report) add(l *line) {
	r.Histogram.Add(&l.latency)
	if l.failures != nil {
		r.Failures.Add(l.failures)
	}
	r.Calls += l.done
	r.Failed += l.failed
	r.Mismatched += l.mismatched
	r.Unanswered += l.unanswered()
	r.Late += l.late
	r.Unsent += l.unsent()
	r.BytesSent += l.sent
	r.BytesReceived += l.received
	for what, n := range l.errors {
		r.Errors[what] += n
	}
}

func summary(h *Histogram) Latency {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Latency{
		Mean: ms(h.Mean()), P50: ms(h.Quantile(0.5)), P90: ms(h.Quantile(0.9)),
		P99: ms(h.Quantile(0.99)), P999: ms(h.Quantile(0.999)), Max: ms(h.Max()),
	}
}
