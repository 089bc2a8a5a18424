package pgjson_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgjson"
)

// TestTextOfPostgres reads what PostgreSQL prints in forms that are never sent.
func TestTextOfPostgres(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	const types = `create schema app; create type app.range_of_lsn as range (subtype = pg_lsn);
		create type app.nothing as (); create type app.one as (l pg_lsn)`
	if _, err := pool.Exec(context.Background(), types); err != nil {
		t.Fatal(err)
	}
	one := &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.one", Fields: []pgjson.Field{{Name: "l", Type: lsn}}}
	for _, tt := range []struct {
		typ       *pgjson.Type
		sql, want string
	}{
		{lsns, `'[0:1][-2:-1]={{0/1,0/2},{NULL,0/4}}'::pg_lsn[]`, `[["0/1","0/2"],[null,"0/4"]]`},
		{lsns, `'[5:5]={0/1}'::pg_lsn[]`, `["0/1"]`},
		{lsns, `'{}'::pg_lsn[]`, `[]`},
		{lsns, `'{{{{{{0/1}}}}}}'::pg_lsn[]`, `[[[[[["0/1"]]]]]]`},
		{boxes, `array['(1,1),(0,0)', null, '(3,2),(1,-1)']::box[]`, `["(1,1),(0,0)",null,"(3,2),(1,-1)"]`},
		{one, `row(null)::app.one`, `{"l":null}`},
		{arrayOf(one), `array[row('0/1'), null, row(null)]::app.one[]`, `[{"l":"0/1"},null,{"l":null}]`},
		{lsnRange, `app.range_of_lsn('0/1', '0/1')`, `{"empty":true}`},
		{lsnRange, `app.range_of_lsn(null, '0/1', '[]')`, `{"lower":null,"upper":"0/1","bounds":"(]"}`},
		{lsnRange, `null::app.range_of_lsn`, `null`},
	} {
		row, err := query(pool, "select "+tt.sql+" where $1::text is null", pgjson.TextFormat, pgjson.TextFormat, nil)
		if err != nil {
			t.Fatalf("%s: %v", tt.sql, err)
		}
		if out, err := pgjson.AppendJSON(nil, tt.typ, row[0]); err != nil || string(out) != tt.want {
			t.Errorf("%s: %s became %s (%v), want %s", tt.sql, row[0], out, err, tt.want)
		}
	}
}

