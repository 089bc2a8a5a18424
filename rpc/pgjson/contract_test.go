package pgjson_test

import (
	"errors"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

var (
	matrix = &pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4, Dims: 2}
	row    = &pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4, Dims: 1}
	whole  = &pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4, ElemNotNull: true}
	anyInt = &pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4}
	sheets = &pgjson.Type{Kind: pgjson.KindArray, Name: "jsonb[]", OID: 3807, Elem: &pgjson.JSONB, Dims: 2}
	sheet  = &pgjson.Type{Kind: pgjson.KindArray, Name: "jsonb[]", OID: 3807, Elem: &pgjson.JSONB}

	// geo is a type whose text is JSON; the arrays beside it travel as text too.
	geo          = &pgjson.Type{Kind: pgjson.KindTextJSON, Name: "app.geo"}
	geos         = &pgjson.Type{Kind: pgjson.KindArray, Name: "app.geo[]", Elem: geo}
	wholeGeos    = &pgjson.Type{Kind: pgjson.KindArray, Name: "app.geo[]", Elem: geo, ElemNotNull: true}
	geoMatrix    = &pgjson.Type{Kind: pgjson.KindArray, Name: "app.geo[]", Elem: geo, Dims: 2}
	geoPair      = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.geo_pair", Fields: []pgjson.Field{{Name: "g", Type: geo}, {Name: "n", Type: &pgjson.Int4}}}
	lsnMatrix    = &pgjson.Type{Kind: pgjson.KindArray, Name: "pg_lsn[]", OID: 3221, Elem: lsn, Dims: 2}
	numberAndLSN = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.pair", Fields: []pgjson.Field{{Name: "n", Type: &pgjson.Int8Number}, {Name: "l", Type: lsn}}}
	wholeLSNs    = &pgjson.Type{Kind: pgjson.KindArray, Name: "pg_lsn[]", OID: 3221, Elem: lsn, ElemNotNull: true}
)

// send encodes in as a value of t and returns what PostgreSQL would be sent.
func send(typ *pgjson.Type, in string) ([]byte, []pgjson.Fault, error) {
	e := pgjson.Encoder{OIDs: pgjson.OIDs{"app.geo": 99999}}
	out, _ := e.Append(nil, typ, false, "v", gjson.Parse(in))
	return out, e.Faults(), e.Err()
}

func TestContractsOfArraysHold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ *pgjson.Type
		in  string
	}{
		{matrix, "[[1,2],[3,4]]"},
		{matrix, "[[null]]"},
		{matrix, "[]"},
		{row, "[1,null]"},
		{whole, "[1,2]"},
		{whole, "[[1],[2]]"},
		{sheets, `[[[1],{"a":2}],["b",[[3]]]]`},
		{sheet, `[[1],[[2]]]`},
		{geo, `{"type":"Point","coordinates":[1,2]}`},
		{geos, `[{"a":"{\"}"},[1],null,"x, y"]`},
		{geoMatrix, `[[[1],{"a":2}],["b",[[3]]]]`},
		{geoPair, `{"g":{"a":"(,\"\\)"},"n":1}`},
		{lsnMatrix, `[["1/1","1/2"],["1/3",null]]`},
		{wholeLSNs, `["1/1"]`},
	} {
		bin, faults, err := send(tt.typ, tt.in)
		if err != nil || len(faults) > 0 {
			t.Errorf("%s of %s: %v %v", tt.in, tt.typ.Name, faults, err)
			continue
		}
		if out, err := pgjson.AppendJSON(nil, tt.typ, bin); err != nil || string(out) != tt.in {
			t.Errorf("%s of %s came back as %s (%v)", tt.in, tt.typ.Name, out, err)
		}
	}
}

