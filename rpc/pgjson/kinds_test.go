package pgjson_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

const (
	greatest = "P178956970Y7M2147483647DT2562047788H54.775807S"
	least    = "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S"
)

// canonicalDurations are of times with a zone and of intervals.
var canonicalDurations = []canonical{
	{&pgjson.TimeTZ, `"24:00:00+15:59:59"`, ""},
	{&pgjson.TimeTZ, `"12:00:00.50-00:30"`, `"12:00:00.5-00:30"`},
	{&pgjson.TimeTZ, `"09:05Z"`, `"09:05:00+00"`},
	{&pgjson.TimeTZ, `"09:05:00-00:00:01"`, ""},
	{&pgjson.TimeTZ, `"00:00:00-02:00"`, `"00:00:00-02"`},
	{&pgjson.Interval, `"PT0S"`, ""},
	{&pgjson.Interval, `"P0Y0M0DT0H0M0.0S"`, `"PT0S"`},
	{&pgjson.Interval, `"P1Y2M3DT4H5M6.789S"`, ""},
	{&pgjson.Interval, `"P14M"`, `"P1Y2M"`},
	{&pgjson.Interval, `"P1Y-1M"`, `"P11M"`},
	{&pgjson.Interval, `"P-1Y-2M3DT-4H-5M-6.5S"`, ""},
	{&pgjson.Interval, `"P30D"`, ""},
	{&pgjson.Interval, `"PT36H"`, ""},
	{&pgjson.Interval, `"P2W"`, `"P14D"`},
	{&pgjson.Interval, `"P1Y2W3D"`, `"P1Y17D"`},
	{&pgjson.Interval, `"-P1DT-1H"`, `"P-1DT1H"`},
	{&pgjson.Interval, `"+P1D"`, `"P1D"`},
	{&pgjson.Interval, `"P0.5Y"`, `"P6M"`},
	{&pgjson.Interval, `"P1,5M"`, `"P1M15D"`},
	{&pgjson.Interval, `"P-0.5M"`, `"P-15D"`},
	{&pgjson.Interval, `"P0.25W"`, `"P1DT18H"`},
	{&pgjson.Interval, `"P1.5D"`, `"P1DT12H"`},
	{&pgjson.Interval, `"PT-0.5S"`, ""},
	{&pgjson.Interval, `"PT0.0000015S"`, `"PT0.000002S"`},
	{&pgjson.Interval, `"PT0.0000025S"`, `"PT0.000002S"`},
	{&pgjson.Interval, `"PT0.00000250000000000000001S"`, `"PT0.000002S"`}, // digits beyond the 18th do not count
	{&pgjson.Interval, `"P0003-06-04T12:30:05.5"`, `"P3Y6M4DT12H30M5.5S"`},
	{&pgjson.Interval, `"-P0001-02-03"`, `"P-1Y-2M-3D"`},
	{&pgjson.Interval, `"infinity"`, ""},
	{&pgjson.Interval, `"-infinity"`, ""},
	{&pgjson.Interval, `"` + strings.Replace(greatest, "807S", "806S", 1) + `"`, ""},
	{&pgjson.Interval, `"` + strings.Replace(least, "808S", "807S", 1) + `"`, ""},
	{&pgjson.Interval, `"PT-9223372036854.775808S"`, `"PT-2562047788H-54.775808S"`},
}

// canonicalAddresses are of OIDs, addresses and bit strings.
var canonicalAddresses = []canonical{
	{&pgjson.OID, "4294967295", ""},
	{&pgjson.OID, "0", ""},
	{&pgjson.Inet, `"192.0.2.7"`, ""},
	{&pgjson.Inet, `"192.0.2.7/32"`, `"192.0.2.7"`},
	{&pgjson.Inet, `"192.0.2.7/0"`, ""},
	{&pgjson.Inet, `"2001:DB8:0:0:0::7/128"`, `"2001:db8::7"`},
	{&pgjson.Inet, `"::/0"`, ""},
	{&pgjson.Inet, `"::1"`, ""},
	{&pgjson.Inet, `"::ffff:192.0.2.7/120"`, ""},
	{&pgjson.Inet, `"::102:304"`, `"::1.2.3.4"`},
	{&pgjson.Inet, `"1:0:2:0:0:3:0:0"`, `"1:0:2::3:0:0"`},
	{&pgjson.CIDR, `"192.0.2.0/24"`, ""},
	{&pgjson.CIDR, `"192.0.2.7"`, `"192.0.2.7/32"`},
	{&pgjson.CIDR, `"::/0"`, ""},
	{&pgjson.MACAddr, `"08-00-2B-01-02-03"`, `"08:00:2b:01:02:03"`},
	{&pgjson.MACAddr, `"08002b010203"`, `"08:00:2b:01:02:03"`},
	{&pgjson.MACAddr8, `"08:00:2b:01:02:03:04:05"`, ""},
	{&pgjson.VarBit, `""`, ""},
	{&pgjson.VarBit, `"1"`, ""},
	{&pgjson.VarBit, `"11111111"`, ""},
	{&pgjson.Bit, `"000000001"`, ""},
}

