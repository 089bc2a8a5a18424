package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// figure is a line of the table: what is measured of ours, what it is compared
// with, and how the two compare at least or at most.
type figure struct {
	what    string
	ours    func(b *bench) float64
	against func(b *bench) (what string, value float64) // nil: the goal is ours itself
	format  string
	unit    string
	atLeast bool
	goal    float64
}

func rate(s sample) float64      { return s.rate }
func p50(s sample) float64       { return s.p50 }
func p99(s sample) float64       { return s.p99 }
func serverCPU(s sample) float64 { return s.serverCPU * 1e6 }

// of takes a number of a trial; NaN when the trial was not made.
func of(trial string, number func(sample) float64) func(b *bench) float64 {
	return func(b *bench) float64 {
		if s, ok := b.results[trial]; ok {
			return number(s)
		}
		return math.NaN()
	}
}

func with(trial string, number func(sample) float64) func(b *bench) (string, float64) {
	return func(b *bench) (string, float64) { return trial, of(trial, number)(b) }
}

var figures = []figure{
	{"one row, 64 × 1: throughput", of(name(kindOurs, oneBy1), rate), with(name(kindHand, oneBy1), rate), "%.0f", "/s", true, 2},
	{"one row, 64 × 8: throughput", of(name(kindOurs, oneBy8), rate), with(name(kindHand, oneBy8), rate), "%.0f", "/s", true, 3.5},
	{"one row, 64 × 8: throughput", of(name(kindOurs, oneBy8), rate), with(pgPlain, rate), "%.0f", "/s", true, 1.4},
	{"Ping, 64 × 8: throughput", of(name(kindOurs, pingBy8), rate), with(name(kindEcho, pingBy8), rate), "%.0f", "/s", true, 2.5},
	{"1,000 rows, 16 × 1: throughput", of(name(kindOurs, rows), rate), with(name(kindHand, rows), rate), "%.0f", "/s", true, 2.2},
	{"1,000 rows, 16 × 1: server CPU a call", of(name(kindOurs, rows), serverCPU), with(name(kindHand, rows), serverCPU), "%.0f", " µs", false, 0.25},
	{"insert, 64 × 1: throughput", of(name(kindOurs, inserts), rate), func(b *bench) (string, float64) {
		best := b.best(inserts, handwritten...)
		return best, of(best, rate)(b)
	}, "%.0f", "/s", true, 1.2},
	{"half of the baseline's rate: p99", of(name(kindOurs, halfRate), p99), with(name(kindHand, halfRate), p99), "%.2f", " ms", false, 1},
	{"one client alone: p50", of(name(kindOurs, alone), p50), with(name(kindHand, alone), p50), "%.3f", " ms", false, 1.05},
	{"one row, 64 × 8: allocations a call", of(name(kindOurs, oneBy8), func(s sample) float64 { return s.allocations }), nil, "%.1f", "", false, 3},
	{"idle connections: memory of each", func(b *bench) float64 { return b.idleKB(kindOurs) }, nil, "%.2f", " KB", false, 12},
	{"1 % slow calls: p99 of the fast ones", of(name(kindOurs, fastMixed), p99), with(name(kindOurs, fastOnly), p99), "%.2f", " ms", false, 2},
}

func (b *bench) idleKB(kind string) float64 {
	if result, ok := b.idle[kind]; ok {
		return result.bytes / 1000
	}
	return math.NaN()
}

// line writes a figure's cells.
func (f figure) line(b *bench) []string {
	ours := f.ours(b)
	against, base, value, suffix := "", math.NaN(), ours, f.unit
	if f.against != nil {
		against, base = f.against(b)
		value, suffix = ours/base, "×"
	}
	sign, met := "≤", value <= f.goal
	if f.atLeast {
		sign, met = "≥", value >= f.goal
	}
	verdict := map[bool]string{true: "met", false: "MISSED"}[met]
	if math.IsNaN(value) {
		verdict = "not measured"
	}
	ratio := ""
	if f.against != nil {
		ratio = number("%.2f", value, "×")
	}
	return []string{
		f.what, number(f.format, ours, f.unit), against, number(f.format, base, f.unit), ratio,
		fmt.Sprintf("%s %g%s", sign, f.goal, suffix), verdict,
	}
}

// number writes a value; nothing for NaN.
func number(format string, value float64, unit string) string {
	if math.IsNaN(value) {
		return ""
	}
	return fmt.Sprintf(format, value) + unit
}

// print writes the tables and what has to be known about them.
func (b *bench) print(w io.Writer, took time.Duration) error {
	ratios := [][]string{{"figure", "spgen", "against", "", "ratio", "goal", ""}}
	for _, f := range figures {
		ratios = append(ratios, f.line(b))
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s, PostgreSQL %s, %s; %d rounds of %s each, %s in all\n\n",
		machine(), b.database.version, runtime.Version(), b.plan.Rounds, b.plan.Duration, took.Round(time.Second))
	writeTable(&text, ratios)
	text.WriteByte('\n')
	writeTable(&text, b.trials())
	text.WriteByte('\n')
	for _, note := range b.notes {
		fmt.Fprintf(&text, "- %s\n", note)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// trials are the cells of all that was measured.
func (b *bench) trials() [][]string {
	lines := [][]string{{"trial", "calls/s", "p50 ms", "p99 ms", "client CPU µs", "server CPU µs", "database CPU µs", "allocations"}}
	for _, trial := range slices.Sorted(maps.Keys(b.results)) {
		s := b.results[trial]
		lines = append(lines, []string{
			trial, number("%.0f", s.rate, ""), number("%.3f", s.p50, ""), number("%.3f", s.p99, ""),
			number("%.1f", s.clientCPU*1e6, ""), number("%.1f", s.serverCPU*1e6, ""), number("%.1f", s.databaseCPU*1e6, ""), number("%.1f", s.allocations, ""),
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(b.idle)) {
		what := fmt.Sprintf("%s, %d idle: %.1f KB each", kind, b.idle[kind].connections, b.idleKB(kind))
		lines = append(lines, []string{what, "", "", "", "", "", "", ""})
	}
	return lines
}

// writeTable writes lines as a Markdown table whose columns stand under each
// other. The first line is the head.
func writeTable(w *strings.Builder, lines [][]string) {
	widths := make([]int, len(lines[0]))
	for _, cells := range lines {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, cells := range lines {
		for i, cell := range cells {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		w.WriteString("|\n")
		if n > 0 {
			continue
		}
		for _, width := range widths {
			fmt.Fprintf(w, "|%s", strings.Repeat("-", width+2))
		}
		w.WriteString("|\n")
	}
}

// machine says what this ran on.
func machine() string {
	model := runtime.GOARCH
	info, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				model = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
				break
			}
		}
	}
	return fmt.Sprintf("%d cores of %s", runtime.NumCPU(), model)
}
