package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// TestJSONSuite sends the cases of rpc/wire/testdata/suite.tsv to a server, as a
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
	for _, tt := range jsonSuite(t) {
		param := map[string]string{"accept": "invalid_params unknown missing missing", "fault": "invalid_params, more"}[tt.ours]
		frame := "invalid_request"
		if param == "" {
			param = tt.ours
		}
		if tt.ours == "parse_error" {
			frame = tt.ours
		}
		if !utf8.ValidString(tt.in) {
			param, frame = "1007", "1007"
		}
		if len(tt.in) > 64<<10 {
			param, frame = "1009", "1009"
		}
		if got := ask(`{"method":10000,"params":{"v":` + tt.in + `}}`); got != param {
			t.Errorf("%s as a parameter: %s, want %s", tt.name, got, param)
		}
		if got := ask(tt.in); got != frame {
			t.Errorf("%s as a frame: %s, want %s", tt.name, got, frame)
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

type jsonCase struct{ name, in, ours string }

func jsonSuite(t *testing.T) []jsonCase {
	t.Helper()
	data, err := os.ReadFile("../../rpc/wire/testdata/suite.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var all []jsonCase
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 4 {
			continue
		}
		all = append(all, jsonCase{fields[0] + " " + fields[1], unquoted(t, fields[2]), fields[3]})
	}
	return all
}

// unquoted reads strings as Go writes them, with "*" and a number to repeat one
// and "+" between several.
func unquoted(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for text != "" {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		part, _ := strconv.Unquote(quoted)
		times, rest := 1, text[len(quoted):]
		if after, ok := strings.CutPrefix(rest, " * "); ok {
			number, _, _ := strings.Cut(after, " ")
			times, _ = strconv.Atoi(number)
			rest = after[len(number):]
		}
		b.WriteString(strings.Repeat(part, times))
		text = strings.TrimPrefix(rest, " + ")
	}
	return b.String()
}
