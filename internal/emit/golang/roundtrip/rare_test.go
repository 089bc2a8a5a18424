package roundtrip_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/emit/golang/testdata/kitchen/api"
	"github.com/spgen/spgen/rpc/pgval"
)

// ranges draws ranges as PostgreSQL prints them, of bounds that ascend.
func ranges[T any](bounds *rapid.Generator[[2]T]) *rapid.Generator[pgval.Range[T]] {
	return rapid.Custom(func(t *rapid.T) pgval.Range[T] {
		b := bounds.Draw(t, "bounds")
		return rapid.SampledFrom([]pgval.Range[T]{
			pgval.Between(b[0], b[1]), pgval.EmptyRange[T](), {}, {Upper: &b[1]}, {Lower: &b[0], LowerInclusive: true},
		}).Draw(t, "range")
	})
}

func prefixes(masked bool) *rapid.Generator[netip.Prefix] {
	return rapid.Custom(func(t *rapid.T) netip.Prefix {
		size := rapid.SampledFrom([]int{4, 16}).Draw(t, "size")
		addr, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "address"))
		p := netip.PrefixFrom(addr, rapid.IntRange(0, 8*size).Draw(t, "bits"))
		if masked {
			return p.Masked()
		}
		return p
	})
}

func hardware(size int) *rapid.Generator[net.HardwareAddr] {
	return rapid.Map(rapid.SliceOfN(rapid.Byte(), size, size), func(b []byte) net.HardwareAddr { return b })
}

var (
	timetzs = rapid.Custom(func(t *rapid.T) pgval.TimeTZ {
		return pgval.TimeTZ{
			Time:   pgval.TimeOfDayAfter(time.Duration(rapid.Int64Range(0, 86400e6).Draw(t, "time")) * time.Microsecond),
			Offset: time.Duration(rapid.IntRange(-57599, 57599).Draw(t, "offset")) * time.Second,
		}
	})
	intervals = rapid.Custom(func(t *rapid.T) pgval.Interval {
		return pgval.Interval{
			Months: rapid.Int32Range(-1e8, 1e8).Draw(t, "months"), Days: rapid.Int32Range(-1e8, 1e8).Draw(t, "days"),
			Micros: rapid.Int64Range(-1e15, 1e15).Draw(t, "micros"),
		}
	})
	hstores = rapid.Custom(func(t *rapid.T) map[string]*string {
		return map[string]*string{texts.Draw(t, "key"): maybe(t, "value", texts), "a": nil}
	})
	bits    = rapid.Map(rapid.StringMatching("[01]{1,20}"), func(s string) pgval.BitString { return pgval.BitString(s) })
	int8s   = rapid.Map(rapid.Int64Range(-1e9, 1e9), func(n int64) [2]int64 { return [2]int64{n, n + 7} })
	letters = rapid.Just([2]string{`a "quoted", \back`, "b"})
	decimal = rapid.Map(rapid.Int64Range(-1e9, 1e9), func(n int64) [2]pgval.Decimal {
		return [2]pgval.Decimal{pgval.DecimalOf(n), pgval.DecimalOf(n + 1)}
	})
	stamped = rapid.Map(moment, func(m time.Time) [2]pgval.Timestamp {
		return [2]pgval.Timestamp{pgval.TimestampOf(m), pgval.InfiniteTimestamp(1)}
	})
	spread = rapid.Map(rapid.Int32Range(-1000, 1000), func(n int32) []pgval.Range[int32] {
		return []pgval.Range[int32]{pgval.Between(n, n+2), pgval.Between(n+3, n+4)}
	})
	codes    = rapid.Map(texts, func(s string) api.Code { return api.Code(s) })
	rareRows = rapid.Custom(rareRow)
)