func TestTextErrors(t *testing.T) {
	t.Parallel()
	field := func(typ *pgjson.Type) *pgjson.Type {
		return &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.f", Fields: []pgjson.Field{{Name: "v", Type: typ}, {Name: "l", Type: lsn, NotNull: true}}}
	}
	for _, tt := range []struct {
		typ      *pgjson.Type
		in, path string
		null     bool
	}{
		{lsns, "", "", false},
		{lsns, "0/1", "", false},
		{lsns, "{", "[0]", false},
		{lsns, "{0/1", "[0]", false},
		{lsns, "{0/1,", "[1]", false},
		{lsns, "{,}", "[0]", false},
		{lsns, `{"0/1}`, "[0]", false},
		{lsns, `{0/1\`, "[0]", false},
		{lsns, "{0/1}x", "", false},
		{lsns, "{{0/1}", "", false},
		{lsns, "[0:1]", "", false},
		{lsns, "{{{{{{{0/1}}}}}}}", "[0][0][0][0][0][0]", false},
		{lsns, "{\xff}", "[0]", false},
		{arrayOf(money), "{a,NULL}", "[1]", true},
		{lsnRange, "", "", false},
		{lsnRange, "[", "", false},
		{lsnRange, "[0/1,0/2", "", false},
		{lsnRange, "[0/1)", "", false},
		{lsnRange, "emptyx", "", false},
		{lsnMultirange, "", "", false},
		{lsnMultirange, "{", "[0]", false},
		{lsnMultirange, "{[0/1,0/2)", "", false},
		{lsnMultirange, "{empty,}", "[1]", false},
		{lsnTags, "{0/1}x", "", false},
		{field(&pgjson.Int4), "", "", false},
		{field(&pgjson.Int4), "(1)", "", false},
		{field(&pgjson.Int4), "(1,0/1,2)", "", false},
		{field(&pgjson.Int4), "(1,0/1", ".l", false},
		{field(&pgjson.Int4), "(1,)", ".l", true},
		{field(contact), "(,0/1)", ".v", true},
		{field(&pgjson.Int4), "(x,0/1)", ".v", false},
		{field(&pgjson.Int4), `("",0/1)`, ".v", false},
		{field(&pgjson.Bool), "(yes,0/1)", ".v", false},
		{field(&pgjson.Float8), "(nan,0/1)", ".v", false},
		{field(&pgjson.Bytea), "(abc,0/1)", ".v", false},
		{field(&pgjson.Bytea), `("\\xabc",0/1)`, ".v", false},
		{field(&pgjson.Date), "(01/31/2024,0/1)", ".v", false},
		{field(&pgjson.Interval), `("1 day",0/1)`, ".v", false},
		{field(&pgjson.JSON), "({,0/1)", ".v", false},
		{field(hstore), `("""a""=>1",0/1)`, ".v", false},
		{field(hstore), `("""a""",0/1)`, ".v", false},
		{field(hstore), `("a=>NULL",0/1)`, ".v", false},
		{field(hstore), `("""a""=>""1",0/1)`, ".v", false},
		{field(vector), "(1,0/1)", ".v", false},
		{field(vector), `("[1,NaN]",0/1)`, ".v", false},
	} {
		out, err := pgjson.AppendJSON(nil, tt.typ, []byte(tt.in))
		var d *pgjson.DecodeError
		if !errors.As(err, &d) || d.Path != tt.path || errors.Is(err, pgjson.ErrNull) != tt.null {
			t.Errorf("%s %s: got %s and the error %v, want a DecodeError at %q", tt.typ.Name, tt.in, out, err, tt.path)
		}
	}
}

// TestIntervalOfOlderPostgres: before version 17 the greatest interval is finite
// in text, and cannot be told from infinity in binary.
func TestIntervalOfOlderPostgres(t *testing.T) {
	t.Parallel()
	typ := holderOf(&pgjson.Interval)
	out, err := pgjson.AppendJSON(nil, typ, []byte("("+greatest+",,{"+least+"})"))
	if want := `{"v":"infinity","l":null,"a":["-infinity"]}`; err != nil || string(out) != want {
		t.Errorf("got %s (%v), want %s", out, err, want)
	}
}

// TestTextIsNotAmplified: a number of few digits and a large exponent stays so.
func TestTextIsNotAmplified(t *testing.T) {
	t.Parallel()
	typ := holderOf(&pgjson.Numeric)
	for in, want := range map[string]string{
		`"1e131071"`: "(1e131071,,)", `"1e-16383"`: "(1e-16383,,)", `"-10.500"`: "(-10500e-3,,)", `"0e-16383"`: "(0e-16383,,)",
		`"1500"`: "(15e2,,)", `15.0e3`: "(15e3,,)", `"NaN"`: "(NaN,,)", `"-0"`: "(0e0,,)",
	} {
		var e pgjson.Encoder
		if out, _ := e.Append(nil, typ, true, "p", parse(`{"v":`+in+`}`)); string(out) != want || len(e.Faults()) > 0 {
			t.Errorf("%s became %s (%v), want %s", in, out, e.Faults(), want)
		}
	}
}

// TestLongText: time and memory grow with the size of a text, not faster.
func TestLongText(t *testing.T) {
	t.Parallel()
	in := `[` + strings.Repeat(`"\"\\ ",`, 200_000) + `null]`
	var e pgjson.Encoder
	text, _ := e.Append(nil, lsns, true, "p", parse(in))
	if out, err := pgjson.AppendJSON(nil, lsns, text); err != nil || string(out) != in {
		t.Errorf("%d bytes came back as %d (%v)", len(in), len(out), err)
	}
}

// TestInfiniteIntervals: they come back in binary from every version, and are
// what PostgreSQL calls so since version 17.
func TestInfiniteIntervals(t *testing.T) {
	t.Parallel()
	pool, found := sinkPool(t)
	e := pgjson.Encoder{OIDs: found}
	thereAndBack(t, pool, &e, arrayOf(&pgjson.Interval), `["infinity","-infinity"]`)
	var version int
	if err := pool.QueryRow(context.Background(), "select current_setting('server_version_num')::int").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if version < 170000 {
		return
	}
	holder := holderOf(&pgjson.Interval)
	if _, err := pool.Exec(context.Background(), "create type "+holder.Name+" as (v interval, l pg_lsn, a interval[])"); err != nil {
		t.Fatal(err)
	}
	thereAndBack(t, pool, &e, holder, `{"v":"infinity","l":null,"a":["-infinity"]}`)
}
