package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/jsonsuite"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

func suite(t testing.TB) []jsonsuite.Case {
	t.Helper()
	cases, err := jsonsuite.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestSuite holds the parser against what RFC 8259 demands, and against what
// spgen says it does where the RFC leaves it open, or where spgen is stricter.
func TestSuite(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, tt := range suite(t) {
		counts[tt.Verdict]++
		var req wire.Request
		if got := verdict(wire.Parse(inParams(tt.In), &req), req.Faults); got != tt.Ours {
			t.Errorf("%s %s: %.60q: %s, want %s", tt.Verdict, tt.Name, tt.In, got, tt.Ours)
		}
		// As a frame it is never a request, and all that counts is whether it is JSON.
		want := "invalid_request"
		if tt.Ours == "parse_error" {
			want = "parse_error"
		}
		if got := verdict(wire.Parse([]byte(tt.In), &req), req.Faults); got != want {
			t.Errorf("%s %s as a frame: %.60q: %s, want %s", tt.Verdict, tt.Name, tt.In, got, want)
		}
		if tt.Verdict == "y" && tt.Ours == "parse_error" || tt.Verdict == "n" && tt.Ours != "parse_error" {
			t.Errorf("%s is %s, and spgen is to answer %s", tt.Name, tt.Verdict, tt.Ours)
		}
		if tt.Verdict != "i" && json.Valid([]byte(tt.In)) != (tt.Verdict == "y") {
			t.Errorf("%s: encoding/json says otherwise than %s", tt.Name, tt.Verdict)
		}
	}
	if counts["y"] < 95 || counts["n"] < 188 || counts["i"] < 35 {
		t.Errorf("the suite has %v cases", counts)
	}
}

func verdict(err *rpc.Error, faults []rpc.Fault) string {
	switch {
	case err != nil:
		return err.Code.String()
	case len(faults) > 0:
		return "fault"
	}
	return "accept"
}

// TestSuiteValues: what is accepted means the same to gjson, by which values
// are read, and to encoding/json.
func TestSuiteValues(t *testing.T) {
	t.Parallel()
	for _, tt := range suite(t) {
		if tt.Ours == "accept" {
			sameValues(t, inParams(tt.In))
		}
	}
}

// FuzzValues: the values that are read are those that encoding/json reads.
func FuzzValues(f *testing.F) {
	for _, tt := range suite(f) {
		if tt.Ours == "accept" {
			f.Add(inParams(tt.In))
		}
	}
	f.Fuzz(sameValues)
}

func sameValues(t *testing.T, frame []byte) {
	t.Helper()
	var req wire.Request
	if wire.Parse(frame, &req) != nil || len(req.Faults) > 0 {
		return
	}
	var want any
	d := json.NewDecoder(bytes.NewReader(req.Params))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatalf("%q: %v", req.Params, err)
	}
	if got := plainValue(gjson.ParseBytes(req.Params)); !reflect.DeepEqual(got, want) {
		t.Errorf("%q is read as %#v, want %#v", req.Params, got, want)
	}
}

// plainValue is v as encoding/json would read it.
func plainValue(v gjson.Result) any {
	switch {
	case v.IsObject():
		m := map[string]any{}
		v.ForEach(func(key, value gjson.Result) bool {
			m[key.Str] = plainValue(value)
			return true
		})
		return m
	case v.IsArray():
		a := []any{}
		v.ForEach(func(_, value gjson.Result) bool {
			a = append(a, plainValue(value))
			return true
		})
		return a
	case v.Type == gjson.Number:
		return json.Number(v.Raw)
	case v.Type == gjson.Null:
		return nil
	case v.Type == gjson.String:
		return v.Str
	}
	return v.Bool()
}