// canonicalContainers are of hstore, vectors, ranges and a domain.
var canonicalContainers = []canonical{
	{hstore, `{}`, ""},
	{hstore, `{"":"","a":null,"\"":"\\"}`, ""},
	{hstore, `{ "\u0061" : "\u00e9" }`, `{"a":"é"}`},
	{vector, "[1, 2e0,-0.5]", "[1,2,-0.5]"},
	{&pgjson.Int4Range, `{"empty":true}`, ""},
	{&pgjson.Int4Range, `{"lower":1,"upper":5}`, `{"lower":1,"upper":5,"bounds":"[)"}`},
	{&pgjson.Int4Range, `{"upper":5,"bounds":"[]","empty":false}`, `{"lower":null,"upper":5,"bounds":"(]"}`},
	{&pgjson.Int4Range, `{"lower":null,"upper":null,"bounds":"[]"}`, `{"lower":null,"upper":null,"bounds":"()"}`},
	{&pgjson.Int4Range, `{"lower":-5,"upper":-5,"bounds":"[]"}`, ""},
	{&pgjson.TSTZRange, `{"lower":"-infinity","upper":"1999-01-01T00:00:00Z","bounds":"()"}`, ""},
	{&pgjson.NumRange, `{"lower":"1.50","upper":"2","bounds":"(]"}`, ""},
	{&pgjson.Int4Multirange, "[]", ""},
	{&pgjson.Int4Multirange, `[{"lower":1,"upper":2,"bounds":"[)"},{"lower":3,"upper":null,"bounds":"[)"}]`, ""},
	{username, `"abc"`, ""},
	{username, "null", ""},
}

func TestCanonicalKinds(t *testing.T) {
	t.Parallel()
	checkCanonical(t, slices.Concat(canonicalDurations, canonicalAddresses, canonicalContainers))
}

func TestDecodeErrorsOfKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path string
		typ        *pgjson.Type
		src        string
	}{
		{"short timetz", "", &pgjson.TimeTZ, "00"},
		{"late timetz", "", &pgjson.TimeTZ, "000000141dd76001 00000000"},
		{"far timetz", "", &pgjson.TimeTZ, "0000000000000000 0000e100"},
		{"short interval", "", &pgjson.Interval, "00"},
		{"short oid", "", &pgjson.OID, "00"},
		{"short inet", "", &pgjson.Inet, "0220"},
		{"inet of another length", "", &pgjson.Inet, "02200004 010203"},
		{"inet family", "", &pgjson.Inet, "04200004 01020304"},
		{"inet bits", "", &pgjson.Inet, "02210004 01020304"},
		{"cidr host bits", "", &pgjson.CIDR, "02180104 01020304"},
		{"short macaddr", "", &pgjson.MACAddr, "0102030405"},
		{"long macaddr8", "", &pgjson.MACAddr8, "010203040506070809"},
		{"short bit", "", &pgjson.Bit, "000000"},
		{"bit with fewer bytes", "", &pgjson.Bit, "00000009 ff"},
		{"bit of negative length", "", &pgjson.Bit, "ffffffff"},
		{"bit with a tail", "", &pgjson.Bit, "00000001 ff"},
		{"hstore without count", "", hstore, "00"},
		{"hstore with fewer pairs", "", hstore, "00000001"},
		{"hstore with NULL key", "", hstore, "00000001 ffffffff ffffffff"},
		{"hstore with more pairs", "", hstore, "00000000 00"},
		{"hstore of negative count", "", hstore, "80000000"},
		{"hstore not UTF-8", "", hstore, "00000001 00000001 ff ffffffff"},
		{"short vector", "", vector, "0001"},
		{"vector with fewer numbers", "", vector, "0002 0000 3f800000"},
		{"vector with the second word", "", vector, "0001 0001 3f800000"},
		{"empty range value", "", &pgjson.Int4Range, ""},
		{"range flags", "", &pgjson.Int4Range, "20"},
		{"empty range with bounds", "", &pgjson.Int4Range, "01 00"},
		{"range without bound", "", &pgjson.Int4Range, "02"},
		{"range with NULL", "", &pgjson.Int4Range, "02 ffffffff 00000004 00000001"},
		{"range with short bound", ".upper", &pgjson.Int4Range, "02 00000004 00000001 00000001 00"},
		{"range with more", "", &pgjson.Int4Range, "18 00"},
		{"multirange without count", "", &pgjson.Int4Multirange, ""},
		{"multirange of huge count", "", &pgjson.Int4Multirange, "7fffffff"},
		{"multirange of negative count", "", &pgjson.Int4Multirange, "ffffffff"},
		{"multirange with NULL", "", &pgjson.Int4Multirange, "00000001 ffffffff"},
		{"multirange with a malformed range", "[0]", &pgjson.Int4Multirange, "00000001 00000001 20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, err := pgjson.AppendJSON(nil, tt.typ, unhex(t, tt.src))
			var d *pgjson.DecodeError
			if !errors.As(err, &d) || d.Path != tt.path {
				t.Fatalf("got %s and the error %v, want a DecodeError at %q", out, err, tt.path)
			}
		})
	}
}

func TestIntervalExtremes(t *testing.T) {
	t.Parallel()
	months, days, micros, err := pgjson.ParseInterval("infinity")
	if err != nil || months != math.MaxInt32 || days != math.MaxInt32 || micros != math.MaxInt64 {
		t.Errorf("infinity is %d, %d, %d (%v)", months, days, micros, err)
	}
	got := string(pgjson.AppendInterval(nil, math.MinInt32, math.MinInt32+1, math.MinInt64))
	if want := strings.Replace(least, "648D", "647D", 1); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
