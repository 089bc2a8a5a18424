package kitchen_test

import (
	"strings"
	"testing"
)

// madeHere are texts that PostgreSQL reads and no client can send, by type, and
// the JSON of what they mean.
var madeHere = map[string][]leaf{
	"bool":        {{sql: "yes", want: "true"}, {sql: " off ", want: "false"}},
	"int4":        {{sql: " 42 ", want: "42"}, {sql: "0x1F", want: "31", since: 16}, {sql: "1_000", want: "1000", since: 16}},
	"float8":      {{sql: "-inf", want: `"-Infinity"`}, {sql: "1e-320", want: "1e-320"}},
	"numeric":     {{sql: "1e-1000", want: quoted("0." + strings.Repeat("0", 999) + "1")}, {sql: "-inf", want: `"-Infinity"`}, {sql: "+.50", want: `"0.50"`}},
	"bytea":       {{sql: `a\000b`, want: `"YQBi"`}},
	"uuid":        {{sql: "{6BA7B8109DAD11D180B400C04FD430C8}", want: `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`}},
	"date":        {{sql: "epoch", want: `"1970-01-01"`}, {sql: "J0", want: `"4714-11-24 BC"`}, {sql: "January 31, 2024", want: `"2024-01-31"`}},
	"time":        {{sql: "allballs", want: `"00:00:00"`}, {sql: "23:59:60", want: `"24:00:00"`}, {sql: "09:00 PM", want: `"21:00:00"`}},
	"timestamp":   {{sql: "2016-12-31 23:59:60", want: `"2017-01-01T00:00:00"`}, {sql: "epoch", want: `"1970-01-01T00:00:00"`}},
	"timestamptz": {{sql: "2016-12-31 23:59:60 America/New_York", want: `"2017-01-01T05:00:00Z"`}, {sql: "1850-01-01 00:00 Asia/Kolkata", want: `"1849-12-31T18:06:32Z"`}},
	"interval": {
		{sql: "1 mon ago", want: `"P-1M"`},
		{sql: "1-2 -3 4:05:06.789", want: `"P1Y2M-3DT4H5M6.789S"`},
		{sql: "-1 year +13 mons -25:01", want: `"P1MT-25H-1M"`},
	},
	"cidr":   {{sql: "10.1", want: `"10.1.0.0/16"`}},
	"inet":   {{sql: "::FFFF:1.2.3.4/104", want: `"::ffff:1.2.3.4/104"`}},
	"varbit": {{sql: "x1F", want: `"00011111"`}},
	"json": {
		{sql: `{"a":1,"a":2, "a" : 1}`, want: `{"a":1,"a":2, "a" : 1}`},
		{sql: " \n[1 ,\t2] ", want: " \n[1 ,\t2] "},
		{sql: `"\u0000\ud83d\ude00"`, want: `"\u0000\ud83d\ude00"`},
		{sql: "1e999999", want: "1e999999"},
		{sql: strings.Repeat(`[{"a":`, 500) + "null" + strings.Repeat("}]", 500), want: strings.Repeat(`[{"a":`, 500) + "null" + strings.Repeat("}]", 500)},
		{sql: "null", want: "null"},
	},
	"jsonb": {
		{sql: `{"a":1,"a":2}`, want: `{"a": 2}`},
		{sql: " 1e2 ", want: "100"},
		{sql: "null", want: "null"},
		{sql: strings.Repeat("[", 500) + strings.Repeat("]", 500), want: strings.Repeat("[", 500) + strings.Repeat("]", 500)},
	},
	"text":   {{sql: "\U0001F1E6 \v", want: quoted("\U0001F1E6 \v")}},
	"bpchar": {{sql: "a  ", want: `"a  "`}},
	"name":   {{sql: strings.Repeat("n", 80), want: quoted(strings.Repeat("n", 63))}},
}

// made lets the database make every edge, and arrays whose bounds do not begin
// at 1, from their text.
func (k *kitchen) made(t *testing.T, types *types) {
	c := k.dial(t)
	r := types.row
	var calls []call
	for _, l := range append(madeHere[r.key], r.edges...) {
		if l.since > k.version {
			continue
		}
		for _, form := range types.arrayForms() {
			calls = append(calls, types.make(l, form))
		}
	}
	c.check(t, calls)
}

// arrayForm is the text of an array around the text E, and its JSON around V.
type arrayForm struct{ text, want string }

// arrayForms have lower bounds that JSON has no place for. Arrays of what may be
// an array in JSON keep to one dimension.
func (t *types) arrayForms() []arrayForm {
	forms := []arrayForm{{"[-1:1]={E,NULL,E}", "[V,null,V]"}, {"{}", "[]"}}
	if t.plain.flat() {
		return forms
	}
	return append(forms, arrayForm{"[5:6][0:0]={{E},{NULL}}", "[[V],[null]]"}, arrayForm{"[2:2][3:3][1:2]={{{NULL,E}}}", "[[[null,V]]]"})
}

func (t *types) make(l leaf, form arrayForm) call {
	text := form.text
	if delimiter := delimiters[t.row.sql]; delimiter != "" {
		text = strings.ReplaceAll(text, ",", delimiter)
	}
	element := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(l.text()) + `"`
	text = strings.NewReplacer("E", element, "NULL", "NULL").Replace(text)
	want := `[{"v":` + l.out() + `,"arr":` + strings.ReplaceAll(form.want, "V", l.out()) + "}]"
	return newCall("make_"+t.row.key, objects, []field{{"v", t.plain}, {"arr", t.array}}, want,
		argument{"a_v", value{in: quoted(l.text()), sql: literal(l.text())}},
		argument{"a_arr", value{in: quoted(text), sql: literal(text)}})
}
