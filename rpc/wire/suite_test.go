package wire_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// suiteCase is a line of testdata/suite.tsv.
type suiteCase struct {
	verdict, name, in string
	ours              string
}

func suite(t testing.TB) []suiteCase {
	t.Helper()
	data, err := os.ReadFile("testdata/suite.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var all []suiteCase
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 4 {
			continue
		}
		all = append(all, suiteCase{fields[0], fields[1], unquote(t, fields[2]), fields[3]})
	}
	return all
}

// unquote reads strings as Go writes them, with "*" and a number to repeat one
// and "+" between several.
func unquote(t testing.TB, text string) string {
	t.Helper()
	var b strings.Builder
	for text != "" {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		part, _ := strconv.Unquote(quoted)
		text = text[len(quoted):]
		times := 1
		if rest, ok := strings.CutPrefix(text, " * "); ok {
			number, _, _ := strings.Cut(rest, " ")
			if times, err = strconv.Atoi(number); err != nil {
				t.Fatal(err)
			}
			text = rest[len(number):]
		}
		b.WriteString(strings.Repeat(part, times))
		text = strings.TrimPrefix(text, " + ")
	}
	return b.String()
}

// TestSuite holds the parser against what RFC 8259 demands, and against what
// spgen says it does where the RFC leaves it open, or where spgen is stricter.
func TestSuite(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, tt := range suite(t) {
		counts[tt.verdict]++
		var req wire.Request
		if got := verdict(wire.Parse(inParams(tt.in), &req), req.Faults); got != tt.ours {
			t.Errorf("%s %s: %.60q: %s, want %s", tt.verdict, tt.name, tt.in, got, tt.ours)
		}
		// As a frame it is never a request, and all that counts is whether it is JSON.
		want := "invalid_request"
		if tt.ours == "parse_error" {
			want = "parse_error"
		}
		if got := verdict(wire.Parse([]byte(tt.in), &req), req.Faults); got != want {
			t.Errorf("%s %s as a frame: %.60q: %s, want %s", tt.verdict, tt.name, tt.in, got, want)
		}
		if tt.verdict == "y" && tt.ours == "parse_error" || tt.verdict == "n" && tt.ours != "parse_error" {
			t.Errorf("%s is %s, and spgen is to answer %s", tt.name, tt.verdict, tt.ours)
		}
		if tt.verdict != "i" && json.Valid([]byte(tt.in)) != (tt.verdict == "y") {
			t.Errorf("%s: encoding/json says otherwise than %s", tt.name, tt.verdict)
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
		if tt.ours == "accept" {
			sameValues(t, inParams(tt.in))
		}
	}
}

// FuzzValues: the values that are read are those that encoding/json reads.
func FuzzValues(f *testing.F) {
	for _, tt := range suite(f) {
		if tt.ours == "accept" {
			f.Add(inParams(tt.in))
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
