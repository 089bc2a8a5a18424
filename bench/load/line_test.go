package load_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/bench/load"
)

const ms = time.Millisecond

// simulated is a server and a clock that goes from one thing to do to the next.
type simulated struct {
	line    load.Line
	answers func(now time.Duration) time.Duration // when a request of now is answered
	pending []pending
}

type pending struct {
	at      time.Duration
	request []byte
}

// run lets time pass until the end, in steps of a millisecond.
func (s *simulated) run(t *testing.T, until time.Duration) {
	t.Helper()
	for now := time.Duration(0); now <= until; now += ms {
		var rest []pending
		for _, p := range s.pending {
			if p.at > now {
				rest = append(rest, p)
				continue
			}
			if err := s.line.Take(p.request, now); err != nil {
				t.Fatal(err)
			}
		}
		s.pending = rest
		frames, next := s.line.Fill(now)
		if next != 0 && next <= now {
			t.Fatalf("at %v the next request is due at %v", now, next)
		}
		for request := range bytes.Lines(frames) {
			s.pending = append(s.pending, pending{s.answers(now), bytes.Clone(request)})
		}
	}
}

func after(d time.Duration) func(time.Duration) time.Duration {
	return func(now time.Duration) time.Duration { return now + d }
}

// TestOpenLoop checks that a server that stalls is charged for all requests that
// were due meanwhile.
func TestOpenLoop(t *testing.T) {
	t.Parallel()
	stall := func(now time.Duration) time.Duration { // from 200 ms to 700 ms
		if now >= 200*ms && now < 700*ms {
			return 700 * ms
		}
		return now + ms
	}
	s := simulated{line: load.NewLine(1, 4, 100, 0, time.Second), answers: stall}
	s.run(t, 2*time.Second)
	done, failed, late, unsent, unanswered, mismatched := s.line.Counts()
	if done != 100 || failed+unsent+unanswered+mismatched != 0 {
		t.Errorf("done %d, failed %d, unsent %d, unanswered %d, mismatched %d", done, failed, unsent, unanswered, mismatched)
	}
	// 50 were due in the stall, a tenth of a second apart from 500 ms to 10 ms
	// before its end; four of them left, the others waited.
	if late < 40 || late > 50 {
		t.Errorf("late %d", late)
	}
	h := s.line.Latency()
	if h.Count() != 100 || h.Max() != 500*ms {
		t.Errorf("%d latencies up to %v, want 100 up to 500ms", h.Count(), h.Max())
	}
	if p75 := h.Quantile(0.75); p75 < 240*ms || p75 > 260*ms {
		t.Errorf("p75 %v: half of those that waited have waited for half of the stall", p75)
	}
}

func TestOpenLoopEnds(t *testing.T) {
	t.Parallel()
	never := func(time.Duration) time.Duration { return time.Hour }
	s := simulated{line: load.NewLine(1, 4, 100, 500*ms, time.Second), answers: never}
	s.run(t, 2*time.Second)
	done, _, _, unsent, unanswered, _ := s.line.Counts()
	if done != 0 || unsent != 50 || unanswered != 0 { // the four that left did so before measuring
		t.Errorf("done %d, unsent %d, unanswered %d", done, unsent, unanswered)
	}
}

// TestOpenLoopOverdue checks that what was due in time is sent after the end.
func TestOpenLoopOverdue(t *testing.T) {
	t.Parallel()
	line := load.NewLine(1, 200, 100, 0, time.Second)
	frames, next := line.Fill(1500 * ms)
	if n := bytes.Count(frames, []byte("\n")); n != 100 || next != 0 {
		t.Errorf("%d requests, the next one at %v", n, next)
	}
	if _, _, late, unsent, unanswered, _ := line.Counts(); late != 100 || unsent != 0 || unanswered != 100 {
		t.Errorf("late %d, unsent %d, unanswered %d", late, unsent, unanswered)
	}
}

