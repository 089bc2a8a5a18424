package pgjson_test

import (
	"bytes"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

// FuzzAppendJSON: whatever the bytes, the answer is an error or valid JSON, and
// JSON that is not json itself reads back to what it says.
func FuzzAppendJSON(f *testing.F) {
	for i, in := range fuzzInputs {
		e := pgjson.Encoder{OIDs: oids}
		bin, _ := e.Append(nil, fuzzTypes[i], false, "p", gjson.Parse(in))
		f.Add(byte(i), bin)
	}
	f.Fuzz(func(t *testing.T, kind byte, src []byte) {
		typ := fuzzTypes[int(kind)%len(fuzzTypes)]
		out, err := pgjson.AppendJSON([]byte("x"), typ, src)
		d := pgjson.NewDecoder(typ)
		if same, other := d.AppendJSON([]byte("x"), src); (other == nil) != (err == nil) || err == nil && !bytes.Equal(same, out) {
			t.Fatalf("%s: the decoder made %s (%v) of what became %s (%v)", typ.Name, same, other, out, err)
		}
		if err != nil {
			return
		}
		if out[0] != 'x' || !pgjson.Valid(out[1:]) {
			t.Fatalf("%s: %x became %s", typ.Name, src, out)
		}
		e := pgjson.Encoder{OIDs: oids}
		bin, isNull := e.Append(nil, typ, false, "p", gjson.ParseBytes(out[1:]))
		if isNull || len(e.Faults()) > 0 {
			return // a JSON null, an unknown label, a NUL
		}
		again, err := pgjson.AppendJSON(nil, typ, bin)
		if err != nil || typ != &pgjson.JSON && !bytes.Equal(again, out[1:]) {
			t.Fatalf("%s: %s became %s (%v)", typ.Name, out[1:], again, err)
		}
	})
}

// FuzzEncode: valid JSON is encoded to what decodes again, or has faults; the
// encoder survives invalid JSON too.
func FuzzEncode(f *testing.F) {
	for i, in := range fuzzInputs {
		f.Add(byte(i), in)
	}
	for i, in := range []string{`[[`, `{"x"`, `{"x":`, `"\`, `[1,,2]`, `{"points":[{]}`, `[[1],[2`, `-`, `{:1}`, `[]]`} {
		f.Add(byte(17+i), in)
	}
	f.Fuzz(func(t *testing.T, kind byte, in string) {
		typ := fuzzTypes[int(kind)%len(fuzzTypes)]
		e := pgjson.Encoder{OIDs: oids}
		bin, isNull := e.Append([]byte{}, typ, false, "p", gjson.Parse(in))
		if !pgjson.Valid([]byte(in)) || isNull || len(e.Faults()) > 0 {
			return
		}
		first, err := pgjson.AppendJSON(nil, typ, bin)
		if err != nil {
			t.Fatalf("%s: %s became %x: %v", typ.Name, in, bin, err)
		}
		bin, _ = e.Append([]byte{}, typ, false, "p", gjson.ParseBytes(first))
		second, err := pgjson.AppendJSON(nil, typ, bin)
		if err != nil || !bytes.Equal(first, second) || len(e.Faults()) > 0 {
			t.Fatalf("%s: %s became %s, then %s (%v, %v)", typ.Name, in, first, second, err, e.Faults())
		}
	})
}

// fuzzInputs has a value of each of allTypes.
var fuzzInputs = []string{
	"true", "-5", "70000", `"9000000000"`, "9000000000", "0.5", "-1e300", `"-12345.67890"`, `"a\u00e9\n"`, `"AP/+"`,
	`"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"0044-03-15 BC"`, `"23:59:59.999999"`, `"2024-02-29T12:00:00"`,
	`"2024-02-29T12:00:00.25+02:00"`, `{"a": [1]}`, `{"a":[1]}`, `"happy"`, `"a@b"`, `{"x":1,"y":"2.50"}`,
	`{"points":[{"x":1,"y":null},null],"owner":"o","odd\nname":true}`, `["a",null]`, `"127.0.0.1"`, `[["a","b"],[null,"c"]]`,
	"[[[1]],[[2]]]", `[{"points":[],"owner":"o","odd\nname":null}]`, `[["a"],null]`, `[1,[2],{"a":null}]`, `"$1.00"`,
	`"12:00:00.5-09:30"`, `"P1Y-2M3DT-4H5M-6.5S"`, "4294967295", `"192.0.2.7/24"`, `"2001:db8::/32"`, `"08:00:2b:01:02:03"`,
	`"08:00:2b:01:02:03:04:05"`, `"101"`, `"100000001"`, `{"a":"1","":null,"\"":"=>"}`, "[1,-2.5,1e-7]",
	`{"lower":1,"upper":null,"bounds":"[)"}`, `{"lower":"a","upper":"b\"","bounds":"(]"}`,
	`[{"lower":"2024-01-01","upper":"2024-02-01","bounds":"[)"}]`, `[{"empty":true},null]`,
	`[[{"lower":1,"upper":2,"bounds":"[)"}],[]]`, `"someone"`, "42",
	`[["0/1",null],["0/2","FF/0"]]`, `["(1,1),(0,0)",null]`, holderJSON, "[" + holderJSON + ",null]",
	`{"lower":"0/1","upper":"0/2","bounds":"[)"}`, `[{"lower":"0/1","upper":null,"bounds":"()"}]`, `["0/1"]`,
}

// fuzzTypes are the types of fuzzInputs.
var fuzzTypes = append(allTypes[:len(allTypes):len(allTypes)], textTypes...)

const holderJSON = `{"l":"0/1","b":true,"i":"-5","f":1e+300,"n":"1.50","t":"a\"\\,{}()[]=>NULL ","y":"AP/+","at":"0044-03-15T12:00:00Z BC",` +
	`"v":"P1M","j":{"a": "\\\""},"h":{"k\"":"v\\","n":null},"r":{"empty":true},"m":[{"lower":1,"upper":2,"bounds":"[)"}],` +
	`"d":["abc","null",null],"p":[{"points":[{"x":1,"y":"2.50"},null],"owner":"\"o\"","odd\nname":false}],"x":[1.5,-2],"ls":[]}`
