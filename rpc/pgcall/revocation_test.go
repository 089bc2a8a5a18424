package pgcall_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// TestSessionValue: forms of a value that PostgreSQL prints alike are the same.
func TestSessionValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		typ  *pgjson.Type
		same []string // all of one value
		not  []string // not that value
		none []string // no value of the type
	}{
		{"bigint", &pgjson.Int8, []string{`5`, `"5"`}, []string{`6`, `-5`, `null`}, []string{`"x"`, `5.5`, `true`, `99999999999999999999`}},
		{"integer", &pgjson.Int4, []string{`5`, `"5"`}, []string{`6`}, []string{`"x"`, `""`, `3000000000`}},
		{"boolean", &pgjson.Bool, []string{`true`, `"true"`}, []string{`false`}, []string{`1`, `"yes"`}},
		{"text", &pgjson.Text, []string{`"5"`, `5`}, []string{`"05"`, `""`, `null`, `"5 "`}, nil},
		{"truth as text", &pgjson.Text, []string{`"true"`, `true`}, []string{`"t"`}, nil},
		{"uuid", &pgjson.UUID, []string{`"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"`}, nil, []string{`"6ba7"`, `5`}},
		{"timestamptz", &pgjson.TimestampTZ, []string{`"2026-01-02T03:04:05Z"`, `"2026-01-02T05:04:05+02:00"`}, []string{`"2026-01-02T03:04:06Z"`}, []string{`5`}},
		{"null", &pgjson.Int8, []string{`null`}, []string{`0`, `"0"`}, nil},
	}
	read := func(typ *pgjson.Type, json string) (string, bool) {
		v, ok := pgcall.SessionValue(typ, gjson.Parse(json))
		if v == nil {
			return "NULL", ok
		}
		return "=" + string(v), ok
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want, _ := read(tt.typ, tt.same[0])
			for _, json := range tt.same {
				if got, ok := read(tt.typ, json); !ok || got != want {
					t.Errorf("%s is %q, %t, want %q", json, got, ok, want)
				}
			}
			for _, json := range tt.not {
				if got, ok := read(tt.typ, json); !ok || got == want {
					t.Errorf("%s is %q, %t", json, got, ok)
				}
			}
			for _, json := range tt.none {
				if got, ok := read(tt.typ, json); ok {
					t.Errorf("%s is %q", json, got)
				}
			}
		})
	}
}
