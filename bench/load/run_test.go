package load_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/bench/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve answers each message of a WebSocket, or each body of a POST, with what
// reply makes of it; nil is no answer.
func serve(t *testing.T, scheme string, reply func(message []byte) []byte) (url string) {
	t.Helper()
	var upgrader websocket.Upgrader
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			answer := reply(body)
			w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
			_, _ = w.Write(answer)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			_, message, err := conn.ReadMessage()
			if err != nil {
				return
			}
			if answer := reply(message); answer != nil && conn.WriteMessage(websocket.TextMessage, answer) != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return scheme + strings.TrimPrefix(s.URL, "http") + "/ws"
}

func echo(message []byte) []byte { return message }

func request(t *testing.T, method, params string) load.Request {
	t.Helper()
	template, err := load.ParseTemplate(params)
	if err != nil {
		t.Fatal(err)
	}
	return load.Request{Method: method, Params: template}
}

func TestRun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, scheme string
		options      load.Options
	}{
		{"closed", "ws", load.Options{Connections: 5, InFlight: 3}},
		{"open", "ws", load.Options{Connections: 5, Rate: 30}},
		{"HTTP", "http", load.Options{Connections: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var counter atomic.Int64
			o := tt.options
			o.URL, o.Request, o.Duration = serve(t, tt.scheme, echo), request(t, "Echo", `{"i":{{i}}}`), 2*time.Second
			o.Probes = []load.Probe{{Name: "reads", Read: func(context.Context) (float64, error) { return float64(counter.Add(1)), nil }}}
			r, err := load.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Calls == 0 || r.Failed+r.Mismatched+r.Unanswered > 0 || len(r.Lost) > 0 || r.Histogram.Count() == 0 || r.Interrupted {
				t.Errorf("report: %v", r)
			}
			if r.TargetRate > 0 && r.Histogram.Count() != 60 {
				t.Errorf("of 60 calls that were due there were %d", r.Histogram.Count())
			}
			if r.Probes["reads"] != 1 || r.BytesSent == 0 || r.BytesReceived == 0 {
				t.Errorf("probes %v, bytes %d, %d", r.Probes, r.BytesSent, r.BytesReceived)
			}
			if text, err := json.Marshal(r); err != nil || !bytes.Contains(text, []byte(`"p99_9":`)) {
				t.Errorf("%s, %v", text, err)
			}
		})
	}
}

// TestRequests checks what a server sees: the login first, then requests that
// are numbered over all connections.
func TestRequests(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 100_000)
	o := load.Options{Connections: 2, Duration: 2 * time.Second, Request: request(t, "Echo", `{"i":{{i}}}`)}
	login := request(t, "17", `{"user":"u{{conn}}"}`)
	o.Login = &login
	o.URL = serve(t, "ws", func(message []byte) []byte {
		select {
		case seen <- string(message):
		default:
		}
		return message
	})
	if _, err := load.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	logins, numbers := map[string]bool{}, map[string]bool{}
	for len(seen) > 0 {
		message := <-seen
		if user := regexp.MustCompile(`^{"seq":0,"method":17,"params":{"user":"(u\d)"}}$`).FindStringSubmatch(message); user != nil {
			logins[user[1]] = true
			continue
		}
		number := regexp.MustCompile(`^{"seq":\d+,"method":"Echo","params":{"i":(\d+)}}$`).FindStringSubmatch(message)
		if number == nil || numbers[number[1]] {
			t.Fatalf("request %s", message)
		}
		numbers[number[1]] = true
	}
	if !logins["u1"] || !logins["u2"] || len(logins) != 2 || !numbers["1"] || !numbers["2"] || !numbers["4"] {
		t.Errorf("logins %v, %d requests", logins, len(numbers))
	}
}

// TestLargeAnswer makes the buffer grow.
func TestLargeAnswer(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 300_000)
	url := serve(t, "ws", func(message []byte) []byte {
		return append(bytes.TrimSuffix(message, []byte("}")), `,"more":"`+large+`"}`...)
	})
	r, err := load.Run(t.Context(), load.Options{URL: url, Request: request(t, "1", "{}"), InFlight: 3, Duration: time.Second})
	if err != nil || r.Histogram.Count() < 3 || r.BytesReceived < r.Calls*300_000 || len(r.Lost) > 0 {
		t.Errorf("%v, %v", r, err)
	}
}

// TestInterrupt ends a run of an hour when it has its first answer, and asks again.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0, 100} {
		ctx, cancel := context.WithCancel(t.Context())
		asked := new(atomic.Int64)
		url := serve(t, "ws", func(message []byte) []byte {
			if asked.Add(1) == 2 {
				cancel()
			}
			return message
		})
		r, err := load.Run(ctx, load.Options{URL: url, Request: request(t, "1", "{}"), InFlight: 1, Duration: time.Hour, Rate: rate})
		if err != nil || !r.Interrupted || r.Calls == 0 || r.Seconds > 60 || r.CallsPerSecond == 0 || len(r.Lost) > 0 {
			t.Errorf("rate %v: %+v, %v", rate, r, err)
		}
		cancel()
	}
}

func TestUnanswered(t *testing.T) {
	t.Parallel()
	url := serve(t, "ws", func([]byte) []byte { return nil })
	r, err := load.Run(t.Context(), load.Options{
		URL: url, Request: request(t, "1", "{}"), InFlight: 2, Connections: 3, Duration: time.Second, Drain: 20 * time.Millisecond,
	})
	if err != nil || r.Unanswered != 6 || r.Calls != 0 || len(r.Lost) > 0 {
		t.Errorf("%v, %v", r, err)
	}
}

func TestRunFails(t *testing.T) {
	t.Parallel()
	url, one := serve(t, "ws", echo), request(t, "1", "{}")
	broken := load.Probe{Name: "broken", Read: func(context.Context) (float64, error) { return 0, errors.New("no number") }}
	for _, tt := range []struct {
		name    string
		options load.Options
		wantErr string
		is      error
	}{
		{"nobody there", load.Options{URL: "ws://127.0.0.1:1/ws", Request: one}, "connect to ws://127.0.0.1:1/ws", load.ErrUnreachable},
		{"nobody there, HTTP", load.Options{URL: "http://127.0.0.1:1/", Request: one}, "connect to", load.ErrUnreachable},
		{"no URL", load.Options{Request: one}, "ws://host:port/ws", nil},
		{"no method", load.Options{URL: url}, "name a method", nil},
		{"too many connections", load.Options{URL: url, Request: one, Connections: 1e6}, "connections: from 1 to 50000", nil},
		{"a rate below nothing", load.Options{URL: url, Request: one, Rate: -1}, "rate:", nil},
		{"a probe", load.Options{URL: url, Request: one, Duration: time.Hour, Probes: []load.Probe{broken}}, "broken: no number", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := load.Run(t.Context(), tt.options)
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
		})
	}
}

func TestIdle(t *testing.T) {
	t.Parallel()
	closeAll, err := load.Idle(t.Context(), serve(t, "ws", echo), 20)
	if err != nil {
		t.Fatal(err)
	}
	closeAll()
	if _, err := load.Idle(t.Context(), "ws://127.0.0.1:1/ws", 3); !errors.Is(err, load.ErrUnreachable) {
		t.Errorf("error %v", err)
	}
}
