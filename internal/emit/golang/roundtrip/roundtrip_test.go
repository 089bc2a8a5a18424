// Package roundtrip_test moves values of the emitted types of testdata/kitchen
// to JSON and back. It is a package of its own so that golden files which do
// not compile can still be rewritten.
package roundtrip_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/emit/golang/testdata/kitchen/api"
	"github.com/spgen/spgen/rpc/pgval"
)

// maybe draws nil or a pointer to a value.
func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" is null") {
		return nil
	}
	v := g.Draw(t, name)
	return &v
}

// pointers draws slices whose elements may be null.
func pointers[T any](g *rapid.Generator[T]) *rapid.Generator[[]*T] {
	return rapid.SliceOfN(rapid.Ptr(g, true), 0, 4)
}

var (
	texts  = rapid.StringOf(rapid.RuneFrom([]rune("aé漢\"\\\n\u2028<&> '`")))
	moods  = rapid.SampledFrom([]api.Mood{api.MoodHappy, api.MoodVeryHappy, api.MoodX, api.MoodÜnhäppy, api.MoodQuoteD})
	moment = rapid.Map(rapid.Int64Range(-1e14, 1e14), func(us int64) time.Time { return time.UnixMicro(us).UTC() })
	stamps = rapid.OneOf(rapid.Map(moment, pgval.TimestampOf), rapid.Map(rapid.SampledFrom([]int{-1, 1}), pgval.InfiniteTimestamp))
	emails = rapid.Map(texts, func(s string) api.StrictEmail { return api.StrictEmail(s + "@x") })
	pairs  = rapid.Custom(func(t *rapid.T) api.Pair {
		return api.Pair{X: maybe(t, "x", rapid.Int32()), Y: maybe(t, "y", rapid.Int64())}
	})
	nests = rapid.Custom(func(t *rapid.T) api.Nest {
		return api.Nest{
			Pair: maybe(t, "pair", pairs), Pairs: maybe(t, "pairs", pointers(pairs)), Email: emails.Draw(t, "email"),
			Mood: maybe(t, "mood", moods), CodeJSON_: maybe(t, "code_json", texts), At: maybe(t, "at", stamps),
		}
	})
	documents = rapid.SampledFrom([]json.RawMessage{json.RawMessage("null"), json.RawMessage(`{"a":[1,"b",null]}`), json.RawMessage("1e3")})
	rows      = rapid.Custom(row)
)

func row(t *rapid.T) api.AllKindsRow {
	return api.AllKindsRow{
		Bool: maybe(t, "bool", rapid.Bool()), Int2: maybe(t, "int2", rapid.Int16()), Int4: maybe(t, "int4", rapid.Int32()),
		Int8: maybe(t, "int8", rapid.Int64()), Float4: maybe(t, "float4", rapid.Float32()),
		Float8:  maybe(t, "float8", rapid.OneOf(rapid.Float64(), rapid.Just(math.Inf(-1)))),
		Numeric: maybe(t, "numeric", rapid.Map(rapid.Int64(), pgval.DecimalOf)), Text: maybe(t, "text", texts),
		Bytea:      maybe(t, "bytea", rapid.SliceOf(rapid.Byte())),
		UUID:       maybe(t, "uuid", rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) pgval.UUID { return pgval.UUID(b) })),
		Date:       maybe(t, "date", rapid.Map(moment, pgval.DateOf)),
		Time:       maybe(t, "time", rapid.Map(moment, pgval.TimeOfDayOf)),
		Timestamp:  maybe(t, "timestamp", rapid.Map(moment, pgval.LocalDateTimeOf)),
		JSON:       maybe(t, "json", rapid.Just(json.RawMessage(`{"a": 1}`))),
		Jsonb:      maybe(t, "jsonb", documents.Filter(func(d json.RawMessage) bool { return string(d) != "null" })),
		Mood:       maybe(t, "mood", moods),
		Email:      maybe(t, "email", rapid.Map(texts, func(s string) api.Email { return api.Email(s) })),
		Tags:       maybe(t, "tags", rapid.Map(pointers(texts), func(s []*string) api.Tags { return s })),
		Moods:      maybe(t, "moods", rapid.Map(pointers(moods), func(s []*api.Mood) api.Moods { return s })),
		Pair:       maybe(t, "pair", pairs),
		PairDomain: maybe(t, "pair_domain", rapid.Map(pairs, func(p api.Pair) api.PairDomain { return api.PairDomain(p) })),
		Nest:       maybe(t, "nest", nests), Pairs: maybe(t, "pairs", pointers(pairs)),
		Int8s:       maybe(t, "int8s", pointers(rapid.Int64())),
		StrictEmail: emails.Draw(t, "strict_email"), StrictEmails: maybe(t, "strict_emails", rapid.SliceOfN(emails, 0, 3)),
	}
}

func TestRowsRoundTrip(t *testing.T) {
	// Not parallel: tests share generators, and rapid reads their names unguarded.
	rapid.Check(t, func(t *rapid.T) {
		in := rows.Draw(t, "row")
		data, err := pgval.Marshal(&in)
		if err != nil {
			t.Fatal(err)
		}
		var out api.AllKindsRow
		if err := pgval.Unmarshal(data, &out); err != nil {
			t.Fatalf("%v:\n%s", err, data)
		}
		again, err := pgval.Marshal(&out)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%v: got\n%s\nwant\n%s", err, again, data)
		}
		if null, got := nils(in), nils(out); !reflect.DeepEqual(null, got) {
			t.Fatalf("null in %v, null out %v", null, got)
		}
	})
}

// nils returns the names of the fields that are nil.
func nils(v any) []string {
	var names []string
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		if f := value.Field(i); f.Kind() == reflect.Pointer && f.IsNil() {
			names = append(names, value.Type().Field(i).Name)
		}
	}
	return names
}

func TestOptionalParametersAreLeftOut(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]api.AllOptionalParams{
		`{}`:                   {},
		`{"pair":null}`:        {Pair: pgval.Null[api.Pair]()},
		`{"int8s":["1",null]}`: {Int8s: pgval.Some([]*int64{new(int64(1)), nil})},
		`{"mood":"very happy","nest":{"pair":null,"pairs":null,"email":"a@b","mood":null,"code_json":null,"at":null}}`: {
			Mood: pgval.Some(api.MoodVeryHappy), Nest: pgval.Some(api.Nest{Email: "a@b"}),
		},
	} {
		got, err := pgval.Marshal(&params)
		if err != nil || string(got) != want {
			t.Errorf("got %s (%v), want %s", got, err, want)
		}
		var back api.AllOptionalParams
		if err := pgval.Unmarshal(got, &back); err != nil || !reflect.DeepEqual(back, params) {
			t.Errorf("%s: got %+v (%v), want %+v", want, back, err, params)
		}
	}
}
