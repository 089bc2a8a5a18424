package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := serve(t, messenger).user(t, "ann")
	tests := []struct {
		name, frame, want string
		faults            string // "param reason" of each, joined by commas
	}{
		{"not json", `{"method": 20000`, "parse_error", ""},
		{"nothing", ``, "parse_error", ""},
		{"no object", `[1]`, "invalid_request", ""},
		{"no method", `{"params": {}}`, "invalid_request", ""},
		{"unknown key", `{"method": 1, "parms": {}}`, "invalid_request", ""},
		{"duplicate key", `{"method": 1, "method": 2}`, "invalid_request", ""},
		{"params no object", `{"method": 20002, "params": [1]}`, "invalid_request", ""},
		{"unknown method", `{"method": 20999}`, "method_not_found", ""},
		{"unknown name", `{"method": "Shout"}`, "method_not_found", ""},
		{"missing", `{"method": 20003}`, "invalid_params", "chat_id missing, body missing"},
		{"unknown param", `{"method": 20000, "params": {"order": 1}}`, "invalid_params", "order unknown"},
		{"wrong type", `{"method": 20003, "params": {"chat_id": true, "body": 5}}`, "invalid_params", "chat_id wrong_type, body wrong_type"},
		{"null", `{"method": 20003, "params": {"chat_id": null, "body": "x"}}`, "invalid_params", "chat_id null"},
		{"filled", `{"method": 20002, "params": {"chat_id": 1, "user_id": 2}}`, "invalid_params", "user_id filled"},
		{
			"duplicate param", `{"method": 20002, "params": {"chat_id": 1, "chat_id": 2, "limit": "x"}}`, "invalid_params",
			"chat_id duplicate, limit wrong_type",
		},
		{"int8 too large", `{"method": 20002, "params": {"chat_id": "9223372036854775808"}}`, "invalid_params", "chat_id out_of_range"},
		{"int4 too large", `{"method": 20002, "params": {"chat_id": 1, "limit": 2147483648}}`, "invalid_params", "limit out_of_range"},
		{"fraction", `{"method": 20002, "params": {"chat_id": 1.5}}`, "invalid_params", "chat_id wrong_type"},
		{
			"several", `{"method": 20002, "params": {"chat_id": "x", "before": [], "limit": 1e400, "more": {}}}`, "invalid_params",
			"chat_id invalid, before wrong_type, limit wrong_type, more unknown",
		},
		{"nul", `{"method": 20003, "params": {"chat_id": 1, "body": "a\u0000b"}}`, "invalid_params", "body invalid"},
	}
	for _, tt := range tests {
		a := s.fails(tt.frame, tt.want)
		var faults []string
		for _, f := range a.Error.Data.Faults {
			faults = append(faults, f.Param+" "+f.Reason)
		}
		if got := strings.Join(faults, ", "); got != tt.faults && tt.faults != "" {
			t.Errorf("%s: faults %q, want %q", tt.name, got, tt.faults)
		}
	}
	s.call(`{"method": 20000}`, new([]any)) // the connection lives on
}

func TestSeqs(t *testing.T) {
	t.Parallel()
	s := serve(t, messenger).user(t, "ann")
	for seq := range 20 {
		s.send(fmt.Sprintf(`{"method": "ListChats", "seq": %d}`, seq))
	}
	seen := map[int64]bool{}
	for range 20 {
		a := s.receive()
		if a.Seq == nil || a.Error != nil || seen[*a.Seq] {
			t.Fatalf("answer %+v", a)
		}
		seen[*a.Seq] = true
	}
	s.send(`{"method": "ListChats"}`)
	s.send(`{"method": "Ping"}`)
	if first, second := s.receive(), s.receive(); *first.Method != 20000 || *second.Method != 1 {
		t.Errorf("answered %d before %d, want the order of the requests", *first.Method, *second.Method)
	}
}

func TestOwnMethods(t *testing.T) {
	t.Parallel()
	s := serve(t, messenger).dial(t)
	var ping struct{ Time string }
	s.call(`{"method": 1}`, &ping)
	if !strings.HasSuffix(ping.Time, "Z") {
		t.Errorf("ping: %+v", ping)
	}
	var document struct {
		OpenRPC string
		Methods []struct {
			Name string
			ID   int `json:"x-method-id"`
		}
	}
	s.call(`{"method": "rpc.discover"}`, &document)
	if document.OpenRPC == "" || len(document.Methods) < 10 {
		t.Errorf("discover: %+v", document)
	}
	var cancel struct{ Cancelled bool }
	s.call(`{"method": 3, "params": {"seq": 77}}`, &cancel)
	if cancel.Cancelled {
		t.Error("cancelled what was not in flight")
	}
}

func TestCloses(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	tests := []struct {
		name string
		kind websocket.MessageType
		data string
		want websocket.StatusCode
	}{
		{"too long", websocket.MessageText, `{"method":1,"params":{"x":"` + strings.Repeat("a", 70000) + `"}}`, websocket.StatusMessageTooBig},
		{"binary", websocket.MessageBinary, `{"method":1}`, websocket.StatusUnsupportedData},
		{"not utf-8", websocket.MessageText, "{\"method\":\"\xff\"}", websocket.StatusInvalidFramePayloadData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := r.dial(t)
			if err := s.conn.Write(t.Context(), tt.kind, []byte(tt.data)); err != nil {
				t.Fatal(err)
			}
			_, _, err := s.conn.Read(t.Context())
			if got := websocket.CloseStatus(err); got != tt.want {
				t.Errorf("closed with %v (%v), want %v", got, err, tt.want)
			}
		})
	}
}
