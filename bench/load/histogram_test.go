package load_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/bench/load"
)

func TestHistogramQuantiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 300).Draw(t, "durations")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		var one, other load.Histogram
		for i, d := range all {
			[]*load.Histogram{&one, &other}[i%2].Record(time.Duration(d))
		}
		one.Add(&other)
		slices.Sort(all)
		want := all[max(int(math.Ceil(q*float64(len(all)))), 1)-1]
		got := int64(one.Quantile(q))
		if got < want || float64(got) > float64(want)*1.01+1 {
			t.Fatalf("quantile %v is %d, want %d to 1 %% more", q, got, want)
		}
		if one.Count() != uint64(len(all)) || int64(one.Max()) != all[len(all)-1] {
			t.Fatalf("count %d, max %d", one.Count(), one.Max())
		}
	})
}

func TestHistogramEdges(t *testing.T) {
	t.Parallel()
	var h load.Histogram
	if h.Quantile(0.5) != 0 || h.Mean() != 0 || h.Max() != 0 {
		t.Error("an empty histogram has values")
	}
	for ms := range 5 {
		one := new(load.Histogram)
		one.Record(time.Duration(ms) * time.Millisecond)
		h.Add(one)
	}
	if h.Mean() != 2*time.Millisecond || h.Quantile(0) != 0 {
		t.Errorf("mean %v, least %v", h.Mean(), h.Quantile(0))
	}
	h = load.Histogram{}
	h.Record(-time.Second)
	h.Record(math.MaxInt64 / 4)
	if h.Count() != 2 || h.Quantile(0) != 0 || h.Max() != math.MaxInt64/4 {
		t.Errorf("count %d, least %v, max %v", h.Count(), h.Quantile(0), h.Max())
	}
}

var drawn = regexp.MustCompile(`^ *≤ +(\d[\d.]*) (ns|µs|ms|s)  ([█▏▎▍▌▋▊▉ ]{50}) +(?:<0\.01|(\d+\.\d\d))%$`)

// TestDraw checks that every draw has rows a terminal can show, and that they
// hold everything.
func TestDraw(t *testing.T) {
	t.Parallel()
	for _, spread := range []time.Duration{1, 100, time.Microsecond, time.Millisecond, 90 * time.Second, 50 * time.Minute} {
		t.Run(spread.String(), func(t *testing.T) {
			t.Parallel()
			var h load.Histogram
			random := rand.New(rand.NewPCG(1, 2))
			for range 1000 {
				h.Record(20*time.Microsecond + time.Duration(random.ExpFloat64()*float64(spread)))
			}
			var b strings.Builder
			if err := h.Draw(&b); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			if len(lines) > 20 {
				t.Errorf("%d rows", len(lines))
			}
			sum := 0.0
			for _, line := range lines {
				m := drawn.FindStringSubmatch(line)
				if m == nil {
					t.Fatalf("row %q", line)
				}
				share, err := strconv.ParseFloat("0"+m[4], 64)
				if err != nil {
					t.Fatal(err)
				}
				sum += share
				if bar := strings.TrimSpace(m[3]) != ""; bar != (m[4] != "0.00") {
					t.Errorf("row %q: what is there has a bar", line)
				}
			}
			if math.Abs(sum-100) > 0.2 {
				t.Errorf("the rows hold %.2f %%:\n%s", sum, b.String())
			}
		})
	}
}

func ExampleHistogram_Draw() {
	var h load.Histogram
	for ms := range 40 {
		h.Record(time.Duration(1+ms*ms/40) * time.Millisecond)
	}
	var b strings.Builder
	_ = h.Draw(&b)
	fmt.Println(strings.Count(b.String(), "\n"), "rows")
	// Output: 12 rows
}
