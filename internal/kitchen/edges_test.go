package kitchen_test

import "strings"

// same are values whose JSON comes back as it was sent.
func same(all ...string) []leaf {
	var out []leaf
	for _, in := range all {
		out = append(out, leaf{in: in})
	}
	return out
}

// strs are texts that come back as they were sent.
func strs(all ...string) []leaf {
	var out []leaf
	for _, text := range all {
		out = append(out, leaf{in: quoted(text)})
	}
	return out
}

// becomes are pairs of what is sent and what comes back.
func becomes(pairs ...string) []leaf {
	var out []leaf
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, leaf{in: pairs[i], want: pairs[i+1]})
	}
	return out
}

// since marks values that older versions lack.
func since(major int, all []leaf) []leaf {
	for i := range all {
		all[i].since = major
	}
	return all
}

func concat(all ...[]leaf) []leaf {
	var out []leaf
	for _, some := range all {
		out = append(out, some...)
	}
	return out
}

// controls are all characters that a text may hold and JSON must escape, and
// some that programs trip over.
func controls() string {
	var b strings.Builder
	for r := rune(1); r < ' '; r++ {
		b.WriteRune(r)
	}
	return b.String() + "\x7f\u0080\u009f\u2028\u2029\ufeff\ufffd\ufffe\uffff"
}

// oddTexts are what containers, JSON and SQL give a meaning to.
var oddTexts = []string{
	"", " ", "a", "NULL", "null", "Null", `"`, `\`, `""`, `\"`, `\\`, `'`, `''`, "{}", "{", "}", "()", "(", ")", ",", "[,)", "empty",
	";", "=>", `\x00`, `\u0000`, " lead and trail ", "tab\tand\nline\r\n", "$1", "%s", "--", "/*", "\U0001F600", "\U0010FFFF",
	"e\u0301 é", "\u200f\u202e", controls(), strings.Repeat("ü", 500),
}

var textEdges = concat(strs(oddTexts...), []leaf{
	{in: escaped("a\U0001F600\x01"), want: quoted("a\U0001F600\x01")},
	{in: `"\/\b\f"`, want: quoted("/\b\f")},
})

// oneLine are the odd texts of up to max bytes.
func oneLine(max int) []leaf {
	var out []leaf
	for _, text := range oddTexts {
		if len(text) <= max {
			out = append(out, leaf{in: quoted(text)})
		}
	}
	return out
}

