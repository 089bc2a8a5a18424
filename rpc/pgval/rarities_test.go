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

// rarities has a field of each kind that everything lacks.
type rarities struct {
	TimeTZ   pgval.TimeTZ
	Interval pgval.Interval
	OID      uint32
	Inet     netip.Prefix
	CIDR     netip.Prefix
	MAC      net.HardwareAddr
	MAC8     net.HardwareAddr
	Bit      pgval.BitString
	Range    pgval.Range[int32]
	Dates    []pgval.Range[pgval.Date]
	None     *pgval.Range[int32]
	Tags     map[string]*string
	Vector   []float32
}

func int4Range(c *pgval.Coder, v *pgval.Range[int32]) { pgval.RangeOf(c, v, (*pgval.Coder).Int4) }

func dateRange(c *pgval.Coder, v *pgval.Range[pgval.Date]) {
	pgval.RangeOf(c, v, (*pgval.Coder).Date)
}

func (r *rarities) CodeJSON(c *pgval.Coder) {
	c.Field("timetz")
	c.TimeTZ(&r.TimeTZ)
	c.Field("interval")
	c.Interval(&r.Interval)
	c.Field("oid")
	c.OID(&r.OID)
	c.Field("inet")
	c.Inet(&r.Inet)
	c.Field("cidr")
	c.CIDR(&r.CIDR)
	c.Field("mac")
	c.MACAddr(&r.MAC)
	c.Field("mac8")
	c.MACAddr(&r.MAC8)
	c.Field("bit")
	c.Bit(&r.Bit)
	c.Field("range")
	int4Range(c, &r.Range)
	c.Field("dates")
	pgval.Slice(c, &r.Dates, dateRange)
	c.Field("none")
	pgval.Nullable(c, &r.None, int4Range)
	c.Field("tags")
	c.Hstore(&r.Tags)
	c.Field("vector")
	c.Vector(&r.Vector)
}

// The same as a PostgreSQL type.
var raritiesType = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.rarities", Fields: []pgjson.Field{
	{Name: "timetz", Type: &pgjson.TimeTZ},
	{Name: "interval", Type: &pgjson.Interval},
	{Name: "oid", Type: &pgjson.OID},
	{Name: "inet", Type: &pgjson.Inet},
	{Name: "cidr", Type: &pgjson.CIDR},
	{Name: "mac", Type: &pgjson.MACAddr},
	{Name: "mac8", Type: &pgjson.MACAddr8},
	{Name: "bit", Type: &pgjson.VarBit},
	{Name: "range", Type: &pgjson.Int4Range},
	{Name: "dates", Type: &pgjson.DateMultirange},
	{Name: "none", Type: &pgjson.Int4Range},
	{Name: "tags", Type: &pgjson.Type{Kind: pgjson.KindHstore, Name: "hstore", OID: 16500}},
	{Name: "vector", Type: &pgjson.Type{Kind: pgjson.KindVector, Name: "vector", OID: 16501}},
}}

func drawPrefix(t *rapid.T, label string) netip.Prefix {
	size := rapid.SampledFrom([]int{4, 16}).Draw(t, label)
	addr, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, label+" address"))
	return netip.PrefixFrom(addr, rapid.IntRange(0, 8*size).Draw(t, label+" bits"))
}

func drawRange(t *rapid.T) pgval.Range[int32] {
	n := rapid.Int32Range(-1000, 1000).Draw(t, "lower")
	m := n + rapid.Int32Range(0, 10).Draw(t, "width")
	return rapid.SampledFrom([]pgval.Range[int32]{
		pgval.Between(n, m), pgval.EmptyRange[int32](),
		{},
		{Lower: &n},
		{Lower: &n, LowerInclusive: true},
		{Upper: &m, UpperInclusive: true},
		{Lower: &n, Upper: &m, LowerInclusive: true, UpperInclusive: true},
	}).Draw(t, "range")
}

func drawRarities(t *rapid.T) *rarities {
	value, some := drawText(t, "value"), drawRange(t)
	r := &rarities{
		TimeTZ: pgval.TimeTZ{
			Time:   pgval.TimeOfDayAfter(time.Duration(rapid.Int64Range(0, 86400e6).Draw(t, "time")) * time.Microsecond),
			Offset: time.Duration(rapid.IntRange(-57599, 57599).Draw(t, "offset")) * time.Second,
		},
		Interval: pgval.Interval{
			Months: rapid.Int32().Draw(t, "months"), Days: rapid.Int32().Draw(t, "days"), Micros: rapid.Int64().Draw(t, "micros"),
		},
		OID: rapid.Uint32().Draw(t, "oid"), Inet: drawPrefix(t, "inet"), CIDR: drawPrefix(t, "cidr").Masked(),
		MAC:  rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac"),
		MAC8: rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "mac8"),
		Bit:  pgval.BitString(rapid.StringMatching("[01]{0,20}").Draw(t, "bit")),
		Dates: []pgval.Range[pgval.Date]{
			pgval.Between(pgval.NewDate(2024, 1, 1), pgval.InfiniteDate(1)), {},
		},
		Range: drawRange(t), None: rapid.SampledFrom([]*pgval.Range[int32]{nil, &some}).Draw(t, "none"),
		Tags:   map[string]*string{drawText(t, "key"): &value, "b": nil, "aa": &value},
		Vector: []float32{rapid.Float32().Draw(t, "number"), -0.5},
	}
	if r.Interval.Infinity() != 0 {
		r.Interval = pgval.InfiniteInterval(r.Interval.Infinity())
	}
	return r
}

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
