package pgjson_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgjson"
)

// kitchenSink makes the types of the tests. Its connections print values as
// those of a server do.
const kitchenSink = `
	do $$ begin
		execute format('alter database %I set intervalstyle = iso_8601', current_database());
		execute format('alter database %I set timezone = UTC', current_database());
	end $$;
	create schema app;
	create extension hstore schema app;
	create extension citext schema app;
	create type app.mood as enum ('happy', 'so-so', '"sad"');
	create domain app.email as text not null;
	create domain app.username as text;
	create domain app.tags as text[];
	create type app.point as (x integer, gone integer, y numeric);
	alter type app.point drop attribute gone;
	create type app.path as (points app.point[], owner app.email, "odd
name" boolean);
	create domain app.place as app.point;
	create domain app.positive as integer;
	create type app.textrange as range (subtype = text, collation = "C", multirange_type_name = app.textmultirange);
	create type app.intervalrange as range (subtype = interval, multirange_type_name = app.intervalmultirange);
	create type app.lsnrange as range (subtype = pg_lsn, multirange_type_name = app.lsnmultirange);
	create domain app.lsntags as pg_lsn[] not null;`

var (
	citext        = &pgjson.Type{Kind: pgjson.KindText, Name: "app.citext"}
	place         = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.place", Elem: point}
	positive      = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.positive", Elem: &pgjson.Int4}
	intervalRange = &pgjson.Type{Kind: pgjson.KindRange, Name: "app.intervalrange", Elem: &pgjson.Interval}
	textMulti     = &pgjson.Type{Kind: pgjson.KindMultirange, Name: "app.textmultirange", Elem: textRange}
	bit           = &pgjson.Type{Kind: pgjson.KindBit, Name: `"bit"`, OID: 1560} // without quotes it is bit(1)

	// databaseTypes are those that kitchenSink has.
	databaseTypes = []*pgjson.Type{
		&pgjson.Bool, &pgjson.Int2, &pgjson.Int4, &pgjson.Int8, &pgjson.OID, &pgjson.XID, &pgjson.CID, &pgjson.Float4, &pgjson.Float8,
		&pgjson.Numeric, &pgjson.Text, citext, &pgjson.Bytea, &pgjson.UUID, &pgjson.Date, &pgjson.Time, &pgjson.TimeTZ,
		&pgjson.Timestamp, &pgjson.TimestampTZ, &pgjson.Interval, &pgjson.Inet, &pgjson.CIDR, &pgjson.MACAddr, &pgjson.MACAddr8,
		bit, &pgjson.VarBit, &pgjson.JSON, mood, hstore, contactless, point, path, place, positive,
		&pgjson.Int4Range, &pgjson.DateRange, &pgjson.NumRange, textRange, intervalRange, &pgjson.Int4Multirange, textMulti,
		lsn, lsnRange, lsnMultirange, lsns, lsnTags, arrayOf(tags),
	}
	contactless = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.email", Elem: &pgjson.Text, NotNull: true}
)

func sinkPool(t *testing.T) (*pgxpool.Pool, pgjson.OIDs) {
	t.Helper()
	pool := pgtest.Pool(t)
	if _, err := pool.Exec(context.Background(), kitchenSink); err != nil {
		t.Fatal(err)
	}
	pool.Reset()
	found := pgjson.OIDs{}
	rows, err := pool.Query(context.Background(), `select format_type(oid, null), oid from pg_type
		where oid >= 16384 or typelem <> 0 or typtype in ('r', 'm')`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		var oid uint32
		if err := rows.Scan(&name, &oid); err != nil {
			t.Fatal(err)
		}
		found[name] = oid
	}
	found[`"bit"[]`] = found["bit[]"]
	return pool, found
}

// holderOf returns a composite that has a typ and an array of them, beside a
// literal, so that it travels as text.
func holderOf(typ *pgjson.Type) *pgjson.Type {
	array := typ
	if typ.Kind != pgjson.KindArray {
		array = arrayOf(typ)
	}
	return &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.holder_" + strings.Map(word, typ.Name), Fields: []pgjson.Field{
		{Name: "v", Type: typ}, {Name: "l", Type: lsn}, {Name: "a", Type: array},
	}}
}