var (
	int2Edges = same("0", "1", "-1", "32767", "-32768")
	int4Edges = concat(same("0", "-1", "2147483647", "-2147483648"), becomes("-0", "0"))
	int8Edges = concat(same(`"0"`, `"-1"`, `"9223372036854775807"`, `"-9223372036854775808"`, `"9007199254740993"`),
		becomes("9223372036854775807", `"9223372036854775807"`, "-9223372036854775808", `"-9223372036854775808"`, `"-0"`, `"0"`, `"007"`, `"7"`))
	oidEdges = same("0", "1", "2147483648", "4294967295")

	float8Edges = concat(
		same("0", "-0", "1", "-1.5", "0.1", "5e-324", "2.2250738585072014e-308", "1.7976931348623157e+308",
			"-1.7976931348623157e+308", "123456789.12345679", "0.30000000000000004", "1e-7", "1e+21", "100000000000000000000",
			`"NaN"`, `"Infinity"`, `"-Infinity"`),
		becomes("-0.0", "-0", "1E2", "100", "2.5e-324", "5e-324", "0e99", "0"))
	float4Edges = concat(
		same("0", "-0", "1", "-1.5", "0.1", "1e-45", "1.1754944e-38", "3.4028235e+38", "16777216", "1e-7", `"NaN"`, `"Infinity"`, `"-Infinity"`),
		becomes("0.1000000000000000055511151231257827", "0.1", "16777217", "16777216", "1e0", "1"))

	numericEdges = concat(
		same(`"0"`, `"0.00"`, `"1"`, `"-1.10"`, `"10000"`, `"100000000"`, `"0.0001"`, `"0.00001"`, `"-9999.9999"`, `"NaN"`, `"Infinity"`, `"-Infinity"`,
			quoted(strings.Repeat("1234567890", 100)), quoted("-"+strings.Repeat("9", 500)+"."+strings.Repeat("0", 500)),
			quoted("0."+strings.Repeat("0", 999)+"1")),
		becomes("1e500", quoted("1"+strings.Repeat("0", 500)), `"1e500"`, quoted("1"+strings.Repeat("0", 500)),
			"-12.50e1", `"-125.0"`, "1e-20", `"0.00000000000000000001"`, `"-0"`, `"0"`, "-0.0", `"0.0"`, `"007.10"`, `"7.10"`, `"1E3"`, `"1000"`,
			"12345678901234567890.12345678901234567890", `"12345678901234567890.12345678901234567890"`))

	dateEdges = same(`"2024-02-29"`, `"1970-01-01"`, `"1999-12-31"`, `"2000-01-01"`, `"0001-01-01"`, `"0001-12-31 BC"`, `"0044-03-15 BC"`,
		`"4714-11-24 BC"`, `"9999-12-31"`, `"10000-01-01"`, `"5874897-12-31"`, `"infinity"`, `"-infinity"`)
	timeEdges = concat(same(`"00:00:00"`, `"23:59:59.999999"`, `"24:00:00"`, `"12:30:00.1"`, `"00:00:00.000001"`),
		becomes(`"09:05"`, `"09:05:00"`, `"23:59:60"`, `"24:00:00"`, `"12:34:60"`, `"12:35:00"`, `"01:02:03.1000000"`, `"01:02:03.1"`,
			`"01:02:03.1234567"`, `"01:02:03.123457"`))
	timetzEdges = concat(same(`"00:00:00+00"`, `"24:00:00-15:59:59"`, `"24:00:00+15:59:59"`, `"12:00:00+05:30"`, `"12:00:00-09:30"`, `"12:00:00.5-00:00:01"`,
		`"23:59:59.999999+01:02:03"`), becomes(`"09:05Z"`, `"09:05:00+00"`, `"23:59:60+01:00"`, `"24:00:00+01"`))
	timestampEdges = concat(same(`"2024-02-29T12:00:00"`, `"1999-12-31T23:59:59.999999"`, `"2000-01-01T00:00:00.000001"`, `"0001-01-01T00:00:00"`,
		`"0044-03-15T12:00:00 BC"`, `"4714-11-24T00:00:00 BC"`, `"9999-12-31T23:59:59"`, `"10000-01-01T00:00:00"`, `"294276-12-31T23:59:59.999999"`,
		`"infinity"`, `"-infinity"`),
		becomes(`"2016-12-31 23:59:60"`, `"2017-01-01T00:00:00"`, `"2024-01-31T24:00:00"`, `"2024-02-01T00:00:00"`, `"2024-01-31T09:05"`, `"2024-01-31T09:05:00"`))
	timestamptzEdges = concat(same(`"2024-02-29T12:00:00Z"`, `"1999-12-31T23:59:59.999999Z"`, `"0001-01-01T00:00:00Z"`, `"0044-03-15T12:00:00Z BC"`,
		`"4714-11-24T00:00:00Z BC"`, `"9999-12-31T23:59:59Z"`, `"294276-12-31T23:59:59.999999Z"`, `"1850-06-01T00:00:00Z"`, `"infinity"`, `"-infinity"`),
		becomes(`"2016-12-31T23:59:60Z"`, `"2017-01-01T00:00:00Z"`, `"2024-01-31T09:05:00.25+02:00"`, `"2024-01-31T07:05:00.25Z"`,
			`"2024-01-01 00:00:00-15:59"`, `"2024-01-01T15:59:00Z"`, `"2024-01-31T24:00:00+02"`, `"2024-01-31T22:00:00Z"`,
			`"0001-01-01T00:30:00+01:00"`, `"0001-12-31T23:30:00Z BC"`))
	intervalEdges = concat(same(`"PT0S"`, `"P1M"`, `"P30D"`, `"P1Y2M3DT4H5M6.5S"`, `"P-1Y-2M3DT-4H-5M-6.5S"`, `"P1M-1D"`, `"P-1M1DT-0.000001S"`, `"PT-0.5S"`,
		`"P1M31D"`, `"P178956970Y7M"`, `"P-178956970Y-8M"`, `"P2147483647D"`, `"P-2147483648D"`, `"PT2562047788H54.775807S"`, `"PT-2562047788H-54.775808S"`),
		becomes(`"P14M"`, `"P1Y2M"`, `"P2W"`, `"P14D"`, `"PT90M"`, `"PT1H30M"`, `"P0.5D"`, `"PT12H"`),
		since(17, same(`"infinity"`, `"-infinity"`)))

	byteaEdges = []leaf{
		{in: `""`, sql: `\x`},
		{in: `"AA=="`, sql: `\x00`},
		{in: `"/////w=="`, sql: `\xffffffff`},
		{in: `"XHg="`, sql: `\x5c78`},
		{in: quoted(allBytes64()), sql: `\x` + allBytesHex()},
	}
	uuidEdges = concat(same(`"00000000-0000-0000-0000-000000000000"`, `"ffffffff-ffff-ffff-ffff-ffffffffffff"`),
		becomes(`"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"6ba7b8109dad11d180b400c04fd430c8"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`))
	inetEdges = concat(same(`"0.0.0.0/0"`, `"192.0.2.7"`, `"192.0.2.7/24"`, `"255.255.255.255"`, `"::"`, `"::/0"`, `"::1"`, `"2001:db8::7/64"`, `"::ffff:1.2.3.4"`,
		`"::1.2.3.4"`, `"1:0:0:2::3"`, `"2001:db8:0:1:1:1:1:1"`), becomes(`"192.0.2.7/32"`, `"192.0.2.7"`, `"2001:DB8::7/128"`, `"2001:db8::7"`))
	cidrEdges   = concat(same(`"0.0.0.0/0"`, `"192.0.2.0/24"`, `"10.1.2.3/32"`, `"::/0"`, `"2001:db8::/32"`), becomes(`"10.1.2.3"`, `"10.1.2.3/32"`))
	macEdges    = concat(same(`"00:00:00:00:00:00"`, `"ff:ff:ff:ff:ff:ff"`, `"08:00:2b:01:02:03"`), becomes(`"08-00-2B-01-02-03"`, `"08:00:2b:01:02:03"`))
	mac8Edges   = concat(same(`"00:00:00:00:00:00:00:00"`, `"ff:ff:ff:ff:ff:ff:ff:ff"`), becomes(`"08002b0102030405"`, `"08:00:2b:01:02:03:04:05"`))
	bitEdges    = strs("00000000", "11111111", "10000001")
	varbitEdges = strs("", "0", "1", "10000000", "111111111", strings.Repeat("01", 300))
	hstoreEdges = concat(same(`{}`, `{"a":"1"}`, `{"a":null}`, `{"":""}`, `{"\"":"\\"}`, `{"NULL":"NULL"}`, `{"=>":", "}`, `{"é😀":"\u0001\n"}`), becomes(`{"bb":"1","a":null,"B":""}`, `{"B":"","a":null,"bb":"1"}`))
	moodEdges   = strs("happy", `so "so"`, "it's", `back\slash`, "", " ", "NULL", "a,b", "{x}", "😀", "ünhäppy")
	jsonEdges   = same(`true`, `0`, `-0`, `1.0`, `1E400`, `123456789012345678901234567890.10`, `""`, `"a\u0041\/\ud83d\ude00"`, `{}`, `[]`, `[ ]`, ` {"b" : 1 ,  "a":[ null,{} ]}`,
		`{"":""}`, `{"a":null}`, strings.Repeat("[", 20)+strings.Repeat("]", 20), quoted("\u2028<>&"), `"\\u0000"`)
	jsonbEdges = jsonbLeaves(`true`, `""`, `"a\u0041\/\ud83d\ude00"`, `{}`, `[]`, `[ ]`, ` {"b" : 1 ,  "a":[ null,{} ]}`, `{"bb":1,"a":2,"B":3}`, `{"":""}`,
		strings.Repeat("[", 20)+strings.Repeat("]", 20), quoted(controls()[:31]+"\u2028<>&"), `"\\u0000"`, `123456789012345678901234567890.10`)
)

