package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
)

// kindsOf is a method with a parameter of each kind, named after it.
func kindsOf() *ir.Method {
	m := &ir.Method{ID: 1000, Name: "Everything", Identity: "api.fun_everything()", Shape: ir.Void, ReadOnly: true, Volatility: 's', Access: ir.Access{Public: true}}
	add := func(name string, t *ir.Type) {
		m.Params = append(m.Params, &ir.Param{Name: name, Type: t, Optional: true, Default: "NULL::" + t.Name})
	}
	for _, k := range []struct {
		name string
		kind ir.Kind
	}{
		{"bool", ir.Bool},
		{"int4", ir.Int4},
		{"float8", ir.Float8},
		{"numeric", ir.Numeric},
		{"bytea", ir.Bytea},
		{"uuid", ir.UUID},
		{"date", ir.Date},
		{"time", ir.Time},
		{"timestamp", ir.Timestamp},
		{"timestamptz", ir.TimestampTZ},
		{"jsonb", ir.JSONB},
	} {
		add(k.name, &ir.Type{Kind: k.kind, Name: k.name})
	}
	add("word", textType)
	add("body", textType)
	add("int8", bigType)
	add("mood", moodType)
	add("name", nameType)
	add("texts", arrayOf(textType))
	add("point", pointType)
	add("points", arrayOf(pointType))
	return m
}

