package pgjson_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

// canonical is a value, and how it comes back from PostgreSQL's format.
type canonical struct {
	typ      *pgjson.Type
	in, want string // "" wants in
}

// canonicalNumbers are of booleans and numbers.
var canonicalNumbers = []canonical{
	{&pgjson.Bool, "true", ""},
	{&pgjson.Bool, "false", ""},
	{&pgjson.Int2, "-32768", ""},
	{&pgjson.Int2, "32767", ""},
	{&pgjson.Int4, "-2147483648", ""},
	{&pgjson.Int4, "-0", "0"},
	{&pgjson.Int8, `"-9223372036854775808"`, ""},
	{&pgjson.Int8, "9223372036854775807", `"9223372036854775807"`},
	{&pgjson.Int8, `"007"`, `"7"`},
	{&pgjson.Int8Number, "9007199254740992", ""},
	{&pgjson.Int8Number, "-9007199254740992", ""},
	{&pgjson.Float8, "1e3", "1000"},
	{&pgjson.Float8, "1e21", "1e+21"},
	{&pgjson.Float8, "-0", ""},
	{&pgjson.Float8, "1e-7", ""},
	{&pgjson.Float8, "5e-324", ""},
	{&pgjson.Float8, `"NaN"`, ""},
	{&pgjson.Float8, `"-Infinity"`, ""},
	{&pgjson.Float8, "0e-999", "0"},
	{&pgjson.Float4, "0.1", ""},
	{&pgjson.Float4, "3.4028235e38", "3.4028235e+38"},
	{&pgjson.Float4, `"Infinity"`, ""},
	{&pgjson.Float4, "1e-45", ""},
	{&pgjson.Numeric, `"1.10"`, ""},
	{&pgjson.Numeric, "1.10", `"1.10"`},
	{&pgjson.Numeric, "1.50e-2", `"0.0150"`},
	{&pgjson.Numeric, "-1.5E+3", `"-1500"`},
	{&pgjson.Numeric, `"-0.00"`, `"0.00"`},
	{&pgjson.Numeric, `"+.5"`, `"0.5"`},
	{&pgjson.Numeric, `"5."`, `"5"`},
	{&pgjson.Numeric, `"0000123456789.00100"`, `"123456789.00100"`},
	{&pgjson.Numeric, `"10000"`, ""},
	{&pgjson.Numeric, `"100010000.0001"`, ""},
	{&pgjson.Numeric, `"NaN"`, ""},
	{&pgjson.Numeric, `"-Infinity"`, ""},
	{&pgjson.Numeric, `"1e-16383"`, `"0.` + strings.Repeat("0", 16382) + `1"`},
	{&pgjson.Numeric, "1e131071", `"1` + strings.Repeat("0", 131071) + `"`},
	{&pgjson.Numeric, "0e999999999999", `"0"`},
}

// canonicalStrings are of text, bytes and UUIDs.
var canonicalStrings = []canonical{
	{&pgjson.Text, `"a\u00e9\ud83d\ude00\/\"\\\b\f\n\r\t\u2028"`, `"aé😀/\"\\\b\f\n\r\t\u2028"`},
	{&pgjson.Text, `""`, ""},
	{&pgjson.Bytea, `"AP\/+"`, `"AP/+"`},
	{&pgjson.Bytea, `""`, ""},
	{&pgjson.Bytea, `"AA=="`, ""},
	{&pgjson.UUID, `"6BA7B8109DAD11D180B400C04FD430C8"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`},
}