func init() {
	jsonbEdges = append(jsonbEdges, becomes(`1E3`, `1000`, `-0`, `0`, `1.50e-2`, `0.0150`, `[1e5, -0.0]`, `[100000, 0.0]`)...)
	for i := range hstoreEdges {
		hstoreEdges[i].sql = hstoreText(hstoreEdges[i].in)
	}
	for i := range jsonEdges { // blanks around the document belong to the message
		jsonEdges[i].want = strings.Trim(jsonEdges[i].in, " ")
		jsonEdges[i].sql = jsonEdges[i].want
	}
}

func jsonbLeaves(documents ...string) []leaf {
	var out []leaf
	for _, in := range documents {
		out = append(out, leaf{in: in, sql: in, want: jsonbText(in)})
	}
	return out
}

// The ascending values of types that the tests cannot compare themselves.
var (
	ascendingTimeTZ   = same(`"00:00:00+15:59:59"`, `"12:00:00+05:30"`, `"12:00:00+00"`, `"12:00:00-09:30"`, `"24:00:00-15:59:59"`)
	ascendingInterval = same(`"P-1M"`, `"PT-0.5S"`, `"PT0S"`, `"PT0.000001S"`, `"P1M-1D"`, `"P1M"`, `"P1Y2M3DT4H5M6.5S"`)
	ascendingInet     = same(`"0.0.0.0/0"`, `"10.0.0.0/8"`, `"10.0.0.1"`, `"192.0.2.7"`, `"::"`, `"2001:db8::7"`)
	ascendingCIDR     = same(`"10.0.0.0/8"`, `"10.0.0.0/16"`, `"192.0.2.0/24"`, `"2001:db8::/32"`)
	ascendingMood     = moodEdges[:5]
	ascendingBool     = same("false", "true")
	ascendingBit      = strs("00000000", "00000001", "10000001", "11111111")
	ascendingVarbit   = strs("", "0", "01", "1", "11")
	ascendingJSONB    = jsonbLeaves(`"a"`, `"b"`, `1`, `2.50`, `false`, `true`, `[1]`, `[1, 2]`, `{"a": 1}`)
	ascendingMoney    = strs("-$1.00", "$0.00", "$1,000.50")
	ascendingLSN      = strs("0/0", "0/1", "FF/0")
	ascendingLtree    = strs("a", "a.b", "a.b.c", "b")
	ascendingCitext   = strs("a", "B", "c", `d "'`)
)
