package pgjson_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgjson"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// patterns are texts of a type, most of them right, some just beyond its range.
var patterns = []struct {
	typ     *pgjson.Type
	pattern string
}{
	{&pgjson.Numeric, `[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?`},
	{&pgjson.Numeric, `-?\.[0-9]{1,9}(e-?[0-9]{1,3})?`},
	{&pgjson.Numeric, `[1-9]e(13107[0-3]|-1638[2-5])`},
	{&pgjson.Int8, `-?0{0,2}[1-9][0-9]{0,18}`},
	{&pgjson.Date, `[0-9]{4}-[01][0-9]-[0-3][0-9]( BC)?`},
	{&pgjson.Date, `(587489[78]|5874[0-9]{3}|471[345])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])( BC)?`},
	{&pgjson.Time, `[0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,8})?)?`},
	{&pgjson.Time, `(24:00|23:59):(00|59|60)(\.[0-9]{1,8})?`},
	{&pgjson.Timestamp, `[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,6})?( BC)?`},
	{&pgjson.Timestamp, `29427[67]-(01|12)-(01|31)T(00|23|24):(00|59):(00|59)(\.[0-9]{1,6})?`},
	{&pgjson.TimestampTZ, `[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-6])(:[0-6][0-9])?)( BC)?`},
	{&pgjson.TimestampTZ, `(294276-12-31|4714-11-2[3-5])T(00|23):00:00[+-](00|01|15)( BC)?`},
	{&pgjson.UUID, `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32}`},
	{&pgjson.Text, `[^\x00]*`},
	{lsn, `[0-9A-F]{1,8}/[0-9A-F]{1,8}`},
	{&pgjson.TimeTZ, `([01][0-9]|2[0-4]):[0-6][0-9](:[0-6][0-9](\.[0-9]{1,8})?)?(Z|[+-](0[0-9]|1[0-6])(:[0-6][0-9](:[0-6][0-9])?)?)`},
	{&pgjson.Interval, `P(-?[0-9]{1,8}Y)?(-?[0-9]{1,9}M)?(-?[0-9]{1,7}W)?(-?[0-9]{1,9}D)?(T(-?[0-9]{1,10}H)?(-?[0-9]{1,9}M)?(-?[0-9]{1,8}(\.[0-9]{1,6})?S)?)?`},
	{&pgjson.Interval, `P-?[0-9]{1,4}\.(0|5|25|75|125|0625)[YMW]`}, // PostgreSQL carries others in floating point
	{&pgjson.Interval, `P-?[0-9]{1,4}\.[0-9]{1,6}D`},
	{&pgjson.Interval, `PT-?[0-9]{1,4}\.[0-9]{1,6}[HMS]`},
	{&pgjson.Interval, `P[0-9]{4}-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])(T[01][0-9]:[0-5][0-9]:[0-5][0-9])?`},
	{&pgjson.Inet, `(1?[0-9]{1,2}|2[0-4][0-9])(\.(1?[0-9]{1,2}|2[0-4][0-9])){3}(/([0-9]|[12][0-9]|3[0-3]))?`},
	{&pgjson.Inet, `([0-9a-f]{1,4}:){2}(0:){0,3}:[0-9a-f]{0,4}(/([0-9]{1,2}|1[0-3][0-9]))?`},
	{&pgjson.Inet, `::(ffff:|0:|1:|)[0-9]{1,2}\.[0-9]\.[0-9]\.[0-9](/(96|104|128))?`},
	{&pgjson.CIDR, `(10|128|192)\.[0-9]\.0\.0/([0-9]|[12][0-9]|3[0-3])`},
	{&pgjson.CIDR, `2001:[0-9a-f]{0,4}::(/(16|32|48|64|128))?`},
	{&pgjson.MACAddr, `[0-9a-fA-F]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{12}|[0-9A-F]{2}(-[0-9a-f]{2}){5}`},
	{&pgjson.MACAddr8, `[0-9a-fA-F]{2}(:[0-9a-f]{2}){7}|[0-9a-f]{16}`},
	{&pgjson.VarBit, `[01]{0,70}`},
}

// TestAgainstPostgres: PostgreSQL reads the binary value as the one that its
// own input function makes of the same text, what comes back says the same, and
// what is out of range here is so there.
func TestAgainstPostgres(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range patterns {
			compareText(t, pool, p.typ, rapid.StringMatching(p.pattern).Draw(t, p.typ.Name))
		}
		for _, bits := range []struct {
			typ  *pgjson.Type
			size int
		}{{&pgjson.Float4, 32}, {&pgjson.Float8, 64}} {
			in := rapid.StringMatching(`-?[1-9](\.[0-9]{1,20})?e-?([0-9]|[1-4][0-9]|30[789]|32[2345])`).Draw(t, bits.typ.Name)
			compareJSON(t, pool, bits.typ, in, in)
		}
	})
}

