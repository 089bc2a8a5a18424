package pgjson_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Types of a schema that the tests share.
var (
	mood    = &pgjson.Type{Kind: pgjson.KindEnum, Name: "app.mood", Labels: []string{"happy", "so-so", `"sad"`}}
	email   = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.email", Elem: &pgjson.Text, NotNull: true}
	contact = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.contact", Elem: email}
	point   = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.point", Fields: []pgjson.Field{
		{Name: "x", Type: &pgjson.Int4, NotNull: true},
		{Name: "y", Type: &pgjson.Numeric},
	}}
	path = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.path", Fields: []pgjson.Field{
		{Name: "points", Type: arrayOf(point)},
		{Name: "owner", Type: email},
		{Name: "odd\nname", Type: &pgjson.Bool},
	}}
	tags  = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.tags", Elem: &pgjson.Type{Kind: pgjson.KindArray, Name: "text[]", OID: 1009, Elem: &pgjson.Text}}
	lsn   = &pgjson.Type{Kind: pgjson.KindLiteral, Name: "pg_lsn", OID: 3220}
	texts = &pgjson.Type{Kind: pgjson.KindArray, Name: "text[]", OID: 1009, Elem: &pgjson.Text}
	int4s = &pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4}
	money = &pgjson.Type{Kind: pgjson.KindLiteral, Name: "app.money", NotNull: true}

	hstore    = &pgjson.Type{Kind: pgjson.KindHstore, Name: "app.hstore"}
	vector    = &pgjson.Type{Kind: pgjson.KindVector, Name: "app.vector"}
	textRange = &pgjson.Type{Kind: pgjson.KindRange, Name: "app.textrange", Elem: &pgjson.Text}
	username  = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.username", Elem: &pgjson.Text, Checks: []pgjson.Check{
		{Kind: pgjson.CheckLength, Min: "3", Max: "20"},
		{Kind: pgjson.CheckPattern, Pattern: `^[a-z]`},
	}}
	age = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.age", Elem: &pgjson.Int2, Checks: []pgjson.Check{
		{Kind: pgjson.CheckRange, Min: "0", Max: "150", MaxOpen: true},
	}}

	lsns          = arrayOf(lsn)
	box           = &pgjson.Type{Kind: pgjson.KindLiteral, Name: "box"}
	boxes         = &pgjson.Type{Kind: pgjson.KindArray, Name: "box[]", Elem: box, Delim: ';'}
	lsnRange      = &pgjson.Type{Kind: pgjson.KindRange, Name: "app.lsnrange", Elem: lsn}
	lsnMultirange = &pgjson.Type{Kind: pgjson.KindMultirange, Name: "app.lsnmultirange", Elem: lsnRange}
	lsnTags       = &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.lsntags", Elem: lsns, NotNull: true}
	holder        = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.holder", Fields: []pgjson.Field{
		{Name: "l", Type: lsn},
		{Name: "b", Type: &pgjson.Bool},
		{Name: "i", Type: &pgjson.Int8},
		{Name: "f", Type: &pgjson.Float8},
		{Name: "n", Type: &pgjson.Numeric},
		{Name: "t", Type: &pgjson.Text},
		{Name: "y", Type: &pgjson.Bytea},
		{Name: "at", Type: &pgjson.TimestampTZ},
		{Name: "v", Type: &pgjson.Interval},
		{Name: "j", Type: &pgjson.JSONB},
		{Name: "h", Type: hstore},
		{Name: "r", Type: &pgjson.Int4Range},
		{Name: "m", Type: &pgjson.Int4Multirange},
		{Name: "d", Type: arrayOf(username)},
		{Name: "p", Type: arrayOf(path)},
		{Name: "x", Type: vector},
		{Name: "ls", Type: lsns},
	}}

	oids = pgjson.OIDs{
		"app.mood": 16400, "app.email": 16401, "app.contact": 16402, "app.point": 16403, "app.path": 16404,
		"app.tags": 16405, "app.point[]": 16406,
		"int4range[]": 3905,
	}
)

// allTypes has every kind at least once; the order is part of the fuzz corpora.
var allTypes = []*pgjson.Type{
	&pgjson.Bool, &pgjson.Int2, &pgjson.Int4, &pgjson.Int8, &pgjson.Int8Number, &pgjson.Float4, &pgjson.Float8,
	&pgjson.Numeric, &pgjson.Text, &pgjson.Bytea, &pgjson.UUID, &pgjson.Date, &pgjson.Time, &pgjson.Timestamp,
	&pgjson.TimestampTZ, &pgjson.JSON, &pgjson.JSONB, mood, contact, point, path, tags, lsn, texts, int4s,
	arrayOf(path), arrayOf(tags), arrayOf(&pgjson.JSONB), money,
	&pgjson.TimeTZ, &pgjson.Interval, &pgjson.OID, &pgjson.Inet, &pgjson.CIDR, &pgjson.MACAddr, &pgjson.MACAddr8,
	&pgjson.Bit, &pgjson.VarBit, hstore, vector, &pgjson.Int4Range, textRange, &pgjson.DateMultirange,
	arrayOf(&pgjson.Int4Range), arrayOf(&pgjson.Int4Multirange), username, age,
}

// textTypes are containers that travel as text, because a literal is in them.
var textTypes = []*pgjson.Type{lsns, boxes, holder, arrayOf(holder), lsnRange, lsnMultirange, lsnTags}

func arrayOf(t *pgjson.Type) *pgjson.Type {
	return &pgjson.Type{Kind: pgjson.KindArray, Name: t.Name + "[]", Elem: t}
}

// encode returns what the encoder makes of in; a nil slice is NULL.
func encode(t *testing.T, typ *pgjson.Type, in string) ([]byte, []pgjson.Fault) {
	t.Helper()
	e := pgjson.Encoder{OIDs: oids}
	out, isNull := e.Append([]byte{}, typ, false, "p", gjson.Parse(in))
	if err := e.Err(); err != nil {
		t.Fatalf("encode %s as %s: %v", in, typ.Name, err)
	}
	if isNull {
		if len(out) > 0 {
			t.Errorf("encode %s as %s: NULL with %d bytes", in, typ.Name, len(out))
		}
		out = nil
	}
	return out, e.Faults()
}

// transcode returns the JSON that comes back for in.
func transcode(t *testing.T, typ *pgjson.Type, in string) string {
	t.Helper()
	bin, faults := encode(t, typ, in)
	if len(faults) > 0 {
		t.Fatalf("encode %s as %s: %v", in, typ.Name, faults)
	}
	out, err := pgjson.AppendJSON(nil, typ, bin)
	if err != nil {
		t.Fatalf("decode %x as %s: %v", bin, typ.Name, err)
	}
	return string(out)
}
