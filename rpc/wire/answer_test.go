package wire_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

func TestAppendResult(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		seq    uint64
		hasSeq bool
		method uint32
		result string
		want   string
	}{
		{"with seq", 7, true, 10000, `{"user_id":"5"}`, `{"seq":7,"method":10000,"result":{"user_id":"5"}}`},
		{"seq 0", 0, true, 1, `[]`, `{"seq":0,"method":1,"result":[]}`},
		{"without seq", 7, false, 1, `"x"`, `{"method":1,"result":"x"}`},
		{"no result", 1, true, 1, ``, `{"seq":1,"method":1,"result":null}`},
	}
	for _, tt := range tests {
		got := string(wire.AppendResult([]byte("> "), tt.seq, tt.hasSeq, tt.method, []byte(tt.result)))
		if got != "> "+tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestAppendError(t *testing.T) {
	t.Parallel()
	full := rpc.NewError(rpc.CodeInternal, "say \"hello\"\n\x01 \xff é").WithData(map[string]int{"a": 1}).AsRetryable().WithCause(errors.New("secret"))
	full.LogID = "x1"
	tests := []struct {
		name   string
		method uint32
		err    *rpc.Error
		want   string
	}{
		{
			"all", 1, full, `{"seq":7,"method":1,"error":{"code":-32603,"name":"internal","message":"say \"hello\"\n\u0001 ` + "\ufffd" +
				` é","data":{"a":1},"retryable":true,"log_id":"x1"}}`,
		},
		{"least", 0, rpc.NewError(rpc.CodeParseError, "no"), `{"seq":7,"error":{"code":-32700,"name":"parse_error","message":"no"}}`},
		{"name by code", 2, &rpc.Error{Code: rpc.CodeOverloaded}, `{"seq":7,"method":2,"error":{"code":-32003,"name":"overloaded","message":""}}`},
		{"the API's own", 2, &rpc.Error{Code: 11000, Name: "username_taken", Message: "taken"}, `{"seq":7,"method":2,"error":{"code":11000,"name":"username_taken","message":"taken"}}`},
	}
	for _, tt := range tests {
		got := wire.AppendError(nil, 7, true, tt.method, tt.err)
		if string(got) != tt.want || !json.Valid(got) {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func FuzzAppendError(f *testing.F) {
	f.Add("name", "message", "id")
	f.Fuzz(func(t *testing.T, name, message, id string) {
		got := wire.AppendError(nil, 1, true, 1, &rpc.Error{Code: 1, Name: name, Message: message, LogID: id})
		if !json.Valid(got) {
			t.Errorf("%q", got)
		}
	})
}

var typical = []byte(`{"method":20003,"seq":7,"params":{"chat_id":"81","body":"Hallo, \u00fcbermorgen um acht? 😀","tags":["a","b"]}}`)

func TestNoAllocation(t *testing.T) {
	var req wire.Request
	result, failure := []byte(`{"message_id":"5"}`), rpc.NewError(rpc.CodeOverloaded, "try later").AsRetryable()
	dst := make([]byte, 0, 512)
	if err := wire.Parse(typical, &req); err != nil {
		t.Fatal(err)
	}
	steps := map[string]func(){
		"Parse":        func() { _ = wire.Parse(typical, &req) },
		"AppendResult": func() { dst = wire.AppendResult(dst[:0], 7, true, 20003, result) },
		"AppendError":  func() { dst = wire.AppendError(dst[:0], 7, true, 20003, failure) },
	}
	for name, step := range steps {
		if n := testing.AllocsPerRun(100, step); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	var req wire.Request
	b.SetBytes(int64(len(typical)))
	b.ReportAllocs()
	for b.Loop() {
		if err := wire.Parse(typical, &req); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseKeys parses a frame that is nothing but keys, the worst for
// finding duplicates.
func BenchmarkParseKeys(b *testing.B) {
	frame := []byte(`{"method":1,"params":{"a":0`)
	for i := 0; len(frame) < 64<<10; i++ {
		frame = append(frame, `,"`...)
		frame = append(frame, string(rune('b'+i/676%26))+string(rune('a'+i/26%26))+string(rune('a'+i%26))...)
		frame = append(frame, `":0`...)
	}
	frame = append(frame, "}}"...)
	var req wire.Request
	b.SetBytes(int64(len(frame)))
	for b.Loop() {
		if err := wire.Parse(frame, &req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendResult(b *testing.B) {
	result := []byte(`{"message_id":"5"}`)
	dst := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		dst = wire.AppendResult(dst[:0], 7, true, 20003, result)
	}
}
