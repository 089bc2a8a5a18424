package pgcall_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/sqltoken"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	frames "github.com/spgen/spgen/rpc/wire"
)

var (
	int4s = pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4}
	texts = pgjson.Type{Kind: pgjson.KindArray, Name: "text[]", OID: 1009, Elem: &pgjson.Text}
)

// everyType is a procedure with an optional parameter of every type, by its
// letter, and an alias.
func everyType() *pgcall.Procedure {
	types := []*pgjson.Type{
		&pgjson.Bool, &pgjson.Int2, &pgjson.Int4, &pgjson.Int8, &pgjson.Int8Number, &pgjson.Float4, &pgjson.Float8, &pgjson.Numeric,
		&pgjson.Text, &pgjson.Bytea, &pgjson.UUID, &pgjson.Date, &pgjson.Time, &pgjson.Timestamp, &pgjson.TimestampTZ, &pgjson.TimeTZ,
		&pgjson.Interval, &pgjson.JSON, &pgjson.JSONB, &pgjson.Inet, &pgjson.MACAddr, &pgjson.VarBit, &pgjson.Int4Range, &pgjson.NumMultirange,
		&int4s, &texts,
	}
	var all []pgcall.Param
	for i, t := range types {
		all = append(all, opt(string(rune('a'+i)), t))
	}
	all[0].Aliases, all[1].NotNull = []string{"flag"}, true
	return function("every", pgcall.ShapeVoid, all)
}

// everyValue has a value for each parameter of everyType.
var everyValue = []string{
	"true", "-5", "70000", `"9000000000"`, "9000000000", "0.5", "-1e300", `"-12345.67890"`, `"a\u00e9\n"`, `"AP/+"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`,
	`"0044-03-15 BC"`, `"23:59:59.999999"`, `"2024-02-29T12:00:00"`, `"2024-02-29T12:00:00.25+02:00"`, `"12:00:00.5-09:30"`, `"P1Y-2M3DT-4H5M-6.5S"`,
	`{"a": [1]}`, `[]`, `"192.0.2.7/24"`, `"08:00:2b:01:02:03"`, `"101"`, `{"lower":1,"upper":null,"bounds":"[)"}`, `[{"empty":true}]`, "[[1,2],[3,null]]", `["a",null]`,
}

// FuzzParams: a frame is refused, has faults, or becomes arguments that decode
// to the JSON from which the same arguments come again.
func FuzzParams(f *testing.F) {
	p := everyType()
	for i, value := range everyValue {
		f.Add(fmt.Appendf(nil, `{"method":1,"params":{%q:%s}}`, p.Params[i].Name, value))
	}
	for _, params := range []string{
		`"a":true,"flag":false`, `"flag":true`, `"b":null,"c":null`, `"zz":1,"i":"\u0000","i":"\ud800"`, `"\u0061":true`, `"h":` + strings.Repeat("9", 200),
		`"h":"1e1000"`, `"h":1e-16000`, `"y":[[1],[2,3]]`, `"l":"infinity"`, `"q":"infinity"`, `"r":null`, `"s":"null"`,
	} {
		f.Add([]byte(`{"method":1,"params":{` + params + `}}`))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var req frames.Request
		if frames.Parse(frame, &req) != nil {
			return
		}
		args, err := pgcall.Bind(p, &rpc.Call{Params: req.Params, Faults: req.Faults})
		var refused *rpc.Error
		switch {
		case err != nil && (!errors.As(err, &refused) || refused.Code != rpc.CodeInvalidParams || !json.Valid(refused.Data)):
			t.Fatalf("%s: %v", req.Params, err)
		case err == nil && len(req.Faults) > 0:
			t.Fatalf("%s has the faults %v, and was bound", req.Params, req.Faults)
		case err == nil:
			again, err := pgcall.Bind(p, &rpc.Call{Params: decoded(t, p, args)})
			if err != nil || !equal(args, again, p) {
				t.Fatalf("%s became %x, and that %x (%v)", req.Params, args, again, err)
			}
		}
	})
}

// TestParamsOfEveryType: the seeds of FuzzParams are parameters indeed.
func TestParamsOfEveryType(t *testing.T) {
	t.Parallel()
	p := everyType()
	for i, value := range everyValue {
		params := fmt.Appendf(nil, `{%q:%s}`, p.Params[i].Name, value)
		if args, err := pgcall.Bind(p, &rpc.Call{Params: params}); err != nil || args[i] == nil {
			t.Errorf("%s: %x, %v", params, args, err)
		}
	}
}

// decoded is the JSON of arguments.
func decoded(t *testing.T, p *pgcall.Procedure, args map[int][]byte) []byte {
	t.Helper()
	out := []byte{'{'}
	for i := range p.Params {
		arg, ok := args[i]
		if !ok {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(pgjson.AppendString(out, p.Params[i].Name), ':')
		if arg == nil {
			out = append(out, "null"...)
			continue
		}
		var err error
		if out, err = pgjson.AppendJSON(out, p.Params[i].Type, arg); err != nil {
			t.Fatalf("%s: %x: %v", p.Params[i].Name, arg, err)
		}
	}
	return append(out, '}')
}

// equal compares arguments. json keeps what a client wrote, white space too.
func equal(a, b map[int][]byte, p *pgcall.Procedure) bool {
	if len(a) != len(b) {
		return false
	}
	for i, arg := range a {
		other, ok := b[i]
		if !ok || (arg == nil) != (other == nil) || !bytes.Equal(arg, other) && p.Params[i].Type != &pgjson.JSON {
			return false
		}
	}
	return true
}

// FuzzSettingNames: whatever settings are called, the statement that makes them
// names them, and has no other string than these and the empty one.
func FuzzSettingNames(f *testing.F) {
	for _, name := range []string{"app.user_id", "a'b", "''", "'", "$1", "$$", "--", "/*", `"`, "a.b'); drop table x; --"} {
		f.Add(name, "app.role")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		if strings.ContainsAny(one+two, "\\\x00") {
			return // the manifest takes letters, digits, "_", "$" and "." only
		}
		s := pgcall.Settings{List: []pgcall.Setting{
			{Name: one, Cast: "::bigint", Type: &pgjson.Int8}, {Name: two, Cast: "::text", Type: &pgjson.Text},
		}}
		var texts []string
		sql := s.Prologue().SQL
		for _, token := range sqltoken.Scan(sql) {
			if token.Open || token.Kind == sqltoken.Comment {
				t.Fatalf("%s: the token %q", sql, token.Text)
			}
			if token.Kind == sqltoken.String {
				texts = append(texts, token.Text)
			}
		}
		if len(texts) != 4 || texts[0] != one || texts[1] != "" || texts[2] != two || texts[3] != "" {
			t.Errorf("%s has the strings %q", sql, texts)
		}
	})
}
