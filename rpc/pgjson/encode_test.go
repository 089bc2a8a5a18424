package pgjson_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ      *pgjson.Type
		in, want string // "" wants in
	}{
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
		{&pgjson.Text, `"a\u00e9\ud83d\ude00\/\"\\\b\f\n\r\t\u2028"`, `"aé😀/\"\\\b\f\n\r\t\u2028"`},
		{&pgjson.Text, `""`, ""},
		{&pgjson.Bytea, `"AP\/+"`, `"AP/+"`},
		{&pgjson.Bytea, `""`, ""},
		{&pgjson.Bytea, `"AA=="`, ""},
		{&pgjson.UUID, `"6BA7B8109DAD11D180B400C04FD430C8"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`},
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

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ  *pgjson.Type
		in   string
		want string // "path reason" of each fault
	}{
		{&pgjson.Bool, "1", "p wrong_type"},
		{&pgjson.Bool, `"true"`, "p wrong_type"},
		{&pgjson.Int4, "1.5", "p wrong_type"},
		{&pgjson.Int4, "1.0", "p wrong_type"},
		{&pgjson.Int4, "1e2", "p wrong_type"},
		{&pgjson.Int4, "1e400", "p wrong_type"},
		{&pgjson.Int4, "true", "p wrong_type"},
		{&pgjson.Int4, `"abc"`, "p wrong_type"},
		{&pgjson.Int4, `"5"`, "p wrong_type"},
		{&pgjson.Int4, "2147483648", "p out_of_range"},
		{&pgjson.Int2, "-32769", "p out_of_range"},
		{&pgjson.Int4, "99999999999999999999", "p out_of_range"},
		{&pgjson.Int8, `"abc"`, "p invalid"},
		{&pgjson.Int8, `""`, "p invalid"},
		{&pgjson.Int8, `"-"`, "p invalid"},
		{&pgjson.Int8, `"+1"`, "p invalid"},
		{&pgjson.Int8, `" 1"`, "p invalid"},
		{&pgjson.Int8, `"9223372036854775808"`, "p out_of_range"},
		{&pgjson.Int8, "[1]", "p wrong_type"},
		{&pgjson.Int8Number, "9007199254740993", "p out_of_range"},
		{&pgjson.Int8Number, `"1"`, "p wrong_type"},
		{&pgjson.Float8, "1e309", "p out_of_range"},
		{&pgjson.Float8, "1e-400", "p out_of_range"},
		{&pgjson.Float8, `"1"`, "p wrong_type"},
		{&pgjson.Float8, `"nan"`, "p wrong_type"},
		{&pgjson.Float4, "3.5e38", "p out_of_range"},
		{&pgjson.Float4, "1e-46", "p out_of_range"},
		{&pgjson.Numeric, `"1,5"`, "p invalid"},
		{&pgjson.Numeric, `"."`, "p invalid"},
		{&pgjson.Numeric, `"1e"`, "p invalid"},
		{&pgjson.Numeric, `"0x1F"`, "p invalid"},
		{&pgjson.Numeric, `"nan"`, "p invalid"},
		{&pgjson.Numeric, `"1 "`, "p invalid"},
		{&pgjson.Numeric, "true", "p wrong_type"},
		{&pgjson.Numeric, `""`, "p invalid"},
		{&pgjson.Numeric, "1e131072", "p out_of_range"},
		{&pgjson.Numeric, "1e-16384", "p out_of_range"},
		{&pgjson.Numeric, "1e99999999999999999999", "p out_of_range"},
		{&pgjson.Text, "5", "p wrong_type"},
		{&pgjson.Text, `"a\u0000"`, "p invalid"},
		{&pgjson.Text, `"\ud800"`, "p invalid"},
		{&pgjson.Text, `"\udc00\ud800"`, "p invalid"},
		{&pgjson.Bytea, `"AP_-"`, "p invalid"},
		{&pgjson.Bytea, `"AA"`, "p invalid"},
		{&pgjson.Bytea, `"AB=="`, "p invalid"},
		{&pgjson.Bytea, `"AAAA\n"`, "p invalid"},
		{&pgjson.UUID, `"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"`, "p invalid"},
		{&pgjson.UUID, `"6ba7b8109-dad-11d1-80b4-00c04fd430c8"`, "p invalid"},
		{&pgjson.UUID, `"6ba7b810-9dad-11d1-80b4-00c04fd430cg"`, "p invalid"},
		{&pgjson.Date, `"2023-02-29"`, "p out_of_range"},
		{&pgjson.Date, `"1900-02-29"`, "p out_of_range"},
		{&pgjson.Date, `"0000-01-01"`, "p out_of_range"},
		{&pgjson.Date, `"2024-13-01"`, "p out_of_range"},
		{&pgjson.Date, `"4714-11-23 BC"`, "p out_of_range"},
		{&pgjson.Date, `"5874898-01-01"`, "p out_of_range"},
		{&pgjson.Date, `"24-01-01"`, "p invalid"},
		{&pgjson.Date, `"2024-1-1"`, "p invalid"},
		{&pgjson.Date, `"2024-01-01T00:00:00"`, "p invalid"},
		{&pgjson.Date, `"Infinity"`, "p invalid"},
		{&pgjson.Date, "20240101", "p wrong_type"},
		{&pgjson.Time, `"24:00:01"`, "p out_of_range"},
		{&pgjson.Time, `"12:60:00"`, "p out_of_range"},
		{&pgjson.Time, `"12:00:61"`, "p out_of_range"},
		{&pgjson.Time, `"12:00:00."`, "p invalid"},
		{&pgjson.Time, `"12:00:00Z"`, "p invalid"},
		{&pgjson.Timestamp, `"2024-01-01T00:00:00Z"`, "p invalid"},
		{&pgjson.Timestamp, `"294277-01-01T00:00:00"`, "p out_of_range"},
		{&pgjson.Timestamp, `"2024-01-01"`, "p invalid"},
		{&pgjson.Timestamp, `"9999999-01-01T00:00:00"`, "p out_of_range"},
		{&pgjson.TimestampTZ, `"2024-01-01T00:00:00"`, "p invalid"},
		{&pgjson.TimestampTZ, `"2024-01-01T00:00:00+16"`, "p out_of_range"},
		{&pgjson.TimestampTZ, `"2024-01-01T00:00:00+0100"`, "p invalid"},
		{&pgjson.TimestampTZ, `"4714-11-24T00:00:00+01 BC"`, "p out_of_range"},
		{mood, `"angry"`, "p invalid"},
		{mood, "1", "p wrong_type"},
		{contact, "null", "p null"},
		{lsn, "1", "p wrong_type"},
		{lsn, `"\u0000"`, "p invalid"},
		{money, "null", "p null"},
		{point, `{"x":null,"y":"z","w":1}`, "p.w unknown,p.x null,p.y invalid"},
		{point, `{"y":true}`, "p.x missing,p.y wrong_type"},
		{point, `{"x":1,"x":2}`, "p.x duplicate"},
		{point, "[]", "p wrong_type"},
		{point, `{"x":1,"` + strings.Repeat("é", 50) + `":1}`, "p." + strings.Repeat("é", 32) + "… unknown"},
		{path, `{"points":[{"x":1.5},{"x":1,"z":2}],"owner":null}`, "p.points[0].x wrong_type,p.points[1].z unknown,p.owner null"},
		{texts, `["a",5,null,[]]`, "p[1] wrong_type,p[3] wrong_type"},
		{texts, `{}`, "p wrong_type"},
		{int4s, "[[1,2],[3]]", "p[1] invalid"},
		{int4s, "[[1],2]", "p[1] invalid"},
		{int4s, "[[1],null]", "p[1] invalid"},
		{int4s, "[[],[1]]", "p[1] invalid"},
		{int4s, "[[[1,2],[3,4]],[[5,6],[7]]]", "p[1][1] invalid"},
		{int4s, "[[[[[[[1]]]]]]]", "p invalid"},
		{arrayOf(email), `["a",null]`, "p[1] null"},
	}
	for _, tt := range tests {
		_, faults := encode(t, tt.typ, tt.in)
		var got []string
		for _, f := range faults {
			got = append(got, f.Path+" "+f.Reason)
			if f.Message == "" {
				t.Errorf("%s: %s: fault without message at %s", tt.typ.Name, tt.in, f.Path)
			}
		}
		if joined := strings.Join(got, ","); joined != tt.want {
			t.Errorf("%s: %s has the faults %q, want %q", tt.typ.Name, tt.in, joined, tt.want)
		}
	}
}
