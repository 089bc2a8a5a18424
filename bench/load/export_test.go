package load

import (
	"math/rand/v2"
	"time"
)

// Line is a line that tests drive through time.
type Line struct{ *line }

// NewLine returns a line of connection 1 of connections whose requests are
// framed by nothing but a line feed. rate 0 is a closed loop.
func NewLine(connections, inFlight int, rate float64, from, to time.Duration) Line {
	params, _ := ParseTemplate("{}")
	l := newLine(inFlight)
	request := Request{Method: "1", Params: params}
	l.head, l.middle = request.head()
	l.params, l.framing, l.window = params, lines{}, &window{from: from}
	l.window.to.Store(int64(to))
	l.numbers = numbers{i: 1, conn: 1, random: rand.New(rand.NewPCG(1, 1))}
	l.step = int64(connections)
	if rate > 0 {
		l.pacer = &pacer{rate: rate, connections: connections}
	}
	return Line{l}
}

func (l Line) Fill(now time.Duration) (frames []byte, next time.Duration) { return l.fill(nil, now) }

func (l Line) Take(message []byte, now time.Duration) error { return l.take(message, now) }

func (l Line) Latency() *Histogram { return &l.latency }

func (l Line) Counts() (done, failed, late, unsent, unanswered, mismatched uint64) {
	return l.done, l.failed, l.late, l.unsent(), l.unanswered(), l.mismatched
}

type lines struct{ framing }

func (lines) append(dst, message []byte) []byte { return append(append(dst, message...), '\n') }

// Framing is a framing for tests.
type Framing struct{ framing }

func WebSocket() Framing { return Framing{&webSocket{}} }

func HTTP() Framing { return Framing{&httpFraming{path: "/rpc", host: "example.org"}} }

func (f Framing) Append(dst, message []byte) []byte { return f.append(dst, message) }

func (f Framing) Next(data []byte) (message []byte, used int, err error) { return f.next(data) }

func (f Framing) Reply() []byte { return f.reply() }

// Fill fills a template for request i of connection conn.
func (t *Template) Fill(i, conn int64, seed uint64) string {
	return string(t.appendTo(nil, numbers{i, conn, rand.New(rand.NewPCG(seed, seed))}))
}

// ParseAnswer reads an answer.
func ParseAnswer(message string) (seq uint64, failed string, err error) {
	a, err := parseAnswer([]byte(message))
	return a.seq, a.failed, err
}

// ParseStat reads a line of /proc/PID/stat.
func ParseStat(stat string) (parent int, ticks uint64, err error) {
	p, err := parseStat(stat)
	return p.parent, p.ticks, err
}
