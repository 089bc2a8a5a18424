package pgval_test

import (
	"net"
	"net/netip"
	"time"

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
