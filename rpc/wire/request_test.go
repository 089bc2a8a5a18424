package wire_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

func TestParseAcceptsRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     wire.Request
	}{
		{"by ID", `{"method":10000}`, wire.Request{ID: 10000, Params: []byte(`{}`)}},
		{"by name", `{"method":"SignUp"}`, wire.Request{Name: "SignUp", Params: []byte(`{}`)}},
		{"escaped name", `{"method":"\u0053ignUp"}`, wire.Request{Name: "SignUp", Params: []byte(`{}`)}},
		{"escaped key", `{"\u006dethod":1}`, wire.Request{ID: 1, Params: []byte(`{}`)}},
		{"largest ID", `{"method":4294967295}`, wire.Request{ID: 4294967295, Params: []byte(`{}`)}},
		{"seq 0", `{"method":1,"seq":0}`, wire.Request{ID: 1, HasSeq: true, Params: []byte(`{}`)}},
		{"largest seq", `{"method":1,"seq":9007199254740991}`, wire.Request{ID: 1, Seq: wire.MaxSeq, HasSeq: true, Params: []byte(`{}`)}},
		{"params", ` { "params" : {"a": [1, "x"]} , "method" : 1 } `, wire.Request{ID: 1, Params: []byte(`{"a": [1, "x"]}`)}},
		{
			"meta", `{"method":1,"meta":{"timeout_ms":500,"key":"k\u0041 ~","traceparent":"00-1","other":[1,{"a":null}]}}`,
			wire.Request{ID: 1, Params: []byte(`{}`), Meta: rpc.Meta{Timeout: 500 * time.Millisecond, Key: "kA ~", Traceparent: "00-1"}},
		},
		{"longest timeout", `{"method":1,"meta":{"timeout_ms":2147483648}}`, wire.Request{ID: 1, Params: []byte(`{}`), Meta: rpc.Meta{Timeout: 1 << 31 * time.Millisecond}}},
		{"nested to the limit", `{"method":1,"params":` + nested(30) + `}`, wire.Request{ID: 1, Params: []byte(nested(30))}},
		{"surrogate pair", `{"method":1,"params":{"a":"\ud83d\ude00"}}`, wire.Request{ID: 1, Params: []byte(`{"a":"\ud83d\ude00"}`)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got wire.Request
			if err := wire.Parse([]byte(tt.in), &got); err != nil {
				t.Fatal(err)
			}
			compare(t, &got, &tt.want)
		})
	}
}

// nested returns an object that holds arrays, levels deep in all.
func nested(levels int) string {
	return `{"a":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}`
}

