package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// Values by RFC 8259: what every parser has to accept.
var accepted = []string{
	`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `10`, `1.5`, `0.5`, `-0.0`, `1e5`, `1E5`, `1e+5`, `1e-5`, `1.5e005`, `0e0`,
	`123456789012345678901234567890`, `1e400`, `-1e-400`, `0.` + strings.Repeat("0", 300) + `1`,
	`""`, `"a"`, `" "`, `"\""`, `"\\"`, `"\/"`, `"/"`, `"\b\f\n\r\t"`, `"\u0041"`, `"\uFfFf"`, `"\\u0000"`, `"\ud83d\ude00"`,
	"\"\x7f\"", `"é"`, `"€"`, `"😀"`, "\"\u2028\u2029\"", "\"\ufeff\"", "\"\uffff\"", "\"\U0010ffff\"",
	`[]`, `[ ]`, `[1]`, `[1,2]`, "[\t1\n,\r2 ]", `[[]]`, `[[],[]]`, `[{}]`, `[null,true,"a",1,{},[]]`,
	`{}`, `{ }`, `{"a":1}`, `{"":1}`, `{"a":1,"b":2}`, `{ "a" : 1 , "b" : [ ] }`, `{"a":{"a":{"a":1}}}`, `{"a.b":1,"*":2,"#":3}`,
}

// What every parser has to reject.
var rejected = []string{
	``, ` `, `nul`, `nulll`, `True`, `FALSE`, `undefined`, `NaN`, `-NaN`, `Infinity`, `-Infinity`, `'a'`, `a`, `#`, `/`, `//`, `/**/1`, `*`,
	`+1`, `01`, `-01`, `00`, `1.`, `.5`, `-.5`, `-`, `--1`, `1e`, `1e+`, `1E-`, `1.e5`, `1e5.5`, `0x1`, `1_000`, `1 2`, `1a`, `-a`, `１`, `0b1`,
	`"`, `"a`, `"\"`, `"\a"`, `"\'"`, `"\0"`, `"\x41"`, `"\u"`, `"\u1"`, `"\u12"`, `"\u123"`, `"\u123g"`, `"\U0041"`, `"\u 123"`,
	`"\ud83d\u"`, `"\ud83d\u1"`, `"\ud83d\`, `"\ud83d\u123g"`,
	"\"\n\"", "\"\t\"", "\"\x00\"", "\"\x1f\"", `"a"b`, `""""`, `"\`,
	"\"\xff\"", "\"\x80\"", "\"\xc0\xaf\"", "\"\xc3\"", "\"\xe2\x82\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "\"\xe0\x80\x80\"",
	"{\"\xff\":1}",
	`[`, `]`, `[1`, `[1,`, `[1,]`, `[,]`, `[,1]`, `[1,,2]`, `[1 2]`, `[1]]`, `[1}`, `["a":1]`, `[1:2]`, `[[`, `[[]`, `[a]`, `[1;2]`, `(1)`, `<1>`,
	`{`, `}`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a" 1}`, `{"a"::1}`, `{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`,
	`{"a":1 "b":2}`, `{"a":1]`, `{"a":1}}`, `{"a",1}`, `{"a"=1}`, `{[]:1}`, `{"a":}`, `{"a":1,,"b":2}`, `{"a":/*c*/1}`,
	"\v1", "\f1", "\u00a01", "\ufeff1", "1\x00", "\x00", "\xff", "\xfe\xff\x001", "1\x1a",
	strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("[", 100) + "}",
}

// What the RFC leaves open is refused here, and so is what it allows and we do
// not: the reason comes as an error or a fault, never as a value that changed.
var restricted = []string{
	`"\u0000"`, `"\ud800"`, `"\udfff"`, `"\ud800\ud800"`, `"\ud800a"`, `"\ud800\n"`, `"\udc00\ud800"`,
	`{"a":1,"a":2}`, `{"a":1,"\u0061":1}`, `{"\u0000":1}`, `{"\ud800":1}`, `{"a":[{"b":1,"b":1}]}`,
	strings.Repeat("[", 33) + strings.Repeat("]", 33), strings.Repeat("[", 500) + strings.Repeat("]", 500),
}

// inParams puts a value into a request, where nesting starts two levels down.
func inParams(value string) []byte { return []byte(`{"method":1,"params":{"v":` + value + `}}`) }

func TestJSONAccepted(t *testing.T) {
	t.Parallel()
	for _, in := range accepted {
		var req wire.Request
		if err := wire.Parse(inParams(in), &req); err != nil || len(req.Faults) > 0 {
			t.Errorf("%q: %v, %v", in, err, req.Faults)
		}
		if want := `{"v":` + in + `}`; string(req.Params) != want {
			t.Errorf("got %s, want %s", req.Params, want)
		}
		if err := wire.Parse([]byte(in), &req); err == nil || err.Code != rpc.CodeInvalidRequest {
			t.Errorf("%q as a frame: %v", in, err)
		}
	}
}

func TestJSONRejected(t *testing.T) {
	t.Parallel()
	for _, in := range rejected {
		var req wire.Request
		for _, frame := range [][]byte{[]byte(in), inParams(in)} {
			if err := wire.Parse(frame, &req); err == nil || err.Code != rpc.CodeParseError {
				t.Errorf("%.80q: %v", frame, err)
			}
		}
	}
}

func TestJSONRestricted(t *testing.T) {
	t.Parallel()
	for _, in := range restricted {
		if !json.Valid([]byte(in)) {
			t.Fatalf("%q is not JSON", in)
		}
		var req wire.Request
		if err := wire.Parse(inParams(in), &req); err == nil && len(req.Faults) == 0 {
			t.Errorf("accepted %q", in)
		}
	}
}

// FuzzParse holds the scanner against encoding/json.
func FuzzParse(f *testing.F) {
	for _, list := range [][]string{accepted, rejected, restricted} {
		for _, in := range list {
			if len(in) < 1000 {
				f.Add([]byte(in))
				f.Add(inParams(in))
			}
		}
	}
	f.Add([]byte(`{"method":"a","seq":7,"meta":{"key":"k","timeout_ms":5}}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		var req wire.Request
		err := wire.Parse(frame, &req)
		isJSON := err == nil || err.Code != rpc.CodeParseError
		valid := json.Valid(frame) && utf8.Valid(frame)
		if isJSON && !valid || !isJSON && valid {
			t.Fatalf("%q: ours %v, valid %t", frame, err, valid)
		}
		if err == nil && len(req.Faults) == 0 {
			sameMeaning(t, frame, &req)
		}
	})
}

// sameMeaning checks what was read against encoding/json.
func sameMeaning(t *testing.T, frame []byte, req *wire.Request) {
	t.Helper()
	var want struct {
		Method any
		Seq    *uint64
		Params json.RawMessage
	}
	if err := json.Unmarshal(frame, &want); err != nil {
		t.Fatalf("%q: %v", frame, err)
	}
	if req.HasSeq != (want.Seq != nil) || req.HasSeq && *want.Seq != req.Seq {
		t.Fatalf("%q: seq %d, %t", frame, req.Seq, req.HasSeq)
	}
	if want.Params != nil && string(want.Params) != string(req.Params) {
		t.Fatalf("%q: params %q", frame, req.Params)
	}
	if name, ok := want.Method.(string); ok && name != req.Name {
		t.Fatalf("%q: name %q", frame, req.Name)
	}
	if id, ok := want.Method.(float64); ok && uint32(id) != req.ID {
		t.Fatalf("%q: ID %d", frame, req.ID)
	}
}
