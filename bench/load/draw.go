package load

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

const (
	maxRows  = 20 // of a drawn histogram
	barWidth = 50
)

// steps are what a row's upper end may be times its lower end.
var steps = []float64{math.Sqrt2, 2, 4, 16, 1e6}

// Draw writes h as bars, one a row, whose latencies grow by the same factor.
func (h *Histogram) Draw(w io.Writer) error {
	if h.count == 0 {
		return nil
	}
	rows := h.rows()
	most := uint64(0)
	for _, r := range rows {
		most = max(most, r.count)
	}
	for _, r := range rows {
		if _, err := fmt.Fprintf(w, "%10s  %-*s %6s\n", "≤ "+short(r.to), barWidth, bar(r.count, most), share(r.count, h.count)); err != nil {
			return err
		}
	}
	return nil
}

// row is a bar: the durations up to to that are in no row before.
type row struct {
	to    time.Duration
	count uint64
}

func (h *Histogram) rows() []row {
	least := max(h.min, time.Microsecond)
	step := steps[len(steps)-1]
	for _, s := range steps {
		if math.Log(float64(max(h.max, least))/float64(least))/math.Log(s) < maxRows-2 {
			step = s
			break
		}
	}
	to := math.Pow(step, math.Ceil(math.Log(float64(least))/math.Log(step)))
	var rows []row
	for drawn := uint64(0); drawn < h.count; to *= step {
		end := time.Duration(to)
		n := h.upTo(end)
		rows = append(rows, row{end, n - drawn})
		drawn = n
	}
	return rows
}

// eighths of a character, for the end of a bar.
var eighths = []rune("▏▎▍▌▋▊▉█")

// bar is as long as count's share of most; what is there is seen.
func bar(count, most uint64) string {
	if count == 0 {
		return ""
	}
	length := max(int(float64(count)/float64(most)*barWidth*8+0.5), 1)
	text := strings.Repeat("█", length/8)
	if rest := length % 8; rest > 0 {
		text += string(eighths[rest-1])
	}
	return text
}

func share(count, all uint64) string {
	percent := 100 * float64(count) / float64(all)
	if count > 0 && percent < 0.005 {
		return "<0.01%"
	}
	return fmt.Sprintf("%.2f%%", percent)
}

// short writes d with three digits.
func short(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "µs"}} {
		if d >= unit.size {
			v := float64(d) / float64(unit.size)
			return fmt.Sprintf("%.*f %s", max(0, 2-int(math.Log10(v))), v, unit.name)
		}
	}
	return fmt.Sprintf("%d ns", d.Nanoseconds())
}