func compare(t *testing.T, got, want *wire.Request) {
	t.Helper()
	if got.ID != want.ID || got.Name != want.Name || got.Seq != want.Seq || got.HasSeq != want.HasSeq ||
		string(got.Params) != string(want.Params) || got.Meta != want.Meta || !reflect.DeepEqual(got.Faults, want.Faults) {
		t.Errorf("got  id=%d name=%q seq=%d,%t params=%s meta=%v faults=%v\nwant id=%d name=%q seq=%d,%t params=%s meta=%v faults=%v",
			got.ID, got.Name, got.Seq, got.HasSeq, got.Params, got.Meta, got.Faults,
			want.ID, want.Name, want.Seq, want.HasSeq, want.Params, want.Meta, want.Faults)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const parse, invalid = rpc.CodeParseError, rpc.CodeInvalidRequest
	deep := `{"seq":7,"params":` + nested(31) + `,"method":3}`
	tests := []struct {
		name, in string
		code     rpc.Code
		message  string // a part of it
		id       uint32
		seq      string // seq, or "" if it could not be read
	}{
		{"empty", ``, parse, "the frame ends where a value is due", 0, ""},
		{"cut off", `{"method":1,"seq":7`, parse, "at byte 19 the frame ends where ',' or '}' is due", 0, ""},
		{"two values", `{"method":1,"seq":7} {}`, parse, `at byte 21 "{" stands where the end of the frame is due`, 0, ""},
		{"byte order mark", "\ufeff{}", parse, "at byte 0", 0, ""},
		{"brackets", strings.Repeat("[", 64<<10), parse, "at byte 65536", 0, ""},
		{"objects", strings.Repeat(`{"a":`, 13<<10), parse, "the frame ends", 0, ""},
		{"not UTF-8", "{\"method\":1,\"params\":{\"a\":\"x\xff\"}}", parse, `at byte 28 "\xff" stands where a character in UTF-8 is due`, 0, ""},
		{"array", `[{"method":1}]`, invalid, "the frame is an array", 0, ""},
		{"number", `7`, invalid, "the frame is a number", 0, ""},
		{"string with NUL", `"\u0000"`, invalid, "the frame is a string", 0, ""},
		{"null", ` null `, invalid, "the frame is null", 0, ""},
		{"no method", `{"seq":7}`, invalid, "method is missing", 0, "7"},
		{"empty object", `{}`, invalid, "method is missing", 0, ""},
		{"method null", `{"method":null,"seq":7}`, invalid, "method is null", 0, "7"},
		{"method empty", `{"method":"","seq":7}`, invalid, "method is an empty string", 0, "7"},
		{"method negative", `{"method":-1,"seq":7}`, invalid, "method is -1", 0, "7"},
		{"method fraction", `{"method":1.0,"seq":7}`, invalid, "method is 1.0", 0, "7"},
		{"method exponent", `{"method":1e4,"seq":7}`, invalid, "method is 1e4", 0, "7"},
		{"method too large", `{"method":4294967296}`, invalid, "method is 4294967296", 0, ""},
		{"method far too large", `{"method":1` + strings.Repeat("0", 100) + `}`, invalid, "…, send", 0, ""},
		{"method twice", `{"method":1,"method":1,"seq":7}`, invalid, "method: the key occurs twice", 0, "7"},
		{"method twice, escaped", `{"method":1,"\u006Dethod":2,"seq":7}`, invalid, "method: the key occurs twice", 0, "7"},
		{"method twice, escaped first", `{"\u006Dethod":1,"method":2,"seq":7}`, invalid, "method: the key occurs twice", 0, "7"},
		{"method twice, with space", `{"method" :1,"method":2,"seq":7}`, invalid, "method: the key occurs twice", 0, "7"},
		{"method with NUL", `{"method":"a\u0000","seq":7}`, invalid, "method: NUL", 0, "7"},
		{"seq null", `{"method":1,"seq":null}`, invalid, "seq is null", 1, ""},
		{"seq string", `{"method":1,"seq":"7"}`, invalid, "seq is a string", 1, ""},
		{"seq too large", `{"method":1,"seq":9007199254740992}`, invalid, "seq is 9007199254740992", 1, ""},
		{"seq beyond 64 bits", `{"method":1,"seq":18446744073709551617}`, invalid, "seq is 1844", 1, ""},
		{"seq negative zero", `{"method":1,"seq":-0}`, invalid, "seq is -0", 1, ""},
		{"seq twice", `{"method":1,"seq":7,"seq":7}`, invalid, "seq: the key occurs twice", 1, ""},
		{"params null", `{"method":1,"seq":7,"params":null}`, invalid, "params is null", 1, "7"},
		{"params array", `{"method":1,"seq":7,"params":[1]}`, invalid, "params is an array", 1, "7"},
		{"meta array", `{"method":1,"seq":7,"meta":[]}`, invalid, "meta is an array", 1, "7"},
		{"timeout 0", `{"method":1,"meta":{"timeout_ms":0}}`, invalid, "meta.timeout_ms is 0", 1, ""},
		{"timeout too long", `{"method":1,"meta":{"timeout_ms":2147483649}}`, invalid, "meta.timeout_ms is 2147483649", 1, ""},
		{"timeout string", `{"method":1,"meta":{"timeout_ms":"5"}}`, invalid, "meta.timeout_ms is a string", 1, ""},
		{"key empty", `{"method":1,"meta":{"key":""}}`, invalid, "meta.key", 1, ""},
		{"key long", `{"method":1,"meta":{"key":"` + strings.Repeat("k", 65) + `"}}`, invalid, "meta.key", 1, ""},
		{"key of control characters", `{"method":1,"meta":{"key":"k\n"}}`, invalid, "meta.key is a string, send a string of 1 to 64 printable", 1, ""},
		{"key not ASCII", `{"method":1,"meta":{"key":"ü"}}`, invalid, "meta.key", 1, ""},
		{"key number", `{"method":1,"meta":{"key":5}}`, invalid, "meta.key is 5", 1, ""},
		{"traceparent null", `{"method":1,"meta":{"traceparent":null}}`, invalid, "meta.traceparent is null", 1, ""},
		{"meta key twice", `{"method":1,"meta":{"x":[{"a":1,"a":1}]}}`, invalid, "meta.x[0].a: the key occurs twice", 1, ""},
		{"meta NUL", `{"method":1,"meta":{"x":["","\u0000"]}}`, invalid, "meta.x[1]: NUL", 1, ""},
		{"meta surrogate", `{"method":1,"meta":{"x":"\udc00"}}`, invalid, "meta.x: half of a surrogate", 1, ""},
		{"unknown key", `{"methud":1,"seq":7}`, invalid, `"methud" is no part of a request, did you mean method?`, 0, "7"},
		{"another protocol's key", `{"method":1,"id":7}`, invalid, "did you mean seq?", 1, ""},
		{"foreign key", `{"jsonrpc":"2.0","method":1}`, invalid, "it has method, seq, params and meta", 1, ""},
		{"key in capitals", `{"METHOD":1}`, invalid, "did you mean method?", 0, ""},
		{"too deep", deep, invalid, "deeper than 32 levels at byte 53", 3, "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got wire.Request
			err := wire.Parse([]byte(tt.in), &got)
			if err == nil {
				t.Fatal("accepted")
			}
			if err.Code != tt.code || !strings.Contains(err.Message, tt.message) {
				t.Errorf("got %d %q, want %d %q", err.Code, err.Message, tt.code, tt.message)
			}
			if seq := seqOf(&got); seq != tt.seq || got.ID != tt.id {
				t.Errorf("got seq %q, ID %d, want %q, %d", seq, got.ID, tt.seq, tt.id)
			}
		})
	}
}

