package replay_test

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// leaf is a type of PostgreSQL's own: JSON that a client may send, and texts of
// what a function may answer.
type leaf struct {
	name string
	in   []string
	out  []string
}

const long = "0123456789012345678901234567890123456789012345678901234567890123456789"

var (
	texts   = []string{"", "a", "abc", "A b", "abcdefghij", "5", "true", "2024-01-31", "é", "[]", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", long}
	textsIn = quoteAll(texts)
	bounds  = []string{"infinity", "-infinity"}
)

func quoteAll(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = strconv.Quote(s)
	}
	return out
}

var leaves = []leaf{
	{"boolean", []string{"true", "false"}, []string{"t", "f"}},
	{"smallint", []string{"0", "5", "-1", "32767", "-32768"}, []string{"0", "7", "-32768"}},
	{"integer", []string{"5", "0", "-1", "2147483647", "-2147483648", "16777217"}, []string{"1", "0", "-70000", "2147483647"}},
	{"bigint", []string{"5", `"0"`, `"-7"`, `"9223372036854775807"`, "9007199254740991", "-9223372036854775808"}, []string{"1", "-5", "9007199254740991", "3000000000"}},
	{"oid", []string{"0", "5", "4294967295"}, []string{"0", "4294967295"}},
	{"real", []string{"0", "1.5", "-2", "1e30", `"NaN"`, `"-Infinity"`}, []string{"1.5", "0", "NaN", "-Infinity", "1e30"}},
	{"double precision", []string{"0.1", "5", "-2", "1e300", `"NaN"`, `"Infinity"`, "1e-300"}, []string{"1.5", "0", "NaN", "Infinity", "1e300"}},
	{"numeric", []string{`"1.10"`, "5", "-0.001", "1e3", `"NaN"`, `"Infinity"`, `"123456789012345678901234567890.5"`}, []string{"1.10", "5", "NaN", "123456789012345678901234567890.5"}},
	{"text", textsIn, texts},
	{"character varying", textsIn, texts},
	{"character", []string{`"a"`, `"b"`, `""`}, []string{"a", "b"}},
	{"name", textsIn[1:], texts[1:]},
	{"bytea", []string{`""`, `"YQBi"`, `"/w=="`}, []string{`\x`, `\x6100ff`}},
	{"uuid", []string{`"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"6BA7B8109DAD11D180B400C04FD430C8"`}, []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}},
	{"date", []string{`"2024-01-31"`, `"0044-03-15 BC"`, `"infinity"`}, append([]string{"2024-01-31", "0044-03-15 BC", "12024-01-31"}, bounds...)},
	{"time without time zone", []string{`"09:05:00.25"`, `"24:00:00"`, `"09:05"`}, []string{"09:05:00.25", "24:00:00"}},
	{"time with time zone", []string{`"09:05:00+02"`, `"09:05:00Z"`}, []string{"09:05:00+02", "09:05:00.5-03:30"}},
	{"timestamp without time zone", []string{`"2024-01-31T09:05:00.25"`, `"2024-01-31 09:05:00"`, `"-infinity"`}, append([]string{"2024-01-31 09:05:00.25"}, bounds...)},
	{"timestamp with time zone", []string{`"2024-01-31T09:05:00.25Z"`, `"2024-01-31 09:05:00+02"`, `"infinity"`}, append([]string{"2024-01-31 09:05:00.25Z"}, bounds...)},
	{"interval", []string{`"P1DT2H"`, `"PT0S"`, `"P1Y-2M"`}, []string{"1 day 02:00:00", "0", "1 year -2 mons"}},
	{"inet", []string{`"192.0.2.1"`, `"192.0.2.1/24"`, `"::1"`, `"10.0.0.0/8"`}, []string{"192.0.2.1", "192.0.2.1/24", "::1"}},
	{"cidr", []string{`"192.0.2.0/24"`, `"10.0.0.0/8"`, `"::/0"`}, []string{"192.0.2.0/24", "::/0"}},
	{"macaddr", []string{`"08:00:2b:01:02:03"`}, []string{"08:00:2b:01:02:03"}},
	{"macaddr8", []string{`"08:00:2b:01:02:03:04:05"`}, []string{"08:00:2b:01:02:03:04:05"}},
	{"bit varying", []string{`""`, `"101"`}, []string{"101", ""}},
	{"json", []string{"{}", `"a"`, "5", "[1, 2]", "true"}, []string{`{"a": 1}`, `"a"`, "5", "[]", "true"}},
	{"jsonb", []string{`{"a": 1}`, `"a"`, "5", "[1, 2]", "false"}, []string{`{"a": 1}`, `"a"`, "5", "[]", "false"}},
	{"int4range", []string{`{"lower": 1, "upper": 5}`, `{"lower": null, "upper": 5}`}, []string{"[1,5)", "(,5)", "empty"}},
	{"int8range", []string{`{"lower": "1", "upper": "5"}`, `{"lower": 1, "upper": null}`}, []string{"[1,5)", "[1,)", "empty"}},
	{"int4multirange", []string{"[]", `[{"lower": 1, "upper": 5}]`}, []string{"{}", "{[1,5),[7,9)}"}},
	{"point", []string{`"(1,2)"`}, []string{"(1,2)", "(-1.5,0)"}},
	{"tsquery", []string{`"'a'"`, `"'a' & 'b'"`}, []string{"'a' & 'b'"}},
	// With modifiers: for fields and for domains only, arguments lose them.
	{"character varying(3)", textsIn[:4], texts[:4]},
	{"character varying(8)", textsIn[:4], texts[:4]},
	{"numeric(4,1)", []string{"5", `"-0.5"`, "999.9", "-999.9"}, []string{"1.5", "999.9"}},
	{"numeric(6,2)", []string{"5", `"-0.5"`, "9999.9", "-9999.9"}, []string{"1.5", "9999.99"}},
}

