package pgval_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc/pgval"
)

type texts struct {
	UUID    pgval.UUID
	Decimal pgval.Decimal
	Date    pgval.Date
	Time    pgval.TimeOfDay
	Local   pgval.LocalDateTime
	At      pgval.Timestamp
}

// TestEncodingJSON: the types also work without a Coder.
func TestEncodingJSON(t *testing.T) {
	t.Parallel()
	in := `{"UUID":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","Decimal":"-1.50","Date":"0044-03-15 BC","Time":"24:00:00",` +
		`"Local":"2024-02-29T12:00:00.5","At":"-infinity"}`
	var v texts
	if err := json.Unmarshal([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil || string(out) != in {
		t.Errorf("got %s (%v), want %s", out, err, in)
	}
	for _, bad := range []string{`{"UUID":"x"}`, `{"Decimal":"x"}`, `{"Date":"x"}`, `{"Time":"x"}`, `{"Local":"x"}`, `{"At":"x"}`} {
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestZeroValues(t *testing.T) {
	t.Parallel()
	var v texts
	if !v.UUID.IsZero() || !v.Decimal.IsZero() || !v.Date.IsZero() || !v.Time.IsZero() || !v.Local.IsZero() || !v.At.IsZero() {
		t.Errorf("%+v is not zero", v)
	}
	want := `{"UUID":"00000000-0000-0000-0000-000000000000","Decimal":"0","Date":"0001-01-01","Time":"00:00:00",` +
		`"Local":"0001-01-01T00:00:00","At":"0001-01-01T00:00:00Z"}`
	if out, err := json.Marshal(v); err != nil || string(out) != want {
		t.Errorf("got %s (%v), want %s", out, err, want)
	}
	if pgval.TimestampOf(time.Time{}) != v.At || pgval.DateOf(time.Time{}) != v.Date {
		t.Error("the zero time.Time is not the zero value")
	}
}

func TestFromTime(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 2*3600+1800)
	at := time.Date(2024, 2, 29, 1, 15, 30, 123456999, zone)
	for got, want := range map[string]string{
		pgval.TimestampOf(at).String():                       "2024-02-28T22:45:30.123456Z",
		pgval.LocalDateTimeOf(at).String():                   "2024-02-29T01:15:30.123456",
		pgval.DateOf(at).String():                            "2024-02-29",
		pgval.TimeOfDayOf(at).String():                       "01:15:30.123456",
		pgval.NewDate(2023, 14, 0).String():                  "2024-01-31",
		pgval.NewDate(-43, 3, 15).String():                   "0044-03-15 BC",
		pgval.TimestampOf(time.Unix(-1, 999999999)).String(): "1969-12-31T23:59:59.999999Z",
		pgval.NewDate(9999999, 1, 1).String():                "out of range",
		pgval.TimeOfDayAfter(25 * time.Hour).String():        "out of range",
		pgval.DecimalOf(-5).String():                         "-5",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	back, ok := pgval.TimestampOf(at).Time()
	if !ok || !back.Equal(at.Truncate(time.Microsecond)) || back.Location() != time.UTC {
		t.Errorf("%v came back as %v", at, back)
	}
	if here, ok := pgval.LocalDateTimeOf(at).In(zone); !ok || !here.Equal(at.Truncate(time.Microsecond)) {
		t.Errorf("%v came back as %v", at, here)
	}
	if day, ok := pgval.DateOf(at).Time(); !ok || !day.Equal(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the day came back as %v", day)
	}
	if pgval.TimestampOf(at) != pgval.TimestampOf(at.In(time.UTC)) {
		t.Error("the same moment in two zones is not equal")
	}
}

func TestInfinities(t *testing.T) {
	t.Parallel()
	for _, sign := range []int{1, -1} {
		_, dateOK := pgval.InfiniteDate(sign).Time()
		_, atOK := pgval.InfiniteTimestamp(sign).Time()
		_, localOK := pgval.InfiniteLocalDateTime(sign).In(time.UTC)
		if dateOK || atOK || localOK {
			t.Errorf("an infinity is a time: %v %v %v", dateOK, atOK, localOK)
		}
		if pgval.InfiniteDate(sign).Infinity() != sign || pgval.InfiniteTimestamp(sign).Infinity() != sign ||
			pgval.InfiniteLocalDateTime(sign).Infinity() != sign {
			t.Errorf("an infinity has another sign than %d", sign)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, want string
		integer  int64
		isInt    bool
		float    float64
	}{
		{"1.10", "1.10", 0, false, 1.1},
		{"-0.0", "0.0", 0, true, 0},
		{"1e3", "1000", 1000, true, 1000},
		{"12.00", "12.00", 12, true, 12},
		{"1e30", "1" + "000000000000000000000000000000", 0, false, 1e30},
		{"Infinity", "Infinity", 0, false, math.Inf(1)},
		{"1e400", "1" + string(zeros(400)), 0, false, math.Inf(1)},
	}
	for _, tt := range tests {
		d, err := pgval.ParseDecimal(tt.in)
		n, ok := d.Int64()
		if err != nil || d.String() != tt.want || n != tt.integer || ok != tt.isInt || d.Float64() != tt.float {
			t.Errorf("%s: got %s, %d, %v, %v (%v)", tt.in, d, n, ok, d.Float64(), err)
		}
	}
	for _, bad := range []string{"", "x", "1e", "1e200000"} {
		if _, err := pgval.ParseDecimal(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	nan, _ := pgval.ParseDecimal("NaN")
	if _, ok := nan.Rat(); ok || nan.IsFinite() || nan.IsZero() {
		t.Error("NaN is a number")
	}
}

func zeros(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return b
}