// TestOpenLoopTurns checks that connections share the rate.
func TestOpenLoopTurns(t *testing.T) {
	t.Parallel()
	s := simulated{line: load.NewLine(4, 4, 100, 0, time.Second), answers: after(ms)}
	s.run(t, 2*time.Second)
	if done, _, late, _, _, _ := s.line.Counts(); done != 25 || late != 0 {
		t.Errorf("done %d, late %d", done, late)
	}
}

func TestClosedLoop(t *testing.T) {
	t.Parallel()
	s := simulated{line: load.NewLine(1, 3, 0, 100*ms, 200*ms), answers: after(10 * ms)}
	s.run(t, time.Second)
	done, _, late, unsent, unanswered, _ := s.line.Counts()
	if done != 30 || late+unsent+unanswered != 0 {
		t.Errorf("done %d, late %d, unsent %d, unanswered %d", done, late, unsent, unanswered)
	}
	if h := s.line.Latency(); h.Count() != 30 || h.Quantile(0) != 10*ms || h.Max() != 10*ms {
		t.Errorf("%d latencies up to %v", h.Count(), h.Max())
	}
}

// TestSeq checks that an answer counts once, and for its own request.
func TestSeq(t *testing.T) {
	t.Parallel()
	line := load.NewLine(1, 2, 0, 0, time.Second)
	frames, _ := line.Fill(0)
	first, second, _ := strings.Cut(strings.TrimSpace(string(frames)), "\n")
	for i, tt := range []struct {
		answer string
		wantOK bool
	}{{first, true}, {first, false}, {second, true}, {`{"seq":99,"result":1}`, false}, {`{"result":1}`, false}, {``, false}} {
		if err := line.Take([]byte(tt.answer), ms); (err == nil) != tt.wantOK {
			t.Errorf("answer %d, %s: %v", i, tt.answer, err)
		}
	}
	if done, _, _, _, _, mismatched := line.Counts(); done != 2 || mismatched != 2 {
		t.Errorf("done %d, mismatched %d", done, mismatched)
	}
}

func TestParseAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     uint64
		failed   string
		wantErr  bool
	}{
		{"ours", `{"seq":7,"method":1,"result":{"seq":8,"error":{}}}`, 7, "", false},
		{"an error", `{"seq":7,"method":1,"error":{"code":-32602,"name":"invalid_params"}}`, 7, "-32602 invalid_params", false},
		{"an echo", `{"seq":7,"method":1,"params":{}}`, 7, "", false},
		{"without a method", `{"seq":9007199254740991,"result":null}`, 9007199254740991, "", false},
		{"another order", `{ "result": {"seq": 8}, "seq": 7 }`, 7, "", false},
		{"an error in another order", `{ "error": {"code": 3, "name": "x"}, "seq": 7 }`, 7, "3 x", false},
		{"no seq", `{"method":1,"error":{"code":1}}`, 0, "", true},
		{"a string", `{"seq":"7","result":1}`, 0, "", true},
		{"a fraction", `{"seq":7.5,"result":1}`, 0, "", true},
		{"cut", `{"seq":7`, 7, "", false},
		{"nothing", ``, 0, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			seq, failed, err := load.ParseAnswer(tt.in)
			if seq != tt.want || failed != tt.failed || (err != nil) != tt.wantErr {
				t.Errorf("seq %d, failed %q, error %v", seq, failed, err)
			}
		})
	}
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	const numbers = " S 17 1 1 0 -1 4194560 1 2 3 4 100 20 3 4000 20 0 1 0 5"
	for _, name := range []string{"postgres", "a) S 1 (b", ""} {
		parent, ticks, err := load.ParseStat("42 (" + name + ")" + numbers)
		if parent != 17 || ticks != 4123 || err != nil {
			t.Errorf("%q: parent %d, ticks %d, %v", name, parent, ticks, err)
		}
	}
	for _, wrong := range []string{"", ")", "42 (x) S 17", "42 (x) S x" + numbers[5:]} {
		if _, _, err := load.ParseStat(wrong); err == nil {
			t.Errorf("%q is understood", wrong)
		}
	}
}
