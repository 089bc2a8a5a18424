package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/app"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		program()
		return
	}
	goleak.VerifyTestMain(pgtest.Stopping(m))
}

// running is a server under test.
type running struct {
	ws       string // the socket's URL
	http     string
	database string // the superuser's URL
	stop     context.CancelFunc
	done     chan error
}

// serve runs a on a fresh database and stops it with the test.
func serve(t *testing.T, a app.App) *running {
	t.Helper()
	database := pgtest.New(t)
	r := serveOn(t, a, database, "--database-url", asServer(t, database), "--migrate", "--migrate-url", database)
	r.awaitReady(t)
	return r
}

// awaitReady waits until the server can answer calls.
func (r *running) awaitReady(t *testing.T) {
	t.Helper()
	waitFor(t, func() bool {
		status, _ := get(t, r.http+"/readyz")
		return status == http.StatusOK
	})
}

func serveOn(t *testing.T, a app.App, database string, args ...string) *running {
	t.Helper()
	return serveLogging(t, t.Output(), a, database, args...)
}

// serveLogging runs a with its log written to log.
func serveLogging(t *testing.T, log io.Writer, a app.App, database string, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{database: database, stop: stop, done: make(chan error, 1)}
	read, write := io.Pipe()
	args = append([]string{"--listen", "127.0.0.1:0", "--log-level", "error"}, args...)
	go func() {
		r.done <- a.Run(ctx, args, func(string) string { return "" }, write, log)
		_ = write.Close()
	}()
	t.Cleanup(func() { r.end(t) })
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		if _, ws, found := strings.Cut(lines.Text(), "ws://"); found {
			r.ws, r.http = "ws://"+ws, "http://"+strings.TrimSuffix(ws, "/ws")
			go func() { _, _ = io.Copy(io.Discard, read) }()
			return r
		}
	}
	t.Fatalf("the server did not start: %v", <-r.done)
	return nil
}

// end stops the server and checks that it ended well. Later calls do nothing.
func (r *running) end(t *testing.T) {
	t.Helper()
	r.stop()
	if err, ok := <-r.done; ok && err != nil {
		t.Errorf("the server ended with %v", err)
	}
	select {
	case <-r.done:
	default:
		close(r.done)
	}
}

// asServer is database's URL for the server's role.
func asServer(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if query.Has("user") {
		query.Set("user", api.API.ServerRole)
		u.RawQuery = query.Encode()
	} else {
		u.User = url.User(api.API.ServerRole)
	}
	return u.String()
}

// socket is a client that is not ours.
type socket struct {
	t    *testing.T
	conn *websocket.Conn
}

func (r *running) dial(t *testing.T) *socket {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), r.ws, listening(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{t, conn}
}

// answer is an answer frame.
type answer struct {
	Seq    *int64          `json:"seq"`
	Method *int            `json:"method"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Name    string `json:"name"`
		Message string `json:"message"`
		Data    struct {
			Faults []struct{ Param, Reason string } `json:"faults"`
			Field  string                           `json:"field"`
		} `json:"data"`
	} `json:"error"`
}

// send sends one text frame, as it is.
func (s *socket) send(frame string) {
	s.t.Helper()
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		s.t.Fatalf("send %s: %v", frame, err)
	}
}

// receive reads one answer.
func (s *socket) receive() answer {
	s.t.Helper()
	kind, data, err := s.conn.Read(s.t.Context())
	if err != nil {
		s.t.Fatalf("receive: %v", err)
	}
	if kind != websocket.MessageText {
		s.t.Fatalf("received a frame of type %v", kind)
	}
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		s.t.Fatalf("answer %s: %v", data, err)
	}
	if (a.Result == nil) == (a.Error == nil) {
		s.t.Fatalf("answer %s: want one of result and error", data)
	}
	return a
}

// call sends a frame and reads its answer into result, unless that is nil.
func (s *socket) call(frame string, result any) answer {
	s.t.Helper()
	s.send(frame)
	a := s.receive()
	if result == nil {
		return a
	}
	if a.Error != nil {
		s.t.Fatalf("%s: %s: %s", frame, a.Error.Name, a.Error.Message)
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		s.t.Fatalf("result %s: %v", a.Result, err)
	}
	return a
}

// fails sends a frame and checks the name of the error that answers it.
func (s *socket) fails(frame, name string) answer {
	s.t.Helper()
	a := s.call(frame, nil)
	if a.Error == nil {
		s.t.Fatalf("%s: answered %s, want %s", frame, a.Result, name)
	}
	if a.Error.Name != name {
		s.t.Errorf("%s: answered %s (%s), want %s", frame, a.Error.Name, a.Error.Message, name)
	}
	return a
}
