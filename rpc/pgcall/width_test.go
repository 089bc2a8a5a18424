package pgcall_test

import (
	"testing"
	"time"

	"github.com/spgen/spgen/rpc/pgcall"
)

// As many connections take calls as get more of them done.
func TestWidth(t *testing.T) {
	t.Parallel()
	processor := func(int) int { return 600 }
	disk := func(connections int) int { return 100 * connections }
	someDisk := func(connections int) int { return 1000 * min(connections, 4) }
	tests := []struct {
		name string
		most int
		rate func(connections int) int // calls a second that so many do
		want int                       // most of the time
	}{
		{"calls that take CPU time", 16, processor, 2},
		{"calls that wait for the disk", 16, disk, 16},
		{"a disk that takes four", 16, someDisk, 4},
		{"an odd number", 7, processor, 2},
		{"one connection", 1, processor, 1},
		{"two connections", 2, disk, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := &pgcall.Width{Most: tt.most}
			if share := widthShare(w, time.Unix(0, 0), time.Minute, tt.rate, tt.want); share < 0.9 {
				t.Errorf("%d connections took calls in %.0f %% of the time only", tt.want, 100*share)
			}
		})
	}
}

// What calls wait for may change while calls wait all the time.
func TestWidthFollows(t *testing.T) {
	t.Parallel()
	w := &pgcall.Width{Most: 16}
	widthShare(w, time.Unix(0, 0), time.Minute, func(int) int { return 600 }, 2)
	widthShare(w, time.Unix(60, 0), 20*time.Second, func(n int) int { return 100 * n }, 16)
	if share := widthShare(w, time.Unix(80, 0), time.Minute, func(n int) int { return 100 * n }, 16); share < 0.9 {
		t.Errorf("all connections took calls in %.0f %% of the time only", 100*share)
	}
}

// widthShare has a set loaded for d from now on, and returns for which share of
// the time want connections took calls.
func widthShare(w *pgcall.Width, now time.Time, d time.Duration, rate func(int) int, want int) float64 {
	const step = 5 * time.Millisecond
	connections, there, all := w.Observe(now, 0), 0, 0
	rest := 0
	for end := now.Add(d); now.Before(end); now = now.Add(step) {
		rest += rate(connections) * int(step/time.Millisecond)
		connections = w.Observe(now, rest/1000)
		rest %= 1000
		if all++; connections == want {
			there++
		}
	}
	return float64(there) / float64(all)
}
