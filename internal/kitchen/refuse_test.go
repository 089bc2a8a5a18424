package kitchen_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// refused are values that must not be taken for others. The fault's place and
// reason are "" where only the database can say.
var refused = []struct{ method, in, place, reason string }{
	{"id_text_v", `"a\u0000b"`, "a_v", "invalid"},
	{"id_text_v", `"\ud800"`, "a_v", "invalid"},
	{"id_text_v", `"\udc00\ud800"`, "a_v", "invalid"},
	{"id_text_v", `1`, "a_v", "wrong_type"},
	{"id_text_arr", `["a","\u0000"]`, "a_v[1]", "invalid"},
	{"id_text_arr", `[["a"],["b","c"]]`, "a_v[1]", "invalid"},
	{"id_text_arr", `[["a"],"b"]`, "a_v[1]", "invalid"},
	{"id_text_arr", `[[[[[[["a"]]]]]]]`, "a_v", "invalid"},
	{"id_text_comp", `{"nested":{"deep":"\u0000"}}`, "a_v.nested.deep", "invalid"},
	{"id_text_comp", `{"gone":1}`, "a_v.gone", "unknown"},
	{"id_text_comp", `{"plain":"a","plain":"a"}`, "a_v.plain", "duplicate"},
	{"id_text_comps", `[null,{"many":["\u0000"]}]`, "a_v[1].many[0]", "invalid"},
	{"id_text_rng", `{"lower":"a","upper":"\u0000"}`, "a_v.upper", "invalid"},
	{"id_text_multi", `[{"lower":"a","upper":"b"},{"lower":1,"upper":"b"}]`, "a_v[1].lower", "wrong_type"},
	{"id_mood_v", `"\u0000"`, "a_v", "invalid"},
	{"id_mood_v", `"Happy"`, "a_v", "invalid"},
	{"id_mood_doms", `["happy","glad"]`, "a_v[1]", "invalid"},
	{"id_json_v", `{"a":"\u0000"}`, "a_v.a", "invalid"},
	{"id_json_v", `{"a":1,"a":2}`, "a_v.a", "duplicate"},
	{"id_jsonb_v", `["\ud800"]`, "a_v[0]", "invalid"},
	{"id_money_v", `"\u0000"`, "a_v", "invalid"},
	{"id_money_v", `1`, "a_v", "wrong_type"},
	{"id_money_v", `"a lot"`, "a_v", "invalid"},
	{"id_int2_v", `32768`, "a_v", "out_of_range"},
	{"id_int4_arr", `[1,-2147483649]`, "a_v[1]", "out_of_range"},
	{"id_int4_v", `1.0`, "a_v", "wrong_type"},
	{"id_int4_v", `1e3`, "a_v", "wrong_type"},
	{"id_int4_v", `"1"`, "a_v", "wrong_type"},
	{"id_int8_v", `"9223372036854775808"`, "a_v", "out_of_range"},
	{"id_int8_v", `" 1"`, "a_v", "invalid"},
	{"id_oid_v", `-1`, "a_v", "out_of_range"},
	{"id_float4_v", `3.5e38`, "a_v", "out_of_range"},
	{"id_float8_v", `1e309`, "a_v", "out_of_range"},
	{"id_float8_v", `1e-400`, "a_v", "out_of_range"},
	{"id_float8_v", `"1"`, "a_v", "wrong_type"},
	{"id_numeric_v", `1e131072`, "a_v", "out_of_range"},
	{"id_numeric_v", `"1_000"`, "a_v", "invalid"},
	{"id_numeric_v", `"1e-16384"`, "a_v", "out_of_range"},
	{"id_bytea_v", `"AA"`, "a_v", "invalid"},
	{"id_uuid_v", `"6ba7b810"`, "a_v", "invalid"},
	{"id_date_v", `"2023-02-29"`, "a_v", "out_of_range"},
	{"id_date_v", `"5874898-01-01"`, "a_v", "out_of_range"},
	{"id_date_v", `"0000-01-01"`, "a_v", "out_of_range"},
	{"id_time_v", `"24:00:01"`, "a_v", "out_of_range"},
	{"id_time_v", `"23:60:00"`, "a_v", "out_of_range"},
	{"id_timetz_v", `"12:00:00+16"`, "a_v", "out_of_range"},
	{"id_timestamp_v", `"2024-01-01T00:00:00Z"`, "a_v", "invalid"},
	{"id_timestamptz_v", `"2024-01-01T00:00:00"`, "a_v", "invalid"},
	{"id_timestamptz_v", `"294277-01-01T00:00:00Z"`, "a_v", "out_of_range"},
	{"id_interval_v", `"1 day"`, "a_v", "invalid"},
	{"id_interval_v", `"P2147483648D"`, "a_v", "out_of_range"},
	{"id_cidr_v", `"192.0.2.7/24"`, "a_v", "invalid"},
	{"id_inet_v", `"192.0.2.7/33"`, "a_v", "invalid"},
	{"id_varbit_v", `"102"`, "a_v", "invalid"},
	{"id_int4_rng", `{"lower":2,"upper":1}`, "a_v", "out_of_range"},
	{"id_int4_rng", `{"lower":1,"upper":2147483647,"bounds":"[]"}`, "a_v", "invalid"},
	{"id_int4_rng", `{}`, "a_v", "missing"},
	{"id_int4_rng", `{"lower":1,"upper":2,"bounds":"<>"}`, "a_v.bounds", "invalid"},
	{"id_int4_rng", `{"empty":true,"lower":1}`, "a_v.empty", "invalid"},
	{"id_numeric_rng", `{"lower":"2","upper":"1"}`, "a_v", "invalid"},
	{"id_hstore_v", `{"a":1}`, "a_v.a", "wrong_type"},
	{"id_hstore_v", `{"a":"\u0000"}`, "a_v.a", "invalid"},
	{"id_hstore_v", `{"a":"1","a":"1"}`, "a_v.a", "duplicate"},
}

// structural are the reasons that schemas must know, too. To JSON Schema 1.0 is an
// integer.
var structural = map[string]bool{"wrong_type": true, "unknown": true, "missing": true}

// refuse sends what must be refused, and sees that it is.
func (k *kitchen) refuse(t *testing.T) {
	c := k.dial(t)
	var calls []call
	for _, tt := range refused {
		calls = append(calls, call{method: tt.method, params: `{"a_v":` + tt.in + `}`})
	}
	answers, err := c.send(calls)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range refused {
		a := answers[i]
		if k.ids[tt.method] == 0 {
			continue // a type that the server lacks
		}
		if a.Error == nil || a.Error.Name != "invalid_params" {
			t.Errorf("%s %s: got %s, want invalid_params", tt.method, tt.in, a)
			continue
		}
		var data struct {
			Faults []struct{ Param, Reason string }
		}
		if err := json.Unmarshal(a.Error.Data, &data); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range data.Faults {
			got = append(got, f.Param+" "+f.Reason)
		}
		if want := strings.TrimSpace(tt.place + " " + tt.reason); strings.Join(got, ", ") != want {
			t.Errorf("%s %s: got faults %q, want %q", tt.method, tt.in, got, want)
		}
		key := fmt.Sprintf("M%d.params", k.ids[tt.method])
		if k.frames.Validate(key, []byte(calls[i].params)) == nil && structural[tt.reason] && tt.in != "1.0" && tt.in != "1e3" {
			t.Errorf("%s %s: the server refuses it and the schema does not", tt.method, tt.in)
		}
	}
}
