package main_test

import (
	"math"
	"strings"
	"testing"

	compare "github.com/spgen/spgen/bench/compare"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := compare.Median(tt.in); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.in, got, tt.want)
		}
	}
	if !math.IsNaN(compare.Median(nil)) {
		t.Error("nothing has a median")
	}
}

func TestParsePgbench(t *testing.T) {
	t.Parallel()
	rate, count, err := compare.ParsePgbench("scaling factor: 1\nnumber of transactions actually processed: 1234\n" +
		"latency average = 0.3 ms\ntps = 12387.511 (without initial connection time)\n")
	if rate != 12387.511 || count != 1234 || err != nil {
		t.Errorf("%v, %v, %v", rate, count, err)
	}
	if _, _, err := compare.ParsePgbench("pgbench: error"); err == nil || !strings.Contains(err.Error(), "pgbench: error") {
		t.Errorf("error %v", err)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	if all, err := compare.GroupsOf(""); err != nil || len(all) < 9 {
		t.Errorf("%d groups, %v", len(all), err)
	}
	if two, err := compare.GroupsOf("ping, idle"); err != nil || len(two) != 2 {
		t.Errorf("%d groups, %v", len(two), err)
	}
	if _, err := compare.GroupsOf("pong"); err == nil || !strings.Contains(err.Error(), "there are one-row, ") {
		t.Errorf("error %v", err)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	lines := compare.Figures(map[string]float64{
		"spgen, one row, 64 × 1": 100, "handwritten, one row, 64 × 1": 50,
		"spgen, one row, 64 × 8": 2, "handwritten, one row, 64 × 8": 1, "pgbench, 4 clients": 1,
		"spgen, insert, 64 × 1": 12, "handwritten, insert, 64 × 1": 3, "handwritten 16, insert, 64 × 1": 11, "handwritten 64, insert, 64 × 1": 4,
		"spgen, half rate, 64": 1, "handwritten, half rate, 64": 1.5,
	})
	if len(lines) != compare.FiguresNumber {
		t.Fatalf("%d lines", len(lines))
	}
	for i, want := range map[int]string{
		0:  "100/s|handwritten, one row, 64 × 1|50/s|2.00×|≥ 2×|met",
		1:  "2/s|handwritten, one row, 64 × 8|1/s|2.00×|≥ 3.5×|MISSED",
		2:  "2/s|pgbench, 4 clients|1/s|2.00×|≥ 1.4×|met",
		3:  "|echo, ping, 64 × 8|||≥ 2.5×|not measured",
		6:  "12/s|handwritten 16, insert, 64 × 1|11/s|1.09×|≥ 1.2×|MISSED",
		7:  "1.00 ms|handwritten, half rate, 64|1.50 ms|0.67×|≤ 1×|met",
		9:  "2.0||||≤ 3|met",
		10: "||||≤ 12 KB|not measured",
	} {
		if got := strings.Join(lines[i][1:], "|"); got != want {
			t.Errorf("%s: %s, want %s", lines[i][0], got, want)
		}
	}
}

func TestWriteTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	compare.WriteTable(&b, [][]string{{"a", "bb"}, {"1×", "2"}})
	if want := "| a  | bb |\n|----|----|\n| 1× | 2  |\n"; b.String() != want {
		t.Errorf("%s", b.String())
	}
}
