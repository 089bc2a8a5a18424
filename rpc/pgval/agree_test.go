package pgval_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

func drawText(t *rapid.T, label string) string {
	return rapid.StringMatching(`[^\x00]*`).Draw(t, label)
}

func drawMoment(t *rapid.T, label string) time.Time {
	seconds := rapid.Int64Range(-210866803200, 9224318015999).Draw(t, label)
	return time.Unix(seconds, rapid.Int64Range(0, 999999).Draw(t, label+" micros")*1000)
}

func drawDecimal(t *rapid.T, label string) pgval.Decimal {
	s := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{0,10})?(e-?[0-9]{1,2})?|NaN|-?Infinity`).Draw(t, label)
	d, err := pgval.ParseDecimal(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func drawFloat(t *rapid.T) float64 {
	f := math.Float64frombits(rapid.Uint64().Draw(t, "float8"))
	if math.IsNaN(f) {
		return math.Inf(-1)
	}
	return f
}

func drawPoint(t *rapid.T) point {
	p := point{X: rapid.Int32().Draw(t, "x")}
	if rapid.Bool().Draw(t, "has y") {
		y := drawDecimal(t, "y")
		p.Y = &y
	}
	return p
}

func drawEverything(t *rapid.T) *everything {
	text := drawText(t, "element")
	n := rapid.Int32().Draw(t, "cell")
	doc, err := json.Marshal(map[string]any{drawText(t, "key"): []any{text, n, nil}})
	if err != nil {
		t.Fatal(err)
	}
	return &everything{
		Bool: rapid.Bool().Draw(t, "bool"), Int2: rapid.Int16().Draw(t, "int2"), Int4: rapid.Int32().Draw(t, "int4"),
		Int8: rapid.Int64().Draw(t, "int8"), Number: rapid.Int64Range(-1<<53, 1<<53).Draw(t, "number"),
		Float4: rapid.Float32().Draw(t, "float4"), Float8: drawFloat(t), Numeric: drawDecimal(t, "numeric"),
		Text: drawText(t, "text"), Bytea: rapid.SliceOf(rapid.Byte()).Draw(t, "bytea"),
		UUID: pgval.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid")),
		Date: rapid.SampledFrom([]pgval.Date{pgval.InfiniteDate(1), pgval.InfiniteDate(-1), pgval.DateOf(drawMoment(t, "date"))}).Draw(t, "a date"),
		Time: pgval.TimeOfDayAfter(time.Duration(rapid.Int64Range(0, 86400e6).Draw(t, "time")) * time.Microsecond),
		Local: rapid.SampledFrom([]pgval.LocalDateTime{
			pgval.InfiniteLocalDateTime(1), pgval.LocalDateTimeOf(drawMoment(t, "local").UTC()),
		}).Draw(t, "a local"),
		At: rapid.SampledFrom([]pgval.Timestamp{
			pgval.InfiniteTimestamp(-1), pgval.TimestampOf(drawMoment(t, "at")),
		}).Draw(t, "an at"),
		Doc: doc, Mood: mood(rapid.SampledFrom(moods).Draw(t, "mood")), Point: drawPoint(t),
		Texts:  []*string{&text, nil},
		Grid:   [][]int32{{n, 1}, {2, n}},
		Points: []point{drawPoint(t), drawPoint(t)},
	}
}

// TestAgreesWithPgjson: what pgval writes, PostgreSQL gets and gives back
// through pgjson byte for byte, and pgval reads as the same value.
func TestAgreesWithPgjson(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawEverything(t)
		data, err := pgval.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var e pgjson.Encoder
		bin, _ := e.Append(nil, everythingType, true, "", gjson.ParseBytes(data))
		if len(e.Faults()) > 0 || e.Err() != nil {
			t.Fatalf("%s has the faults %v (%v)", data, e.Faults(), e.Err())
		}
		back, err := pgjson.AppendJSON(nil, everythingType, bin)
		if err != nil || !bytes.Equal(back, data) {
			t.Fatalf("wrote %s, pgjson gives %s (%v)", data, back, err)
		}
		var out everything
		if err := pgval.Unmarshal(back, &out); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(in, &out) {
			t.Fatalf("%+v came back as %+v", in, &out)
		}
	})
}

// FuzzUnmarshal: what is read can be written, and reads back as the same; what
// pgval refuses for its form, pgjson refuses too, and the other way round.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"x":1,"y":"1.50"}`))
	f.Add([]byte(`{"y":null,"x":-5,"z":[{}]}`))
	f.Add([]byte(`{"\u0078":1e0,"y":1e3}`))
	f.Add([]byte(`{"x":1,"y":`))
	f.Add([]byte(` [] `))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p point
		err := pgval.ParseValue(data, &p, pgval.Struct[point])
		if !pgjson.Valid(data) {
			if err == nil {
				t.Fatalf("%q was read", data)
			}
			return
		}
		if err != nil {
			return
		}
		out, err := pgval.Marshal(&p)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", data, err)
		}
		var again point
		if err := pgval.Unmarshal(out, &again); err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("%s became %s, then %+v (%v)", data, out, again, err)
		}
	})
}

// TestFaultsAgree gives both packages the same members and expects the same
// faults.
func TestFaultsAgree(t *testing.T) {
	t.Parallel()
	values := []string{
		"null", "true", "0", "1.5", "-1e400", "99999999999999999999", `""`, `"x"`, `"5"`, `"NaN"`, `"-1.5e3"`, `"\u0000"`, `"\ud800"`,
		`"2024-02-30"`, `"2024-02-29"`, `"2024-02-29T00:00:00"`, `"2024-02-29T00:00:00Z"`, `"24:00:01"`, `"infinity"`, `"AA=="`, `"AA"`,
		`"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, "[]", `[""]`, "[1]", "{}", `{"x":1,"y":2}`, `[{"x":1.5}]`, `[[1.5]]`,
	}
	for i := range everythingType.Fields {
		field := &everythingType.Fields[i]
		for _, value := range values {
			if exception(field.Name, value) {
				continue
			}
			agree(t, field, value)
		}
	}
}

// exception reports where the two differ by design: a JSON null is read from a
// result, but is NULL as a parameter; any label is read; and Go types have a
// fixed number of dimensions.
func exception(field, value string) bool {
	switch field {
	case "doc":
		return value == "null"
	case "mood":
		return value[0] == '"' && value != `"\u0000"` && value != `"\ud800"`
	case "grid":
		return value == "[1]"
	case "texts", "points":
		return value == "[[1.5]]"
	}
	return false
}

func agree(t *testing.T, field *pgjson.Field, value string) {
	t.Helper()
	agreeOf(t, field, value, field.Name != "null", new(everything))
}

func agreeOf(t *testing.T, field *pgjson.Field, value string, notNull bool, o pgval.Object) {
	t.Helper()
	var e pgjson.Encoder
	e.Append(nil, field.Type, notNull, field.Name, gjson.Parse(value))
	err := pgval.Unmarshal([]byte(`{"`+field.Name+`":`+value+`}`), o)
	var faults []pgjson.Fault
	for _, f := range faultsOf(t, err) {
		if rest, ok := strings.CutPrefix(f.Path, field.Name); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 != (len(e.Faults()) > 0) {
		t.Errorf("%s = %s: pgval %v, pgjson %v", field.Name, value, faults, e.Faults())
		return
	}
	if len(faults) > 0 && (faults[0].Reason != e.Faults()[0].Reason || faults[0].Path != e.Faults()[0].Path) {
		t.Errorf("%s = %s: pgval %v, pgjson %v", field.Name, value, faults[0], e.Faults()[0])
	}
}