func seqOf(req *wire.Request) string {
	if !req.HasSeq {
		return ""
	}
	return string(rune('0' + req.Seq))
}

func TestParseCollectsFaults(t *testing.T) {
	t.Parallel()
	const dup, bad = rpc.ReasonDuplicate, rpc.ReasonInvalid
	wide := func(more string) string {
		b := []byte(`{"k":0`)
		for i := range 40 {
			b = append(b, `,"k`+strings.Repeat("x", i+1)+`":0`...)
		}
		return string(b) + more + `}`
	}
	tests := []struct {
		name, params string
		want         []string // "path reason"
	}{
		{"none", `{"a":{"x":1},"b":{"x":1},"x":[{"x":1},{"x":1}]}`, nil},
		{"duplicate", `{"a":1,"b":2,"a":3}`, []string{"a " + dup}},
		{"thrice", `{"a":1,"a":2,"a":3}`, []string{"a " + dup, "a " + dup}},
		{"escaped duplicate", `{"price":1,"pr\u0069ce":3}`, []string{"price " + dup}},
		{"two escapes", `{"\/":1,"\u002f":3}`, []string{"/ " + dup}},
		{"pair and raw", `{"😀":1,"\ud83d\uDE00":3}`, []string{"😀 " + dup}},
		{"nested", `{"items":[{},0,{"price":1,"q":[],"price":2}]}`, []string{"items[2].price " + dup}},
		{"many keys", wide(`,"kx":1`), []string{"kx " + dup}},
		{"many keys, escaped", wide(`,"\u006b":1`), []string{"k " + dup}},
		{"many keys, the last two", wide(`,"last":1,"last":1`), []string{"last " + dup}},
		{"many keys twice", `{"a":` + wide("") + `,"b":` + wide("") + `,"a":0}`, []string{"a " + dup}},
		{"NUL", `{"a":"x\u0000","b":["","\u0000"]}`, []string{"a " + bad, "b[1] " + bad}},
		{"NUL in a key", `{"a":{"\u0000":1}}`, []string{"a.\x00 " + bad}},
		{"high alone", `{"a":"\ud800"}`, []string{"a " + bad}},
		{"low alone", `{"a":"\udfff"}`, []string{"a " + bad}},
		{"wrong order", `{"a":"\ude00\ud83d"}`, []string{"a " + bad}},
		{"high and letter", `{"a":"\ud83dx"}`, []string{"a " + bad}},
		{"high twice", `{"a":"\ud83d\ud83d\ude00"}`, []string{"a " + bad}},
		{"surrogate in a key", `{"\ud800":1,"\udfff":2}`, []string{"\ufffd " + bad, "\ufffd " + bad}},
		{"all at once", `{"a":1,"b":"\u0000","a":"\udc00"}`, []string{"b " + bad, "a " + dup, "a " + bad}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var req wire.Request
			if err := wire.Parse([]byte(`{"method":1,"params":`+tt.params+`,"seq":7}`), &req); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range req.Faults {
				got = append(got, f.Param+" "+f.Reason)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if string(req.Params) != tt.params || req.Seq != 7 {
				t.Errorf("got params %s, seq %d", req.Params, req.Seq)
			}
		})
	}
}

// A frame of faults must not be answered by a multiple of itself.
func TestParseBoundsFaults(t *testing.T) {
	t.Parallel()
	in := `{"method":1,"params":{"` + strings.Repeat("k", 20_000) + `":{"a":0` + strings.Repeat(`,"a":0`, 5000) + `}}}`
	var req wire.Request
	if err := wire.Parse([]byte(in), &req); err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, f := range req.Faults {
		size += len(f.Param) + len(f.Message)
	}
	last := req.Faults[len(req.Faults)-1].Message
	if size > len(in) || last != "4951 more faults are not listed" {
		t.Errorf("got %d bytes of %d faults, the last %q", size, len(req.Faults), last)
	}
}

// What one frame leaves behind must not show in the next.
func TestParseReusesRequest(t *testing.T) {
	t.Parallel()
	frames := []string{
		`{"method":"N","seq":7,"params":{"a":1,"a":1},"meta":{"key":"k"}}`,
		`{"method":9,"seq":7,"params":{"a":{"b":`, `[[[`, `{"x":` + nested(50), `{"method":2,"method":2,"seq":8,"params":{"a":"\u0000"}}`,
	}
	var req, fresh wire.Request
	if err := wire.Parse([]byte(`{"method":1}`), &fresh); err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		_ = wire.Parse([]byte(f), &req)
		if err := wire.Parse([]byte(`{"method":1}`), &req); err != nil {
			t.Fatalf("after %s: %v", f, err)
		}
		compare(t, &req, &fresh)
	}
}
