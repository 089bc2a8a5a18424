package pgjson_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

// BenchmarkDecode turns one value into JSON.
func BenchmarkDecode(b *testing.B) {
	for _, v := range []struct {
		name, in string
		t        *pgjson.Type
	}{
		{"int8", `"123456789"`, &pgjson.Int8},
		{"text of 5", `"tag 3"`, &pgjson.Text},
		{"text of 18", `"user12@example.com"`, &pgjson.Text},
		{"text of 18, escaped", `"he said: \"hello\"."`, &pgjson.Text},
		{"text of 18, not ASCII", `"Grüße aus München"`, &pgjson.Text},
		{"timestamptz", `"2024-02-29T12:00:00.123Z"`, &pgjson.TimestampTZ},
		{"numeric", `"12345.60"`, &pgjson.Numeric},
		{"text[]", `["tag 3","tag 4"]`, texts},
	} {
		b.Run(v.name, func(b *testing.B) {
			e := pgjson.Encoder{OIDs: oids}
			src, _ := e.Append(nil, v.t, true, "", gjson.Parse(v.in))
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				out, _ = pgjson.AppendJSON(out[:0], v.t, src)
			}
		})
	}
}
