package pgjson_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc/pgjson"
)

// sameAsPgtype checks that in, a value of typ, is encoded as pgtype encodes v.
func sameAsPgtype(t *rapid.T, typ *pgjson.Type, in string, v any) {
	want, err := pgtype.NewMap().Encode(typ.OID, pgtype.BinaryFormatCode, v, []byte{})
	if err != nil {
		t.Fatalf("pgtype cannot encode %v as %s: %v", v, typ.Name, err)
	}
	e := pgjson.Encoder{OIDs: oids}
	got, _ := e.Append(nil, typ, false, "p", parse(in))
	if len(e.Faults()) > 0 || !bytes.Equal(got, want) {
		t.Fatalf("%s %s: got %x, pgtype has %x, faults %v", typ.Name, in, got, want, e.Faults())
	}
	back, err := pgjson.AppendJSON(nil, typ, want)
	if err != nil || string(back) != in {
		t.Fatalf("%s %s: %x came back as %s (%v)", typ.Name, in, want, back, err)
	}
}

func TestScalarsAsPgtype(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sameAsPgtype(t, &pgjson.Bool, stdJSON(t, true), true)
		i2 := rapid.Int16().Draw(t, "int2")
		sameAsPgtype(t, &pgjson.Int2, stdJSON(t, i2), i2)
		i4 := rapid.Int32().Draw(t, "int4")
		sameAsPgtype(t, &pgjson.Int4, stdJSON(t, i4), i4)
		i8 := rapid.Int64().Draw(t, "int8")
		sameAsPgtype(t, &pgjson.Int8, `"`+stdJSON(t, i8)+`"`, i8)
		sameAsPgtype(t, &pgjson.Int8Number, stdJSON(t, i8>>11), i8>>11)
		f4 := rapid.Float32().Draw(t, "float4")
		sameAsPgtype(t, &pgjson.Float4, stdJSON(t, f4), f4)
		f8 := rapid.Float64().Draw(t, "float8")
		sameAsPgtype(t, &pgjson.Float8, stdJSON(t, f8), f8)
		s := rapid.StringMatching(`[^\x00]*`).Draw(t, "text")
		sameAsPgtype(t, &pgjson.Text, stdJSON(t, s), s)
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytea")
		sameAsPgtype(t, &pgjson.Bytea, stdJSON(t, append([]byte{}, b...)), append([]byte{}, b...))
		u := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
		text, _ := pgtype.UUID{Bytes: u, Valid: true}.Value()
		sameAsPgtype(t, &pgjson.UUID, stdJSON(t, text), u)
		sameAsPgtype(t, &pgjson.JSONB, stdJSON(t, s), []byte(stdJSON(t, s)))
		sameAsPgtype(t, texts, stdJSON(t, []*string{&s, nil}), []*string{&s, nil})
	})
}

func TestSpecialValuesAsPgtype(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sameAsPgtype(t, &pgjson.Float8, `"NaN"`, math.NaN())
		sameAsPgtype(t, &pgjson.Float4, `"-Infinity"`, float32(math.Inf(-1)))
		sameAsPgtype(t, &pgjson.Date, `"infinity"`, pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true})
		sameAsPgtype(t, &pgjson.Date, `"-infinity"`, pgtype.Date{InfinityModifier: pgtype.NegativeInfinity, Valid: true})
		sameAsPgtype(t, &pgjson.TimestampTZ, `"infinity"`, pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true})
		sameAsPgtype(t, &pgjson.Timestamp, `"-infinity"`, pgtype.Timestamp{InfinityModifier: pgtype.NegativeInfinity, Valid: true})
		sameAsPgtype(t, &pgjson.Time, `"24:00:00"`, pgtype.Time{Microseconds: 86400e6, Valid: true})
		sameAsPgtype(t, &pgjson.Numeric, `"NaN"`, pgtype.Numeric{NaN: true, Valid: true})
		sameAsPgtype(t, &pgjson.Numeric, `"Infinity"`, pgtype.Numeric{InfinityModifier: pgtype.Infinity, Valid: true})
		sameAsPgtype(t, int4s, "[[1,2],[3,4]]", [][]int32{{1, 2}, {3, 4}})
	})
}

