package rpc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
)

func TestPing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	const layout = "2006-01-02T15:04:05.000000Z"
	for range 1000 {
		var pong struct{ Time string }
		if err := json.Unmarshal([]byte(f.call(t, rpc.PingID, "{}").Result), &pong); err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(layout, pong.Time)
		if err != nil || at.Format(layout) != pong.Time {
			t.Fatalf("the server's time is %s: %v", pong.Time, err)
		}
		if since := time.Since(at); since < 0 || since > time.Minute {
			t.Fatalf("the server's time is %s", pong.Time)
		}
	}
}

func TestOwnParams(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	f.peer.Cancel = func(seq uint64) bool { return seq == 7 }
	tests := []struct {
		id     uint32
		name   string
		params string
		want   string // the result, or the faults
	}{
		{rpc.CancelID, "", `{"seq":7}`, `{"cancelled":true}`},
		{rpc.CancelID, "", `{"seq":8}`, `{"cancelled":false}`},
		{rpc.CancelID, "", `{ "seq" : 9007199254740991 }`, `{"cancelled":false}`},
		{rpc.CancelID, "", `{}`, "seq missing"},
		{rpc.CancelID, "", `{"seq":null}`, "seq wrong_type"},
		{rpc.CancelID, "", `{"seq":"7"}`, "seq wrong_type"},
		{rpc.CancelID, "", `{"seq":7.0}`, "seq wrong_type"},
		{rpc.CancelID, "", `{"seq":-1}`, "seq wrong_type"},
		{rpc.CancelID, "", `{"seq":9007199254740992}`, "seq wrong_type"},
		{rpc.CancelID, "", `{"z":1,"seq":7,"a":2}`, "a unknown, z unknown"},
		{rpc.PingID, "", `{"x":1}`, "x unknown"},
		{rpc.DiscoverID, "", `{}`, `{"openrpc":"1.3.2"}`},
		{rpc.DiscoverID, "", `{"x":1}`, "x unknown"},
		{0, "rpc.discover", `{}`, `{"openrpc":"1.3.2"}`},
		{0, "Discover", `{}`, `{"openrpc":"1.3.2"}`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.id, tt.name, tt.params), func(t *testing.T) {
			t.Parallel()
			got := f.dispatch(t.Context(), &rpc.Call{ID: tt.id, Name: tt.name, Params: []byte(tt.params)})
			if text := resultOrFaults(t, got); text != tt.want {
				t.Errorf("answered %s, want %s", text, tt.want)
			}
		})
	}
}

func TestOwnReportsTheParsersFaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	got := f.dispatch(t.Context(), &rpc.Call{
		ID: rpc.PingID, Params: []byte(`{"b":1,"b":2}`), Faults: []rpc.Fault{{Param: "b", Reason: rpc.ReasonDuplicate}},
	})
	if text := resultOrFaults(t, got); text != "b duplicate, b unknown" {
		t.Errorf("answered %s", text)
	}
}

func TestCancelWithoutTransport(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	if got := f.call(t, rpc.CancelID, `{"seq":1}`).name(); got != `{"cancelled":false}` {
		t.Errorf("answered %s", got)
	}
}

func TestNoDocument(t *testing.T) {
	t.Parallel()
	registry, err := rpc.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	d, err := rpc.NewDispatcher(registry, &executor{}, rpc.DispatcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{Dispatcher: d, peer: &rpc.Peer{}}
	if got := f.call(t, rpc.DiscoverID, "{}").name(); got != "null" {
		t.Errorf("answered %s", got)
	}
}

// resultOrFaults returns the result of an answer, or its faults in short.
func resultOrFaults(t *testing.T, a answer) string {
	t.Helper()
	if a.Err == nil {
		return a.Result
	}
	if a.Err.Code != rpc.CodeInvalidParams {
		return a.Err.Name
	}
	var data struct{ Faults []rpc.Fault }
	if err := json.Unmarshal(a.Err.Data, &data); err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, f := range data.Faults {
		faults = append(faults, f.Param+" "+f.Reason)
	}
	return strings.Join(faults, ", ")
}

func TestInvalidParamsIsBounded(t *testing.T) {
	t.Parallel()
	faults := make([]rpc.Fault, 70)
	for i := range faults {
		faults[i] = rpc.Fault{Param: fmt.Sprint("p", i), Reason: rpc.ReasonUnknown}
	}
	var data struct {
		Faults []rpc.Fault
		More   int
	}
	if err := json.Unmarshal(rpc.InvalidParams(faults).Data, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Faults)+data.More != 70 || data.More == 0 {
		t.Errorf("%d faults and %d more", len(data.Faults), data.More)
	}
	if one := rpc.InvalidParams(faults[:1]); one.Message != "p0: unknown" {
		t.Errorf("message %q", one.Message)
	}
}
