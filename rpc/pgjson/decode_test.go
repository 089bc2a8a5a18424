package pgjson_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		typ  *pgjson.Type
		src  string
		path string
		null bool
	}{
		{name: "bool of 2", typ: &pgjson.Bool, src: "02"},
		{name: "empty bool", typ: &pgjson.Bool, src: ""},
		{name: "short int2", typ: &pgjson.Int2, src: "01"},
		{name: "long int4", typ: &pgjson.Int4, src: "0000000000"},
		{name: "short int8", typ: &pgjson.Int8, src: "00000000"},
		{name: "inexact number", typ: &pgjson.Int8Number, src: "0020000000000001"},
		{name: "short float4", typ: &pgjson.Float4, src: "00"},
		{name: "short float8", typ: &pgjson.Float8, src: "00"},
		{name: "numeric without header", typ: &pgjson.Numeric, src: "0000"},
		{name: "numeric with missing digits", typ: &pgjson.Numeric, src: "0002 0000 0000 0000 0001"},
		{name: "numeric digit of 10000", typ: &pgjson.Numeric, src: "0001 0000 0000 0000 2710"},
		{name: "numeric fraction digit of 10000", typ: &pgjson.Numeric, src: "0001 ffff 0000 0004 2710"},
		{name: "numeric sign", typ: &pgjson.Numeric, src: "0000 0000 0001 0000"},
		{name: "numeric scale", typ: &pgjson.Numeric, src: "0000 0000 0000 4000"},
		{name: "numeric hides a digit of its last word", typ: &pgjson.Numeric, src: "0002 0000 0000 0002 0001 000a"},
		{name: "numeric hides a word", typ: &pgjson.Numeric, src: "0002 0000 0000 0000 0001 03e8"},
		{name: "text", typ: &pgjson.Text, src: "61ff"},
		{name: "literal", typ: lsn, src: "ff"},
		{name: "enum", typ: mood, src: "ff"},
		{name: "short uuid", typ: &pgjson.UUID, src: "00"},
		{name: "early date", typ: &pgjson.Date, src: "ffda97a6"},
		{name: "short date", typ: &pgjson.Date, src: "00"},
		{name: "negative time", typ: &pgjson.Time, src: "ffffffffffffffff"},
		{name: "late time", typ: &pgjson.Time, src: "000000141dd76001"},
		{name: "late timestamp", typ: &pgjson.Timestamp, src: "7ffffffffffffffe"},
		{name: "short timestamptz", typ: &pgjson.TimestampTZ, src: "00"},
		{name: "json", typ: &pgjson.JSON, src: "7b"},
		{name: "json not UTF-8", typ: &pgjson.JSON, src: "22ff22"},
		{name: "jsonb version", typ: &pgjson.JSONB, src: "0231"},
		{name: "empty jsonb", typ: &pgjson.JSONB, src: ""},
		{name: "fewer fields", typ: point, src: "00000001 00000017 00000004 00000001"},
		{name: "another field type", typ: point, path: ".x", src: "00000002 00000014 00000004 00000001 000006a4 ffffffff"},
		{name: "NULL in a NOT NULL field", typ: point, path: ".x", null: true, src: "00000002 00000017 ffffffff 000006a4 ffffffff"},
		{name: "truncated field", typ: point, path: ".x", src: "00000002 00000017 00000004 0000"},
		{name: "negative length", typ: point, path: ".x", src: "00000002 00000017 fffffffe 000006a4 ffffffff"},
		{name: "bytes after the fields", typ: point, src: "00000002 00000017 00000004 00000001 000006a4 ffffffff 00"},
		{name: "another element type", typ: int4s, src: "00000000 00000000 00000014"},
		{name: "flags", typ: int4s, src: "00000000 00000002 00000017"},
		{name: "seven dimensions", typ: int4s, src: "00000007 00000000 00000017" + strings.Repeat("00000001", 14)},
		{name: "negative dimensions", typ: int4s, src: "ffffffff 00000000 00000017"},
		{name: "more elements than bytes", typ: int4s, src: "00000002 00000000 00000017 7fffffff 00000001 7fffffff 00000001"},
		{name: "no header", typ: int4s, src: "0000"},
		{name: "bytes after the elements", typ: int4s, src: "00000001 00000000 00000017 00000001 00000001 00000004 00000005 00"},
		{name: "malformed element", typ: int4s, path: "[1]", src: "00000001 00000000 00000017 00000002 00000001 00000004 00000005 00000001 00"},
		{name: "NULL domain in an array", typ: arrayOf(email), path: "[0]", null: true, src: "00000001 00000001 00004011 00000001 00000001 ffffffff"},
		{name: "NULL field in an array", typ: arrayOf(point), path: "[0].x", null: true, src: "00000001 00000001 00004011 00000001 00000001 00000014 00000002 00000017 ffffffff 000006a4 ffffffff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, err := pgjson.AppendJSON(nil, tt.typ, unhex(t, tt.src))
			var d *pgjson.DecodeError
			if !errors.As(err, &d) {
				t.Fatalf("got %s and the error %v, want a DecodeError", out, err)
			}
			if d.Path != tt.path {
				t.Errorf("path %q, want %q (%v)", d.Path, tt.path, err)
			}
			if errors.Is(err, pgjson.ErrNull) != tt.null {
				t.Errorf("Is ErrNull is %v, want %v (%v)", !tt.null, tt.null, err)
			}
		})
	}
}

func TestDecodeNull(t *testing.T) {
	t.Parallel()
	for _, typ := range allTypes {
		out, err := pgjson.AppendJSON([]byte("x"), typ, nil)
		excluded := typ == contact || typ == email || typ == money
		if excluded != errors.Is(err, pgjson.ErrNull) {
			t.Errorf("%s: error %v", typ.Name, err)
		}
		if !excluded && string(out) != "xnull" {
			t.Errorf("%s: got %s, want xnull", typ.Name, out)
		}
	}
}

func TestDecodeErrorText(t *testing.T) {
	t.Parallel()
	_, err := pgjson.AppendJSON(nil, arrayOf(point), unhex(t,
		"00000001 00000001 00004011 00000001 00000001 00000014 00000002 00000017 ffffffff 000006a4 ffffffff"))
	want := "read integer from the database: [0].x: NULL where the contract says not null"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestUnresolvedOID(t *testing.T) {
	t.Parallel()
	var e pgjson.Encoder
	e.Append(nil, arrayOf(mood), false, "p", parse(`["happy"]`))
	if err := e.Err(); err == nil || !strings.Contains(err.Error(), "app.mood") {
		t.Errorf("got %v, want an error that names app.mood", err)
	}
	e.Reset()
	if e.Err() != nil || len(e.Faults()) > 0 {
		t.Errorf("Reset left %v %v", e.Err(), e.Faults())
	}
}

func TestEmptyIsNotNull(t *testing.T) {
	t.Parallel()
	var e pgjson.Encoder
	out, isNull := e.Append(nil, &pgjson.Text, true, "name", parse(`""`))
	if out == nil || isNull {
		t.Errorf("got %v, %v for an empty text, want an empty slice", out, isNull)
	}
}

func TestAppendMissing(t *testing.T) {
	t.Parallel()
	var e pgjson.Encoder
	_, isNull := e.Append(nil, &pgjson.Text, true, "name", parse(""))
	if !isNull || len(e.Faults()) != 1 || e.Faults()[0].Reason != "missing" {
		t.Errorf("isNull %v, faults %v, want one fault: missing", isNull, e.Faults())
	}
}