// goTime is how Go writes a time of the years 1 to 9999 in the same form.
func goTime(t time.Time, layout string) string { return `"` + t.Format(layout) + `"` }

func TestTimesAsPgtype(t *testing.T) {
	t.Parallel()
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(0, 999999).Draw(t, "micros")
		at := time.Unix(rapid.Int64Range(first, last).Draw(t, "seconds"), micros*1000).UTC()
		sameAsPgtype(t, &pgjson.TimestampTZ, goTime(at, "2006-01-02T15:04:05.999999Z"), at)
		sameAsPgtype(t, &pgjson.Timestamp, goTime(at, "2006-01-02T15:04:05.999999"), at)
		sameAsPgtype(t, &pgjson.Date, goTime(at, "2006-01-02"), at.Truncate(24*time.Hour))
		clock := at.Sub(at.Truncate(24 * time.Hour))
		sameAsPgtype(t, &pgjson.Time, goTime(at, "15:04:05.999999"), pgtype.Time{Microseconds: clock.Microseconds(), Valid: true})
	})
}

// TestCalendarAsGo walks all of PostgreSQL's years, also those before 1, whose
// number is one less in Go.
func TestCalendarAsGo(t *testing.T) {
	t.Parallel()
	epoch := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int32Range(pgjson.MinDate, pgjson.MaxDate).Draw(t, "days")
		at := time.Unix(epoch+int64(days)*86400, 0).UTC()
		year, suffix := at.Year(), ""
		if year <= 0 {
			year, suffix = 1-year, " BC"
		}
		want := time.Date(2000, at.Month(), 1, 0, 0, 0, 0, time.UTC).Format("-01-") + at.Format("02") + suffix
		got := string(pgjson.AppendDate(nil, days))
		if want = pad(year) + want; got != want {
			t.Fatalf("day %d: got %s, want %s", days, got, want)
		}
		if back, err := pgjson.ParseDate(got); err != nil || back != days {
			t.Fatalf("%s came back as day %d, not %d (%v)", got, back, days, err)
		}
	})
}

func pad(year int) string {
	s := stdJSON(nil, year)
	for len(s) < 4 {
		s = "0" + s
	}
	return s
}

func TestNumericsAsPgtype(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`-?(0|[1-9][0-9]{0,12}0{0,9})(\.[0-9]{1,9}0{0,5})?`).Draw(t, "numeric")
		var n pgtype.Numeric
		if err := n.Scan(in); err != nil {
			t.Fatal(err)
		}
		m := pgtype.NewMap()
		want, err := m.Encode(pgtype.NumericOID, pgtype.BinaryFormatCode, n, nil)
		if err != nil {
			t.Fatal(err)
		}
		var e pgjson.Encoder
		got, _ := e.Append(nil, &pgjson.Numeric, false, "p", parse(`"`+in+`"`))
		var back pgtype.Numeric
		if err := m.Scan(pgtype.NumericOID, pgtype.BinaryFormatCode, got, &back); err != nil {
			t.Fatal(err)
		}
		a, _ := n.Value()
		b, _ := back.Value()
		x, xerr := pgjson.AppendJSON(nil, &pgjson.Numeric, got)
		y, yerr := pgjson.AppendJSON(nil, &pgjson.Numeric, want)
		if xerr != nil || yerr != nil || a != b && !isZero(in) {
			t.Fatalf("%s: %v %v, value %v, want %v", in, xerr, yerr, b, a)
		}
		if !isZero(in) && (string(x) != `"`+in+`"` || string(y) != string(x)) {
			t.Fatalf("%s: own %s (%x), pgtype's %s (%x)", in, x, got, y, want)
		}
	})
}

// isZero: zero loses its sign, and pgtype its scale.
func isZero(s string) bool {
	for _, c := range s {
		if c >= '1' && c <= '9' {
			return false
		}
	}
	return true
}
