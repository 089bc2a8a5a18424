package pgjson_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

// durationFaults are of times with a zone and of intervals.
var durationFaults = []refused{
	{&pgjson.TimeTZ, `"12:00:00"`, "p invalid"},
	{&pgjson.TimeTZ, `"24:00:01Z"`, "p out_of_range"},
	{&pgjson.TimeTZ, `"12:00:00+16"`, "p out_of_range"},
	{&pgjson.TimeTZ, `"12:00:00+01:60"`, "p out_of_range"},
	{&pgjson.TimeTZ, `5`, "p wrong_type"},
	{&pgjson.Interval, `""`, "p invalid"},
	{&pgjson.Interval, `"P"`, "p invalid"},
	{&pgjson.Interval, `"PT"`, "p invalid"},
	{&pgjson.Interval, `"P1YT"`, "p invalid"},
	{&pgjson.Interval, `"P1M1Y"`, "p invalid"},
	{&pgjson.Interval, `"P1D1D"`, "p invalid"},
	{&pgjson.Interval, `"P1H"`, "p invalid"},
	{&pgjson.Interval, `"PT1D"`, "p invalid"},
	{&pgjson.Interval, `"P1.5YT1H"`, "p invalid"},
	{&pgjson.Interval, `"P1.Y"`, "p invalid"},
	{&pgjson.Interval, `"P.5Y"`, "p invalid"},
	{&pgjson.Interval, `"PY"`, "p invalid"},
	{&pgjson.Interval, `"P1Y "`, "p invalid"},
	{&pgjson.Interval, `"1 day"`, "p invalid"},
	{&pgjson.Interval, `"P--1D"`, "p invalid"},
	{&pgjson.Interval, `"P0001-13-01"`, "p out_of_range"},
	{&pgjson.Interval, `"P2147483648M"`, "p out_of_range"},
	{&pgjson.Interval, `"P178956971Y"`, "p out_of_range"},
	{&pgjson.Interval, `"P-2147483649D"`, "p out_of_range"},
	{&pgjson.Interval, `"P99999999999999999999D"`, "p out_of_range"},
	{&pgjson.Interval, `"P9223372036854775807W"`, "p out_of_range"},
	{&pgjson.Interval, `"PT2562047789H"`, "p out_of_range"},
	{&pgjson.Interval, `"PT2562047788H54.775808S"`, "p out_of_range"},
	{&pgjson.Interval, `"` + greatest + `"`, "p out_of_range"}, // it would become infinity
	{&pgjson.Interval, `"` + least + `"`, "p out_of_range"},
}

// addressFaults are of OIDs, addresses and bit strings.
var addressFaults = []refused{
	{&pgjson.OID, "-1", "p out_of_range"},
	{&pgjson.OID, "4294967296", "p out_of_range"},
	{&pgjson.OID, `"1"`, "p wrong_type"},
	{&pgjson.Inet, `"192.0.2"`, "p invalid"},
	{&pgjson.Inet, `"192.0.2.256"`, "p invalid"},
	{&pgjson.Inet, `"192.0.2.7/33"`, "p invalid"},
	{&pgjson.Inet, `"192.0.2.7/"`, "p invalid"},
	{&pgjson.Inet, `"192.0.2.7/08"`, "p invalid"},
	{&pgjson.Inet, `"fe80::1%eth0"`, "p invalid"},
	{&pgjson.Inet, `"::1/129"`, "p invalid"},
	{&pgjson.CIDR, `"192.0.2.7/24"`, "p invalid"},
	{&pgjson.MACAddr, `"08:00:2b:01:02"`, "p invalid"},
	{&pgjson.MACAddr, `"08:00-2b:01:02:03"`, "p invalid"},
	{&pgjson.MACAddr, `"08:00:2b:01:02:0g"`, "p invalid"},
	{&pgjson.MACAddr, `"08:00:2b:01:02:03:04:05"`, "p invalid"},
	{&pgjson.MACAddr8, `"08:00:2b:01:02:03"`, "p invalid"},
	{&pgjson.VarBit, `"102"`, "p invalid"},
	{&pgjson.VarBit, "101", "p wrong_type"},
}

