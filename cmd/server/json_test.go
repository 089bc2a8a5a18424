package main

import (
	"encoding/json"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/internal/jsonsuite"
)

// TestJSONSuite sends the cases of internal/jsonsuite to a server, as a
// parameter and as a frame.
func TestJSONSuite(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	s, asked := r.dial(t), 0
	ask := func(frame string) string {
		if asked++; asked%150 == 0 { // so that no limit of a connection's rate is met
			s = r.dial(t)
		}
		s.send(frame)
		_, data, err := s.conn.Read(t.Context())
		if err != nil {
			s = r.dial(t)
			return strconv.Itoa(int(websocket.CloseStatus(err)))
		}
		return outcome(t, data)
	}
	cases, err := jsonsuite.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range cases {
		param := map[string]string{"accept": "invalid_params unknown missing missing", "fault": "invalid_params, more"}[tt.Ours]
		frame := "invalid_request"
		if param == "" {
			param = tt.Ours
		}
		if tt.Ours == "parse_error" {
			frame = tt.Ours
		}
		if !utf8.ValidString(tt.In) {
			param, frame = "1007", "1007"
		}
		if len(tt.In) > 64<<10 {
			param, frame = "1009", "1009"
		}
		if got := ask(`{"method":10000,"params":{"v":` + tt.In + `}}`); got != param {
			t.Errorf("%s as a parameter: %s, want %s", tt.Name, got, param)
		}
		if got := ask(tt.In); got != frame {
			t.Errorf("%s as a frame: %s, want %s", tt.Name, got, frame)
		}
	}
}

// outcome says how a request failed, and with which faults. Beyond the one
// parameter that SignUp lacks and the two that it wants, they are not listed.
func outcome(t *testing.T, data []byte) string {
	t.Helper()
	var a answer
	if err := json.Unmarshal(data, &a); err != nil || a.Error == nil {
		t.Fatalf("%s: %v", data, err)
	}
	text := a.Error.Name
	if len(a.Error.Data.Faults) > 3 {
		return text + ", more"
	}
	for _, f := range a.Error.Data.Faults {
		text += " " + f.Reason
	}
	return text
}