func compareText(t *rapid.T, pool *pgxpool.Pool, typ *pgjson.Type, text string) {
	raw, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	compareJSON(t, pool, typ, string(raw), text)
}

func compareJSON(t *rapid.T, pool *pgxpool.Pool, typ *pgjson.Type, raw, text string) {
	var e pgjson.Encoder
	bin, _ := e.Append(nil, typ, true, "p", parse(raw))
	if faults := e.Faults(); len(faults) > 0 {
		_, err := query(pool, "select $1::text::"+typ.Name, pgjson.TextFormat, pgjson.TextFormat, []byte(text))
		if err == nil && faults[0].Reason == "out_of_range" {
			t.Fatalf("%s %s is %v, but PostgreSQL takes it", typ.Name, raw, faults)
		}
		return
	}
	sql := "select $1::" + typ.Name + ", $1::" + typ.Name + "::text = $2::text::" + typ.Name + "::text"
	row, err := query(pool, sql, typ.Format(), typ.Format(), bin, []byte(text))
	if err != nil {
		t.Fatalf("%s %s: %v", typ.Name, raw, err)
	}
	out, err := pgjson.AppendJSON(nil, typ, row[0])
	if err != nil || string(row[1]) != "t" && row[1][0] != 1 {
		t.Fatalf("%s %s: %x became %s (%v); equal: %x", typ.Name, raw, bin, out, err, row[1])
	}
	again, _ := e.Append(nil, typ, true, "p", parse(string(out)))
	if len(e.Faults()) > 0 || string(again) != string(bin) && typ.Kind != pgjson.KindLiteral {
		t.Fatalf("%s %s: %x came back as %s, which is %x (%v)", typ.Name, raw, bin, out, again, e.Faults())
	}
}

// query runs sql with its first argument in the format in, the others in text.
func query(pool *pgxpool.Pool, sql string, in, out int16, args ...[]byte) (row [][]byte, err error) {
	err = pool.AcquireFunc(context.Background(), func(c *pgxpool.Conn) error {
		formats := make([]int16, len(args))
		formats[0] = in
		var r *pgconn.Result = c.Conn().PgConn().ExecParams(context.Background(), sql, args, nil, formats, []int16{out}).Read()
		if r.Err == nil {
			row = r.Rows[0]
		}
		return r.Err
	})
	return row, err
}

// TestContainersAgainstPostgres sends composites and arrays there and back.
func TestContainersAgainstPostgres(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	ctx := context.Background()
	_, err := pool.Exec(ctx, `
		create schema app;
		create type app.mood as enum ('happy', 'so-so', '"sad"');
		create domain app.email as text not null;
		create domain app.tags as text[];
		create type app.point as (x integer, gone integer, y numeric);
		alter type app.point drop attribute gone;
		create type app.path as (points app.point[], owner app.email, "odd
name" boolean);`)
	if err != nil {
		t.Fatal(err)
	}
	e := pgjson.Encoder{OIDs: pgjson.OIDs{}}
	for _, name := range []string{"app.mood", "app.email", "app.tags", "app.point", "app.path", "app.point[]"} {
		var oid uint32
		if err := pool.QueryRow(ctx, "select $1::text::regtype::oid", name).Scan(&oid); err != nil {
			t.Fatal(err)
		}
		e.OIDs[name] = oid
	}
	for _, tt := range []struct {
		typ *pgjson.Type
		in  string
	}{
		{point, `{"x":1,"y":"1.50"}`},
		{path, `{"points":[{"x":1,"y":null},null],"owner":"o","odd\nname":true}`},
		{arrayOf(path), `[{"points":[],"owner":"o","odd\nname":null}]`},
		{arrayOf(mood), `[["happy"],["\"sad\""]]`},
		{arrayOf(tags), `[["a",null],null,[]]`},
		{arrayOf(&pgjson.JSONB), `[[1],null,{"a": 1}]`},
		{texts, `[[["a","b"]],[["c",null]]]`},
		{int4s, "[]"},
	} {
		bin, _ := e.Append(nil, tt.typ, true, "p", parse(tt.in))
		row, err := query(pool, "select $1::"+tt.typ.Name, pgjson.BinaryFormat, pgjson.BinaryFormat, bin)
		if err != nil || len(e.Faults()) > 0 || e.Err() != nil {
			t.Errorf("%s %s: %v %v %v", tt.typ.Name, tt.in, err, e.Faults(), e.Err())
			continue
		}
		if out, err := pgjson.AppendJSON(nil, tt.typ, row[0]); err != nil || string(out) != tt.in {
			t.Errorf("%s %s came back as %s (%v)", tt.typ.Name, tt.in, out, err)
		}
	}
}
