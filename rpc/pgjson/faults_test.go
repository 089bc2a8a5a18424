package pgjson_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

// refused is a value that is not taken.
type refused struct {
	typ  *pgjson.Type
	in   string
	want string // "path reason" of each fault
}

// numberFaults are of booleans and numbers.
var numberFaults = []refused{
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
}

// stringFaults are of text, bytes and UUIDs.
var stringFaults = []refused{
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
}

// momentFaults are of dates and times.
var momentFaults = []refused{
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
}

// nestedFaults are of types that travel as text, and of those made of others.
var nestedFaults = []refused{
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

func TestFaults(t *testing.T) {
	t.Parallel()
	checkFaults(t, slices.Concat(numberFaults, stringFaults, momentFaults, nestedFaults))
}

func checkFaults(t *testing.T, tests []refused) {
	t.Helper()
	for _, tt := range tests {
		if got := faultsOf(t, tt.typ, tt.in); got != tt.want {
			t.Errorf("%s: %s has the faults %q, want %q", tt.typ.Name, tt.in, got, tt.want)
		}
	}
}

func faultsOf(t *testing.T, typ *pgjson.Type, in string) string {
	t.Helper()
	_, faults := encode(t, typ, in)
	var got []string
	for _, f := range faults {
		got = append(got, f.Path+" "+f.Reason)
		if f.Message == "" {
			t.Errorf("%s: %s: fault without message at %s", typ.Name, in, f.Path)
		}
	}
	return strings.Join(got, ",")
}
