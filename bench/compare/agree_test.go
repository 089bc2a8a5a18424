package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"reflect"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	compare "github.com/spgen/spgen/bench/compare"
	"github.com/spgen/spgen/bench/load"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// serve runs a server until the test ends.
func serve(t *testing.T, kind, database string) (address string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	run, err := compare.NewServer(ctx, kind, database, "2")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// TestServersAgree checks that all servers answer the same, so that what is
// compared is the same work; and that what a load asks for is answered well.
func TestServersAgree(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	pgtest.Exec(t, database, compare.SchemaSQL)
	ours, hand, post := serve(t, compare.KindOurs, database), serve(t, compare.KindHand, database), serve(t, compare.KindPost, database)

	for _, frame := range []string{
		`{"seq":1,"method":1000,"params":{"id":77}}`, `{"seq":2,"method":1001,"params":{"n":20}}`, `{"seq":3,"method":1003,"params":{"seconds":0}}`,
	} {
		x, y := answer(t, ours, frame), answer(t, hand, frame)
		if !reflect.DeepEqual(x, y) {
			t.Errorf("%s: ours answers\n%v, the hand-written server\n%v", frame, x, y)
		}
	}
	for what, r := range map[string]load.Request{
		"one": compare.OneUser, "many": compare.ManyUsers, "event": compare.NewEvent, "ping": compare.Ping, "slow": compare.SlowRequest,
	} {
		for _, url := range []string{"ws://" + ours + "/ws", "ws://" + hand + "/ws", "http://" + post + "/"} {
			report, err := load.Run(t.Context(), load.Options{URL: url, Request: r, Connections: 2, Duration: time.Second})
			if err != nil || report.Failed+report.Mismatched+report.Unanswered > 0 || report.Histogram.Count() == 0 || len(report.Lost) > 0 {
				t.Errorf("%s of %s: %v, %v", what, url, report, err)
			}
		}
	}
}

// answer returns the answer to a frame. Numbers and the strings that spgen
// writes for them are the same.
func answer(t *testing.T, address, frame string) any {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+address+"/ws", nil)
	for deadline := time.Now().Add(time.Minute); errors.Is(err, websocket.ErrBadHandshake) && time.Now().Before(deadline); { // 503 until it has begun
		conn, response, err = websocket.DefaultDialer.DialContext(t.Context(), "ws://"+address+"/ws", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	defer conn.Close()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := conn.ReadJSON(&all); err != nil {
		t.Fatal(err)
	}
	if all["result"] == nil {
		t.Fatalf("%s is answered %v", frame, all)
	}
	return plain(all)
}

// plain makes moments and numbers comparable.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
		return v
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	case string:
		if moment, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return moment.UTC()
		}
		var n json.Number
		if json.Unmarshal([]byte(v), &n) == nil {
			f, _ := n.Float64()
			return f
		}
	}
	return v
}