// commonLeaves are drawn often: what schemas are made of.
var commonLeaves = []string{"integer", "bigint", "text", "boolean", "numeric", "uuid", "timestamp with time zone", "jsonb", "double precision"}

// plainLeaves are those that arguments and columns may have.
var plainLeaves = func() []string {
	var names []string
	for _, l := range leaves {
		if !strings.HasSuffix(l.name, ")") {
			names = append(names, l.name)
		}
	}
	return names
}()

var leafOf = func() map[string]*leaf {
	all := map[string]*leaf{}
	for i := range leaves {
		all[leaves[i].name] = &leaves[i]
	}
	return all
}()

// check is a CHECK of a domain, and the same for the scalar's text.
type check struct {
	sql   string
	holds func(text string) bool
}

// checks go with families of bases: their names begin with the family.
var checks = map[string]check{
	"number: positive":  {"check (value >= 0)", func(s string) bool { n, ok := number(s); return ok && n >= 0 }},
	"number: small":     {"check (value between 0 and 10)", func(s string) bool { n, ok := number(s); return ok && n >= 0 && n <= 10 }},
	"number: below":     {"check (value < 6)", func(s string) bool { n, ok := number(s); return ok && n < 6 }},
	"number: even":      {"check (value % 2 = 0)", func(s string) bool { n, ok := number(s); return ok && int64(n)%2 == 0 }},
	"number: or":        {"check (value < 2 or value > 6)", func(s string) bool { n, ok := number(s); return ok && (n < 2 || n > 6) }},
	"text: short":       {"check (length(value) <= 3)", func(s string) bool { return utf8.RuneCountInString(s) <= 3 }},
	"text: longer":      {"check (char_length(value) <= 8)", func(s string) bool { return utf8.RuneCountInString(s) <= 8 }},
	"text: there":       {"check (value <> '')", func(s string) bool { return s != "" }},
	"text: lower case":  {"check (value ~ '^[a-z]*$')", regexp.MustCompile(`^[a-z]*$`).MatchString},
	"text: one of some": {"check (value in ('a', 'abc', 'A b'))", func(s string) bool { return s == "a" || s == "abc" || s == "A b" }},
	"text: one of few":  {"check (value in ('a', 'abc'))", func(s string) bool { return s == "a" || s == "abc" }},
}

func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && n == n
}

// families of bases that domains may have.
var families = map[string]string{
	"integer": "number", "bigint": "number", "smallint": "number", "numeric": "number", "numeric(4,1)": "number", "numeric(6,2)": "number",
	"text": "text", "character varying": "text", "character varying(3)": "text", "character varying(8)": "text",
}
