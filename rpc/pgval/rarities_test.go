package pgval_test

import (
	"bytes"
	"math"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

func TestRaritiesAgreeWithPgjson(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawRarities(t)
		data, err := pgval.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var e pgjson.Encoder
		bin, _ := e.Append(nil, raritiesType, true, "", gjson.ParseBytes(data))
		if len(e.Faults()) > 0 || e.Err() != nil {
			t.Fatalf("%s has the faults %v (%v)", data, e.Faults(), e.Err())
		}
		back, err := pgjson.AppendJSON(nil, raritiesType, bin)
		if err != nil || !bytes.Equal(back, data) {
			t.Fatalf("wrote %s, pgjson gives %s (%v)", data, back, err)
		}
		var out rarities
		if err := pgval.Unmarshal(back, &out); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(in, &out) {
			t.Fatalf("%+v came back as %+v", in, &out)
		}
	})
}

// TestFaultsOfRaritiesAgree is TestFaultsAgree for the other kinds.
func TestFaultsOfRaritiesAgree(t *testing.T) {
	t.Parallel()
	values := []string{
		"null", "true", "-1", "5", "4294967296", `""`, `"x"`, `"12:00:00Z"`, `"24:00:01+00"`, `"12:00:00+16"`, `"P1D"`, `"P99999999999D"`,
		`"192.0.2.7"`, `"192.0.2.7/24"`, `"192.0.2.0/24"`, `"192.0.2.0/33"`, `"08:00:2b:01:02:03"`, `"101"`, `"102"`,
		"[]", "[1]", `["NaN"]`, `[1e39]`, "{}", `{"a":"b"}`, `{"a":1}`, `{"a":null,"a":"1"}`, `{"a\u0000":"1"}`, `{"":"x"}`, `{"":5}`,
		`{"lower":1}`, `{"upper":"x"}`, `{"lower":null,"upper":null}`, `{"lower":1,"upper":2,"bounds":"[["}`, `{"lower":1,"bounds":5}`,
		`{"empty":true}`, `{"empty":true,"lower":1}`, `{"empty":5,"lower":1}`, `[{}]`, `[null]`, `[{"lower":"2024-02-30"}]`,
		`[{"lower":"2024-01-01","bounds":"()"}]`,
	}
	for i := range raritiesType.Fields {
		field := &raritiesType.Fields[i]
		for _, value := range values {
			if unreadByCoder(field.Name, value) {
				continue
			}
			agreeOf(t, field, value, field.Name != "none", new(rarities))
		}
	}
}

// unreadByCoder: members that no field takes are no fault for results, and the
// length of a MAC address is the database's concern.
func unreadByCoder(field, value string) bool {
	switch field {
	case "range", "none":
		return strings.HasPrefix(value, `{"a`) || strings.HasPrefix(value, `{""`)
	case "mac8":
		return value == `"08:00:2b:01:02:03"`
	}
	return false
}

func TestMarshalFaultsOfRarities(t *testing.T) {
	t.Parallel()
	bad := "\xff"
	_, err := pgval.Marshal(&rarities{
		TimeTZ: pgval.TimeTZ{Offset: 16 * time.Hour}, CIDR: netip.MustParsePrefix("192.0.2.7/24"), MAC: net.HardwareAddr{1},
		MAC8: net.HardwareAddr{1, 2, 3, 4, 5, 6}, Bit: "12", Tags: map[string]*string{"a": &bad, bad: nil},
	})
	want := "timetz out_of_range,inet invalid,cidr invalid,mac invalid,bit invalid,tags.a invalid,tags.\xff invalid,vector out_of_range"
	if got := summary(faultsOf(t, err)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	inf := float32(math.Inf(1))
	if _, err := pgval.AppendValue(nil, &[]float32{1, inf}, (*pgval.Coder).Vector); summary(faultsOf(t, err)) != "[1] wrong_type" {
		t.Errorf("an infinity in a vector: %v", err)
	}
}

func TestTypedNil(t *testing.T) {
	t.Parallel()
	if _, err := pgval.Marshal((*rarities)(nil)); summary(faultsOf(t, err)) != " invalid" {
		t.Errorf("Marshal: %v", err)
	}
	if err := pgval.Unmarshal([]byte("{}"), (*rarities)(nil)); summary(faultsOf(t, err)) != " invalid" {
		t.Errorf("Unmarshal: %v", err)
	}
	if _, err := pgval.AppendValue(nil, (*int64)(nil), (*pgval.Coder).Int8); err == nil {
		t.Error("AppendValue took nil")
	}
	if err := pgval.ParseValue([]byte("1"), (*int64)(nil), (*pgval.Coder).Int8); err == nil {
		t.Error("ParseValue took nil")
	}
}

func TestTextsOfRarities(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", -(9*3600 + 1800))
	for got, want := range map[string]string{
		pgval.TimeTZOf(time.Date(2024, 1, 1, 9, 5, 0, 5e8, zone)).String(): "09:05:00.5-09:30",
		pgval.TimeTZ{}.String():                         "00:00:00+00",
		pgval.TimeTZ{Offset: time.Millisecond}.String(): "out of range",
		pgval.IntervalOf(-90 * time.Minute).String():    "PT-1H-30M",
		pgval.Interval{Months: 14, Days: -3}.String():   "P1Y2M-3D",
		pgval.InfiniteInterval(-1).String():             "-infinity",
		(pgval.Interval{}).String():                     "PT0S",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	i, err := pgval.ParseInterval("P2DT1H")
	if d, ok := i.Duration(); err != nil || !ok || d != 49*time.Hour {
		t.Errorf("P2DT1H is %v, %v (%v)", d, ok, err)
	}
	for _, i := range []pgval.Interval{{Months: 1}, {Days: 200_000}, {Micros: 1 << 62}, pgval.InfiniteInterval(1)} {
		if d, ok := i.Duration(); ok {
			t.Errorf("%v is %v", i, d)
		}
	}
	b, err := pgval.ParseBitString("10")
	if err != nil || b.Len() != 2 || !b.Bit(0) || b.Bit(1) || b.Bit(2) || b.Bit(-1) {
		t.Errorf("got %v (%v)", b, err)
	}
	if _, err := pgval.ParseBitString("1 0"); err == nil {
		t.Error("a blank is a bit")
	}
}

// FuzzRarities: what is read can be written, and reads back as the same.
func FuzzRarities(f *testing.F) {
	const rest = `"dates":[{"empty":true}],"none":null,"tags":{"":null},"vector":[1]}`
	f.Add([]byte(`{"timetz":"24:00:00-00:30","interval":"P1Y-2DT0.5S","oid":1,"inet":"::1.2.3.4/7","cidr":"::/0","mac":"08002b010203",` +
		`"mac8":"08:00:2b:01:02:03:04:05","bit":"01","range":{"upper":1,"bounds":"[]"},` + rest))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, again rarities
		if pgval.Unmarshal(data, &r) != nil {
			return
		}
		out, err := pgval.Marshal(&r)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", data, err)
		}
		if err := pgval.Unmarshal(out, &again); err != nil || !reflect.DeepEqual(r, again) {
			t.Fatalf("%s became %s, then %+v (%v)", data, out, again, err)
		}
	})
}
