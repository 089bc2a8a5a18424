package pgjson_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

// standard is what the standard library makes of JSON in the binary format of a
// type, and whether it has an opinion; ok without want: it has refused.
type standard func(raw string) (want []byte, ok bool)

var standards = []struct {
	typ  *pgjson.Type
	read standard
}{
	{&pgjson.Int2, standardInt[int16]},
	{&pgjson.Int4, standardInt[int32]},
	{&pgjson.Int8Number, standardInt[int64]},
	{&pgjson.Float8, standardFloat},
	{&pgjson.Bytea, standardBytea},
	{&pgjson.TimestampTZ, standardTime},
}

// FuzzAsStandardLibrary: numbers, base64 and RFC 3339 mean what they mean in Go.
func FuzzAsStandardLibrary(f *testing.F) {
	for i, in := range []string{"32767", "-2147483649", "-0", "1e309", `"AA=="`, `"2024-02-29T23:59:59.000001+15:59"`, "1.0", "5e-324", `"AB=="`} {
		f.Add(byte(i), in)
	}
	f.Fuzz(func(t *testing.T, kind byte, raw string) {
		s := standards[int(kind)%len(standards)]
		if !pgjson.Valid([]byte(raw)) {
			return
		}
		want, ok := s.read(strings.Trim(raw, " \t\r\n"))
		if !ok {
			return
		}
		e := pgjson.Encoder{OIDs: oids}
		got, _ := e.Append([]byte{}, s.typ, true, "p", gjson.Parse(raw))
		if refused := len(e.Faults()) > 0; refused != (want == nil) || !refused && !bytes.Equal(got, want) {
			t.Fatalf("%s: %s became %x (%v), want %x", s.typ.Name, raw, got, e.Faults(), want)
		}
	})
}

func isNumber(raw string) bool { return raw != "" && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') }

func standardInt[T int16 | int32 | int64](raw string) (want []byte, ok bool) {
	var n T
	if !isNumber(raw) {
		return nil, false
	}
	if json.Unmarshal([]byte(raw), &n) != nil {
		return nil, true
	}
	want, err := binary.Append(nil, binary.BigEndian, n)
	return want, err == nil
}

// standardFloat has no opinion on what is too small, which Go takes for zero.
func standardFloat(raw string) (want []byte, ok bool) {
	var n float64
	if !isNumber(raw) {
		return nil, false
	}
	if json.Unmarshal([]byte(raw), &n) != nil {
		return nil, true
	}
	digits, _, _ := strings.Cut(strings.ToLower(raw), "e")
	return binary.BigEndian.AppendUint64(nil, math.Float64bits(n)), n != 0 || strings.Trim(digits, "-0.") == ""
}

// standardBytea has no opinion on line breaks, which Go skips. Bits behind the
// last byte are none of anything.
func standardBytea(raw string) (want []byte, ok bool) {
	var text string
	if json.Unmarshal([]byte(raw), &text) != nil || raw[0] != '"' || strings.ContainsAny(text, "\r\n\x00\ufffd") {
		return nil, false
	}
	want, err := base64.StdEncoding.Strict().AppendDecode([]byte{}, []byte(text))
	if err != nil {
		return nil, true
	}
	return want, true
}

// standardTime has an opinion on what it takes and PostgreSQL has a place for.
func standardTime(raw string) (want []byte, ok bool) {
	var text string
	if json.Unmarshal([]byte(raw), &text) != nil {
		return nil, false
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || at.Nanosecond()%1000 != 0 || len(text) > len("2006-01-02T15:04:05.000000-07:00") || strings.Contains(text, ",") {
		return nil, false
	}
	if _, offset := at.Zone(); offset >= 16*3600 || offset <= -16*3600 || strings.HasPrefix(text, "0000") {
		return nil, false
	}
	micros := at.UnixMicro() - time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	return binary.BigEndian.AppendUint64(nil, uint64(micros)), true
}
