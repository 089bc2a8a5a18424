package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{pgtest.Stopping(m)}, map[string]func(){"spgen": main})
}

// leakChecked fails tests that leave goroutines behind.
type leakChecked struct{ pgtest.Runner }

func (l leakChecked) Run() int {
	code := l.Runner.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestScripts runs testdata/script. Each script has an empty database, $DB, and
// a server that answers requests, $SERVER. The command
//
//	exits 3 spgen generate --check
//
// expects an exit code. "-update" rewrites what cmp compares with.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("testscript runs without a testing.TB")
			}
			server := httptest.NewServer(http.HandlerFunc(answer))
			env.Defer(server.Close)
			env.Setenv("DB", pgtest.New(tb))
			env.Setenv("SERVER", "ws"+strings.TrimPrefix(server.URL, "http"))
			// Nothing listens there.
			env.Setenv("NOWHERE", "postgres://somebody@127.0.0.1:1/nothing?sslmode=disable&connect_timeout=2")
			return nil
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit interface{ ExitCode() int }
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// answer is a server: it answers a request with itself, one whose name begins
// with "Fail" with an error, and none to "Hang"; at "Leave" it goes.
func answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/refuse" {
		http.Error(w, "no", http.StatusForbidden)
		return
	}
	if r.URL.Path == "/bench" {
		answerBench(w, r)
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{"spgen.v1.json"}}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	for {
		kind, request, err := conn.ReadMessage()
		if err != nil {
			return
		}
		text := string(request)
		switch {
		case strings.Contains(text, `"Leave"`):
			return
		case strings.Contains(text, `"Hang"`):
			continue
		case strings.Contains(text, `"Fail`):
			text = `{"method":1000,"error":{"code":7,"name":"bad","message":"No."}}`
		default:
			text = fmt.Sprintf(`{"result":%s,"subprotocol":%q}`, text, conn.Subprotocol())
		}
		if err := conn.WriteMessage(kind, []byte(text)); err != nil {
			return
		}
	}
}