// containerFaults are of hstore, vectors, ranges and what is made of them.
var containerFaults = []refused{
	{hstore, `[]`, "p wrong_type"},
	{hstore, `{"a":1,"b":{}}`, "p.a wrong_type,p.b wrong_type"},
	{hstore, `{"a":"1","b":"2","a":null}`, "p.a duplicate"},
	{hstore, `{"":1}`, `p."" wrong_type`},
	{hstore, `{"a\u0000":"1","b":"\ud800"}`, `p."" invalid,p.b invalid`},
	{vector, `{}`, "p wrong_type"},
	{vector, `[]`, "p out_of_range"},
	{vector, `[1,"NaN",null,1e39]`, "p[1] wrong_type,p[2] null,p[3] out_of_range"},
	{vector, "[" + strings.Repeat("1,", 16000) + "1]", "p out_of_range"},
	{&pgjson.Int4Range, `[1,2]`, "p wrong_type"},
	{&pgjson.Int4Range, `{}`, "p missing"},
	{&pgjson.Int4Range, `{"bounds":"[]"}`, "p missing"},
	{&pgjson.Int4Range, `{"lower":2,"upper":1}`, "p out_of_range"},
	{&pgjson.Int4Range, `{"lower":2,"upper":-3}`, "p out_of_range"},
	{&pgjson.DateRange, `{"lower":"2000-01-02","upper":"1999-01-01"}`, "p out_of_range"},
	{&pgjson.Int4Range, `{"lower":"x","upper":1.5}`, "p.lower wrong_type,p.upper wrong_type"},
	{&pgjson.Int4Range, `{"lower":1,"upper":2,"bounds":"[["}`, "p.bounds invalid"},
	{&pgjson.Int4Range, `{"lower":1,"upper":2,"bounds":null}`, "p.bounds wrong_type"},
	{&pgjson.Int4Range, `{"empty":true,"lower":1}`, "p.empty invalid"},
	{&pgjson.Int4Range, `{"empty":1}`, "p.empty wrong_type,p missing"},
	{&pgjson.Int4Range, `{"lower":1,"uper":2,"lower":1}`, "p.uper unknown,p.lower duplicate"},
	{&pgjson.Int4Multirange, `{}`, "p wrong_type"},
	{&pgjson.Int4Multirange, `[null,{"lower":5,"upper":1}]`, "p[0] null,p[1] out_of_range"},
	{lsns, `{}`, "p wrong_type"},
	{lsns, `[["0/1"],5]`, "p[1] invalid"},
	{lsns, `["0/1",5,"\u0000"]`, "p[1] wrong_type,p[2] invalid"},
	{lsns, `[[[[[[["0/1"]]]]]]]`, "p invalid"},
	{lsnTags, "null", "p null"},
	{lsnRange, `{"lower":1,"upper":null}`, "p.lower wrong_type"},
	{lsnMultirange, `["a",null]`, "p[0] wrong_type,p[1] null"},
	{lsnMultirange, `5`, "p wrong_type"},
	{holder, `[]`, "p wrong_type"},
	{
		holder, `{"i":"x","y":"?","at":"now","v":"1","h":{"a":1},"d":["ab","Abc"],"p":[{"x":1}],"x":[],"z":1}`,
		"p.z unknown,p.i invalid,p.y invalid,p.at invalid,p.v invalid,p.h.a wrong_type,p.d[0] out_of_range," +
			"p.d[1] invalid,p.p[0].x unknown,p.p[0].owner missing,p.x out_of_range",
	},
}

func TestFaultsOfKinds(t *testing.T) {
	t.Parallel()
	checkFaults(t, slices.Concat(durationFaults, addressFaults, containerFaults))
}