// values are values of each kind, and what shows them: the control's element, or
// "raw" where only JSON can.
var values = []struct{ name, value, by string }{
	{"bool", `true`, "select"},
	{"int4", `-2147483648`, "number"},
	{"int4", `1e3`, "raw"},
	{"int4", `"7"`, "raw"},
	{"float8", `1.5e300`, "text"},
	{"float8", `"NaN"`, "text"},
	{"numeric", `"1.10"`, "text"},
	{"numeric", `1.10`, "raw"},
	{"bytea", `"aGVsbG8="`, "text"},
	{"uuid", `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, "text"},
	{"date", `"2024-02-29"`, "date"},
	{"date", `"infinity"`, "raw"},
	{"date", `"0044-03-15 BC"`, "raw"},
	{"time", `"09:05:00"`, "time"},
	{"time", `"09:05:00.25"`, "raw"},
	{"timestamp", `"2024-02-29T09:05:07"`, "datetime-local"},
	{"timestamptz", `"2024-02-29T09:05:07Z"`, "datetime-local"},
	{"timestamptz", `"2024-02-29T09:05:07.123456Z"`, "raw"},
	{"timestamptz", `"2024-02-29T09:05:07+02:00"`, "raw"},
	{"jsonb", `{"a":[1.0,null,9007199254740993]}`, "raw"},
	{"word", `"héllo \"x\" \\ </script>"`, "text"},
	{"word", `"two\nlines"`, "raw"},
	{"word", `null`, "text"},
	{"int8", `"9223372036854775807"`, "text"},
	{"int8", `9007199254740993`, "raw"},
	{"mood", `"so-so"`, "select"},
	{"mood", `"unheard"`, "raw"},
	{"body", `"two\nlines"`, "text"},
	{"texts", `["a",null,"c"]`, "rows"},
	{"texts", `[]`, "rows"},
	{"point", `{"x":"1","mood":null}`, "parts"},
	{"point", `{"x":"1","mood":"sad","y":2}`, "parts"},
	{"points", `[{"x":"1","mood":"sad"},{"x":"2","mood":null}]`, "rows"},
	{"nobody", `{"what":1}`, ""},
}

// shownBy says what shows the value of a field.
const shownBy = `((f) => {
	const place = f.querySelector(":scope > .con-place"), input = place.querySelector("input, select, textarea");
	if (place.querySelector(":scope > .con-array")) return "rows";
	if (place.querySelector(":scope > .con-fields")) return "parts";
	return place.querySelector(":scope > .con-code") ? "raw" : input.type.startsWith("select") ? "select" : input.type === "textarea" ? "text" : input.type;
})(%s)`

// TestControls brings values of every kind from JSON into the form and back: none
// loses a digit, and what a control cannot show is shown as JSON.
func TestControls(t *testing.T) {
	b := open(t)
	files := emitted(t, kindsOf())
	b.visit(stub(t, files, func(_ *websocket.Conn, frame gjson.Result) string {
		return answered(frame, `"result":`+frame.Get("params").Raw)
	}) + "/docs/")
	s := b.method(1000).open()
	for _, v := range values {
		want := fmt.Sprintf(`{"%s":%s}`, v.name, v.value)
		s.json(want)
		if v.by != "" {
			if got := eval[string](b, fmt.Sprintf(shownBy, s.field(v.name))); got != v.by {
				t.Errorf("%s is shown by %s, want %s", want, got, v.by)
			}
			eval[chromedp.Void](b, fmt.Sprintf(`{ const i = %s.querySelector(".con-place input, .con-place select, .con-place textarea"); i?.dispatchEvent(new Event("input")); }`, s.field(v.name)))
		}
		s.send(false, "Answered")
		if got := s.sentParams(); got != want {
			t.Errorf("sent %s, want %s", got, want)
		}
	}
	b.shoot("controls-raw")
	s.json(everything)
	s.send(false, "Answered")
	if got, want := s.sentParams(), everything; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	b.check("all controls")
	b.screen(1280, 3200, "light")
	b.shoot("controls")
	b.screen(360, 4000, "dark")
	b.shoot("controls-phone-dark")
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("the page is %d wide on a phone", wide)
	}
}

const everything = `{"bool":false,"int4":7,"uuid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","date":"2024-02-29","timestamptz":"2024-02-29T09:05:07Z",` +
	`"jsonb":{"a":1},"word":"hello","body":"one\ntwo","mood":"sad","name":"abc","texts":["one","two"],"points":[{"x":"1","mood":null}]}`

// sentParams are the parameters of the frame that was sent, byte by byte.
func (s *sheet) sentParams() string {
	s.Helper()
	eval[chromedp.Void](s.tab, `for (const i of document.querySelectorAll(".con-pretty input:checked")) i.click()`)
	text := s.text(".con-frame:first-child code")
	return gjson.Get(text, "params").Raw
}

// TestForm types into the form: what is wrong is said, arrays have rows, and JSON
// that is broken waits until it is mended.
func TestForm(t *testing.T) {
	b := open(t)
	b.visit(stub(t, emitted(t, kindsOf()), func(_ *websocket.Conn, frame gjson.Result) string { return answered(frame, `"result":null`) }) + "/docs/")
	s := b.method(1000).open()
	for _, tt := range []struct{ name, typed, fault string }{
		{"name", "ab", "At least 3 characters"},
		{"name", "abcdefghi", "At most 8 characters"},
		{"int8", "9223372036854775808", "Beyond a bigint"},
		{"int4", "2147483648", "At most 2147483647"},
		{"uuid", "x", "A UUID"},
		{"bytea", "x", "Base64"},
		{"numeric", "1,5", "A decimal number"},
		{"float8", "much", "A number, NaN"},
		{"jsonb", "{", "Line 1, column 2: a name in double quotes is due here"},
	} {
		s.json("{}")
		eval[chromedp.Void](b, fmt.Sprintf(`{ const i = %s.querySelector(".con-place input, .con-place textarea"); i.focus(); i.select(); }`, s.field(tt.name)))
		b.run("type", chromedp.KeyEvent(tt.typed))
		s.send(false, "Not sent: one value is wrong")
		if got := s.fault(tt.name); !strings.HasPrefix(got, tt.fault) {
			t.Errorf("%s %q is marked %q, want %s", tt.name, tt.typed, got, tt.fault)
		}
	}
	b.check("marked fields")
	s.rows(t)
	s.broken(t)
}

// rows adds, moves and removes elements of an array by keyboard.
func (s *sheet) rows(t *testing.T) {
	s.json("{}")
	press := func(which string) {
		t.Helper()
		eval[chromedp.Void](s.tab, s.field("texts")+`.querySelector('`+which+`').focus()`)
		s.run("press", chromedp.KeyEvent("\r"))
	}
	for _, value := range []string{"a", "b", "c"} {
		press(".con-array > .con-beside > button")
		s.run("type", chromedp.KeyEvent(value))
	}
	press(".con-rows > li:nth-child(3) [aria-label=Up]")
	press(".con-rows > li:nth-child(1) [aria-label=Remove]")
	if got := strings.Join(strings.Fields(s.written()), ""); got != `{"texts":["c","b"]}` {
		t.Errorf("rows are %s", got)
	}
	press(".con-rows > li:nth-child(1) .con-swap")
	if got := eval[string](s.tab, `document.activeElement.className`); !strings.Contains(got, "con-swap") {
		t.Errorf("the focus is on %s", got)
	}
}

// broken writes JSON that is broken, tries to lose it, and mends it.
func (s *sheet) broken(t *testing.T) {
	const text = "{\n  \"word\": \"a\",\n  \"int4\": 07\n}"
	s.json(text)
	if got := s.text(".con-json .con-fault"); got != "Line 3, column 11: 07 is no number of JSON" {
		t.Errorf("it says %q", got)
	}
	s.send(false, "Not sent: the JSON is broken")
	if got := s.written(); got != text || !eval[bool](s.tab, s.element(".con-form")+".disabled") {
		t.Errorf("it has become %s, or the form is open", got)
	}
	s.json(strings.Replace(text, "07", "7", 1))
	if got := eval[string](s.tab, s.field("word")+`.querySelector("input:not([type=checkbox])").value`); got != "a" || s.text(".con-json .con-fault") != "" {
		t.Errorf("the form has %q", got)
	}
}
