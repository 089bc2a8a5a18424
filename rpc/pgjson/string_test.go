package pgjson_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc/pgjson"
)

func parse(s string) gjson.Result { return gjson.Parse(s) }

// stdJSON is what encoding/json makes of v without escaping HTML.
func stdJSON(t interface{ Fatal(...any) }, v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "12345678\"", "a\\b\x00\x1f\x7f\u2028\u2029é😀", "\xff", "\xed\xa0\x80", "12345678\xe2\x80", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := pgjson.AppendString([]byte("x"), s)
		if want := "x" + stdJSON(t, s); strings.ReplaceAll(string(got), "\ufffd", `\ufffd`) != strings.ReplaceAll(want, "\ufffd", `\ufffd`) {
			t.Fatalf("%q: got %s, want %s", s, got, want)
		}
		back, ok := pgjson.AppendUnquoted(nil, string(got[1:]))
		if want := strings.ToValidUTF8(s, "\ufffd"); !ok || len(back) < len(want) {
			t.Fatalf("%q came back as %q", s, back)
		}
	})
}

func FuzzAppendUnquoted(f *testing.F) {
	for _, s := range []string{`""`, `"\ud83d\ude00"`, `"\ud83d"`, `"\u12"`, `"\x"`, `"\"`, `"`, `"a\/\b"`, `"\ude00\ud83d"`, `"\ud83dx"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, ok := pgjson.AppendUnquoted(nil, raw)
		var want string
		if !ok || !pgjson.Valid([]byte(raw)) || json.Unmarshal([]byte(raw), &want) != nil {
			return
		}
		if string(got) != want {
			t.Fatalf("%s: got %q, want %q", raw, got, want)
		}
	})
}

func FuzzValid(f *testing.F) {
	for _, s := range []string{"", "{}", "[]", "[1,]", `{"a":1,"b":[{}]}`, `{"a"}`, "nul", "-", "01", "1.e1", "1e+5", `"\u00zz"`, "[1}", "[[]", " 1 ", `"` + "\n" + `"`, "{1:2}", "[,1]", "{,}", "1 2", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		want := json.Valid(s) && bytes.Equal(s, bytes.ToValidUTF8(s, nil))
		if got := pgjson.Valid(s); got != want && !deep(s) {
			t.Fatalf("%q: got %v, want %v", s, got, want)
		}
	})
}

// deep reports whether the nesting limits of the two validators may differ.
func deep(s []byte) bool { return bytes.Count(s, []byte("["))+bytes.Count(s, []byte("{")) > 8000 }

func TestValidDepth(t *testing.T) {
	t.Parallel()
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if !pgjson.Valid(nested(8192)) {
		t.Error("8192 levels are not valid")
	}
	for _, s := range [][]byte{nested(8193), bytes.Repeat([]byte("["), 1<<20)} {
		if pgjson.Valid(s) {
			t.Errorf("%d bytes of nesting are valid", len(s))
		}
	}
}

func TestFloatsAsEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		g := math.Float32frombits(rapid.Uint32().Draw(t, "bits32"))
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			if got, want := string(pgjson.AppendFloat(nil, f, 64)), stdJSON(t, f); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		if g64 := float64(g); !math.IsNaN(g64) && !math.IsInf(g64, 0) {
			if got, want := string(pgjson.AppendFloat(nil, g64, 32)), stdJSON(t, g); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
	})
}

func TestCursor(t *testing.T) {
	t.Parallel()
	c := pgjson.Walk(" ")
	if _, _, ok := c.Next(); ok {
		t.Error("a scalar has members")
	}
	c = pgjson.Walk(`{ "a\"]" : [1, {"b":"}"}] ,"c":null,"d":"\\"}`)
	var got []string
	for {
		k, v, ok := c.Next()
		if !ok {
			break
		}
		got = append(got, k, v)
	}
	want := []string{`"a\"]"`, `[1, {"b":"}"}]`, `"c"`, "null", `"d"`, `"\\"`}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}