func TestContractsOfArraysAreChecked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ                       *pgjson.Type
		in, path, reason, message string
	}{
		{matrix, "[1,2]", "v", "invalid", "want an array of 2 dimensions, an array of arrays"},
		{matrix, "[[[1]]]", "v", "invalid", "want an array of 2 dimensions, an array of arrays"},
		{matrix, "[[1],2]", "v[1]", "invalid", "want an array, like the ones beside it"},
		{matrix, "[[1],[[2]]]", "v[1][0]", "wrong_type", "want an integer"},
		{matrix, "[[1],[2,3]]", "v[1]", "invalid", "want as many elements as in the arrays beside it"},
		{matrix, "{}", "v", "wrong_type", "want an array"},
		{row, "[[1]]", "v", "invalid", "want an array of 1 dimension"},
		{whole, "[1,null]", "v[1]", "null", "null is not allowed here"},
		{whole, "[[1],[null]]", "v[1][0]", "null", "null is not allowed here"},
		{sheets, `[{"a":1}]`, "v", "invalid", "want an array of 2 dimensions, an array of arrays"},
		{lsnMatrix, `["1/1"]`, "v", "invalid", "want an array of 2 dimensions, an array of arrays"},
		{wholeLSNs, `["1/1",null]`, "v[1]", "null", "null is not allowed here"},
	} {
		_, faults, err := send(tt.typ, tt.in)
		if want := (pgjson.Fault{Path: tt.path, Reason: tt.reason, Message: tt.message}); err != nil || len(faults) != 1 || faults[0] != want {
			t.Errorf("%s of %s: got %v (%v), want %v", tt.in, tt.typ.Name, faults, err, want)
		}
	}
}

// TestBreaches reads values under a contract that was not theirs when they were
// made.
func TestBreaches(t *testing.T) {
	t.Parallel()
	text := func(s string) []byte { return []byte(s) }
	bin := func(typ *pgjson.Type, in string) []byte {
		out, faults, err := send(typ, in)
		if err != nil || len(faults) > 0 {
			t.Fatalf("%s: %v %v", in, faults, err)
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		typ   *pgjson.Type
		src   []byte
		cause error
		path  string
	}{
		{"fewer dimensions", matrix, bin(anyInt, "[1,2]"), pgjson.ErrDims, ""},
		{"more dimensions", row, bin(anyInt, "[[1],[2]]"), pgjson.ErrDims, ""},
		{"documents and dimensions", sheet, bin(sheets, "[[1],[2]]"), pgjson.ErrDims, ""},
		{"null", whole, bin(anyInt, "[[1],[null]]"), pgjson.ErrNull, "[1][0]"},
		{"fewer dimensions, text", lsnMatrix, text("{1/1,1/2}"), pgjson.ErrDims, ""},
		{"more dimensions, text", lsnMatrix, text("{{{1/1}}}"), pgjson.ErrDims, "[0]"},
		{"documents and dimensions, text", geos, text("{{1},{2}}"), pgjson.ErrDims, ""},
		{"null, text", wholeLSNs, text("{1/1,NULL}"), pgjson.ErrNull, "[1]"},
		{"null, JSON", wholeGeos, text("{1,NULL}"), pgjson.ErrNull, "[1]"},
		{"beyond 2^53", &pgjson.Int8Number, bin(&pgjson.Int8, `"9007199254740993"`), pgjson.ErrInexact, ""},
		{"beyond 2^53, text", numberAndLSN, text("(9007199254740993,1/1)"), pgjson.ErrInexact, ".n"},
		{"no JSON", geo, text("POINT(1 2)"), pgjson.ErrNotJSON, ""},
		{"no JSON, empty", geo, text(""), pgjson.ErrNotJSON, ""},
		{"no JSON, inside", geos, text(`{1,"{"}`), pgjson.ErrNotJSON, "[1]"},
		{"no JSON, field", geoPair, text("(x,1)"), pgjson.ErrNotJSON, ".g"},
	} {
		out, err := pgjson.AppendJSON(nil, tt.typ, tt.src)
		var d *pgjson.DecodeError
		if !errors.As(err, &d) || !errors.Is(err, tt.cause) || d.Path != tt.path {
			t.Errorf("%s: got %s, %v, want %v at %q", tt.name, out, err, tt.cause, tt.path)
		}
	}
	for _, empty := range [][]byte{bin(anyInt, "[]"), {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 1}} {
		if out, err := pgjson.AppendJSON(nil, matrix, empty); err != nil || string(out) != "[]" {
			t.Errorf("an empty matrix: %s, %v", out, err)
		}
	}
}