// rareRow draws a row of values that PostgreSQL prints as they are.
func rareRow(t *rapid.T) api.RareKindsRow {
	one := func(r pgval.Range[pgval.Timestamp]) []pgval.Range[pgval.Timestamp] {
		if r.Empty {
			return []pgval.Range[pgval.Timestamp]{}
		}
		return []pgval.Range[pgval.Timestamp]{r}
	}
	return api.RareKindsRow{
		Oid: maybe(t, "oid", rapid.Uint32()), Xid: maybe(t, "xid", rapid.Uint32()), Timetz: maybe(t, "timetz", timetzs),
		Interval: maybe(t, "interval", intervals), Inet: maybe(t, "inet", prefixes(false)), Cidr: maybe(t, "cidr", prefixes(true)),
		Macaddr: maybe(t, "macaddr", hardware(6)), Macaddr8: maybe(t, "macaddr8", hardware(8)),
		Bit: maybe(t, "bit", bits), Varbit: maybe(t, "varbit", bits), Hstore: maybe(t, "hstore", hstores),
		Citext: maybe(t, "citext", texts), Code: codes.Draw(t, "code"),
		Span:  maybe(t, "span", rapid.Map(intervals, func(i pgval.Interval) api.Span { return api.Span(i) })),
		Range: maybe(t, "range", ranges(int8s)), OwnRange: maybe(t, "own_range", ranges(letters)),
		Multirange:    maybe(t, "multirange", rapid.Map(ranges(stamped), one)),
		OwnMultirange: maybe(t, "own_multirange", rapid.Just([]pgval.Range[string]{pgval.Between("a", "b"), {Lower: new("c")}})),
		Ranges:        maybe(t, "ranges", pointers(ranges(decimal))),
		Lsn:           maybe(t, "lsn", rapid.StringMatching("[1-9A-F][0-9A-F]{0,7}/[1-9A-F][0-9A-F]{0,7}")),
		Box:           maybe(t, "box", pointers(rapid.Just("(1,1),(0,0)"))),
		Hstores:       maybe(t, "hstores", pointers(hstores)), Multiranges: maybe(t, "multiranges", pointers(spread)),
	}
}

func TestRareKindsRoundTrip(t *testing.T) {
	// Not parallel: tests share generators, and rapid reads their names unguarded.
	rapid.Check(t, func(t *rapid.T) {
		in := rareRows.Draw(t, "row")
		in.Point = maybe(t, "point", documents.Filter(func(d json.RawMessage) bool { return string(d) != "null" }))
		data, err := pgval.Marshal(&in)
		if err != nil {
			t.Fatal(err)
		}
		var out api.RareKindsRow
		if err := pgval.Unmarshal(data, &out); err != nil {
			t.Fatalf("%v:\n%s", err, data)
		}
		if again, err := pgval.Marshal(&out); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%v: got\n%s\nwant\n%s", err, again, data)
		}
	})
}

// TestOptionalRareKinds holds all three states of optional arrays.
func TestOptionalRareKinds(t *testing.T) {
	t.Parallel()
	given := api.RareKindsParams{
		Hstores:     pgval.Some([]*map[string]*string{nil, {"a": nil}}),
		Multiranges: pgval.Null[[]*[]pgval.Range[int32]](),
	}
	data, err := pgval.Marshal(&given)
	if err != nil || !bytes.HasSuffix(data, []byte(`,"hstores":[null,{"a":null}],"multiranges":null}`)) {
		t.Errorf("%s (%v)", data, err)
	}
	var back api.RareKindsParams
	if err := pgval.Unmarshal(data, &back); err != nil || !back.Multiranges.IsNull() {
		t.Errorf("%+v (%v)", back, err)
	}
	if hstores, ok := back.Hstores.Value(); !ok || len(hstores) != 2 || hstores[0] != nil || (*hstores[1])["a"] != nil {
		t.Errorf("hstores %v", hstores)
	}
	if data, err = pgval.Marshal(&api.RareKindsParams{}); err != nil || bytes.Contains(data, []byte("hstores")) {
		t.Errorf("%s (%v)", data, err)
	}
}