// canonicalMoments are of dates and times.
var canonicalMoments = []canonical{
	{&pgjson.Date, `"2000-02-29"`, ""},
	{&pgjson.Date, `"4714-11-24 BC"`, ""},
	{&pgjson.Date, `"5874897-12-31"`, ""},
	{&pgjson.Date, `"0001-12-31 BC"`, ""},
	{&pgjson.Date, `"infinity"`, ""},
	{&pgjson.Date, `"-infinity"`, ""},
	{&pgjson.Date, `"0005-02-29 BC"`, ""},
	{&pgjson.Time, `"24:00:00"`, ""},
	{&pgjson.Time, `"23:59:60"`, `"24:00:00"`},
	{&pgjson.Time, `"12:30:60"`, `"12:31:00"`},
	{&pgjson.Time, `"09:05"`, `"09:05:00"`},
	{&pgjson.Time, `"00:00:00.100000"`, `"00:00:00.1"`},
	{&pgjson.Time, `"00:00:00.0000005"`, `"00:00:00"`},
	{&pgjson.Time, `"00:00:00.0000015"`, `"00:00:00.000002"`},
	{&pgjson.Time, `"00:00:59.9999999"`, `"00:01:00"`},
	{&pgjson.Timestamp, `"2024-02-29 24:00:00"`, `"2024-03-01T00:00:00"`},
	{&pgjson.Timestamp, `"0044-03-15T12:00:00.5 BC"`, ""},
	{&pgjson.Timestamp, `"infinity"`, ""},
	{&pgjson.Timestamp, `"294276-12-31T23:59:59.999999"`, ""},
	{&pgjson.Timestamp, `"4714-11-24T00:00:00 BC"`, ""},
	{&pgjson.TimestampTZ, `"2024-01-31T01:00:00.123456+05:45"`, `"2024-01-30T19:15:00.123456Z"`},
	{&pgjson.TimestampTZ, `"1969-12-31t23:59:59.9z"`, `"1969-12-31T23:59:59.9Z"`},
	{&pgjson.TimestampTZ, `"0001-01-01T00:00:00+01"`, `"0001-12-31T23:00:00Z BC"`},
	{&pgjson.TimestampTZ, `"-infinity"`, ""},
}

// canonicalNested are of JSON, of types that travel as text, and of those made of others.
var canonicalNested = []canonical{
	{&pgjson.JSON, `{"a": [1, null]}`, ""},
	{&pgjson.JSONB, `"x"`, ""},
	{&pgjson.JSONB, "null", ""},
	{mood, `"so-so"`, ""},
	{mood, `"\"sad\""`, ""},
	{contact, `"a@b"`, ""},
	{lsn, `"127.0.0.1"`, ""},
	{lsn, "null", ""},
	{point, `{"y": 1.50, "x": 1}`, `{"x":1,"y":"1.50"}`},
	{point, `{"\u0078":1}`, `{"x":1,"y":null}`},
	{path, `{"points":[{"x":1,"y":null},null],"owner":"o","odd\nname":true}`, ""},
	{texts, "[]", ""},
	{texts, "[[],[]]", "[]"},
	{texts, `["a",null]`, ""},
	{texts, "null", ""},
	{int4s, "[[1,2],[3,null]]", ""},
	{int4s, "[ [ [[[[1]]]] ] ]", "[[[[[[1]]]]]]"},
	{int4s, "[[[1],[2]],[[3],[4]],[[5],[6]]]", ""},
	{arrayOf(tags), `[["a"],[],null,["b","c"]]`, ""},
	{arrayOf(&pgjson.JSONB), `[[1],{"a":[]},null,"x"]`, ""},
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	checkCanonical(t, slices.Concat(canonicalNumbers, canonicalStrings, canonicalMoments, canonicalNested))
}

func checkCanonical(t *testing.T, tests []canonical) {
	t.Helper()
	for _, tt := range tests {
		want := tt.want
		if want == "" {
			want = tt.in
		}
		if got := transcode(t, tt.typ, tt.in); got != want {
			t.Errorf("%s: %s came back as %.80s, want %.80s", tt.typ.Name, tt.in, got, want)
		}
	}
}

// TestEmptyArray reads both forms of an empty array.
func TestEmptyArray(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"00000000 00000000 00000017", "00000001 00000000 00000017 00000000 00000001"} {
		if out, err := pgjson.AppendJSON(nil, int4s, unhex(t, src)); err != nil || string(out) != "[]" {
			t.Errorf("%s: got %s (%v), want []", src, out, err)
		}
	}
}