func word(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// edges are canonical JSON at the limits of types.
var edges = []struct {
	typ   *pgjson.Type
	value string
}{
	{&pgjson.Numeric, `"1` + strings.Repeat("0", 131071) + `"`},
	{&pgjson.Numeric, `"-0.` + strings.Repeat("0", 16382) + `1"`},
	{&pgjson.Numeric, `"0.` + strings.Repeat("0", 16383) + `"`},
	{&pgjson.Float8, "5e-324"},
	{&pgjson.Float8, "-0"},
	{&pgjson.Float8, `"NaN"`},
	{&pgjson.Float4, `"-Infinity"`},
	{&pgjson.Float4, "1e-45"},
	{&pgjson.Text, quote(strings.Repeat("é\"\\ ", 200_000))},
	{&pgjson.Date, `"4714-11-24 BC"`},
	{&pgjson.Date, `"5874897-12-31"`},
	{&pgjson.TimeTZ, `"24:00:00-15:59:59"`},
	{&pgjson.Timestamp, `"294276-12-31T23:59:59.999999"`},
	{&pgjson.TimestampTZ, `"4714-11-24T00:00:00Z BC"`},
	{&pgjson.Interval, `"` + strings.Replace(greatest, "807S", "806S", 1) + `"`},
	{&pgjson.Interval, `"` + strings.Replace(least, "648D", "647D", 1) + `"`},
	{&pgjson.Interval, `"PT-2562047788H-54.775808S"`},
	{&pgjson.Inet, `"::1.2.3.4"`},
	{&pgjson.Inet, `"::ffff:1.2.3.4/96"`},
	{&pgjson.Inet, `"0.0.0.0/0"`},
	{&pgjson.CIDR, `"::/0"`},
	{&pgjson.VarBit, `"` + strings.Repeat("10", 5000) + `"`},
	{hstore, `{"":"","NULL":null}`},
	{textRange, `{"lower":"","upper":"NULL","bounds":"[]"}`},
	{textRange, `{"lower":"\"","upper":"\\),","bounds":"(]"}`},
	{&pgjson.Int4Multirange, `[{"lower":null,"upper":-2147483647,"bounds":"()"},{"lower":5,"upper":2147483647,"bounds":"[)"}]`},
	{textMulti, `[{"lower":"([","upper":"]})","bounds":"()"}]`},
}

// TestBothFormatsAgainstPostgres: a value comes back from PostgreSQL as it was
// sent, in binary, and inside of a composite and an array in text.
func TestBothFormatsAgainstPostgres(t *testing.T) {
	t.Parallel()
	pool, found := sinkPool(t)
	for _, typ := range databaseTypes {
		holder := holderOf(typ)
		if _, err := pool.Exec(context.Background(), "create type "+holder.Name+" as (v "+typ.Name+", l pg_lsn, a "+holder.Fields[2].Type.Name+")"); err != nil {
			t.Fatal(err)
		}
	}
	e := pgjson.Encoder{OIDs: found}
	for _, edge := range edges {
		thereAndBack(t, pool, &e, edge.typ, edge.value)
		thereAndBack(t, pool, &e, holderOf(edge.typ), `{"v":`+edge.value+`,"l":null,"a":[null,`+edge.value+`]}`)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := pgjson.Encoder{OIDs: found}
		for range len(databaseTypes) / 3 { // a few each time; there are many times
			typ := rapid.SampledFrom(databaseTypes).Draw(t, "type")
			value := drawValue(t, typ)
			array := value
			if typ.Kind != pgjson.KindArray {
				array = "[" + orNull(t, typ, false) + "," + value + "]"
				thereAndBack(t, pool, &e, arrayOf(typ), array)
			}
			thereAndBack(t, pool, &e, typ, value)
			thereAndBack(t, pool, &e, holderOf(typ), `{"v":`+value+`,"l":"0/1","a":`+array+`}`)
		}
	})
}

// thereAndBack wants the JSON that it sends.
func thereAndBack(t interface{ Fatalf(string, ...any) }, pool *pgxpool.Pool, e *pgjson.Encoder, typ *pgjson.Type, in string) {
	e.Reset()
	param, _ := e.Append(nil, typ, true, "p", parse(in))
	if len(e.Faults()) > 0 || e.Err() != nil {
		t.Fatalf("%s %s: %v (%v)", typ.Name, in, e.Faults(), e.Err())
	}
	row, err := query(pool, "select $1::"+typ.Name, typ.Format(), typ.Format(), param)
	if err != nil {
		t.Fatalf("%s %s: %q: %v", typ.Name, in, param, err)
	}
	if out, err := pgjson.AppendJSON(nil, typ, row[0]); err != nil || string(out) != in {
		t.Fatalf("%s %s: PostgreSQL's %q became %s (%v)", typ.Name, in, row[0], out, err)
	}
}
