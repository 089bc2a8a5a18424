package kitchen_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// table is the table of types: every row of docs/protocol.md, extensions
// included, and types that travel as text.
var table = []*row{
	{key: "bool", sql: "boolean", edges: same("true", "false", "true"), draw: drawBool, read: readBool, ascending: ascendingBool},
	{key: "int2", sql: "smallint", edges: int2Edges, draw: drawInt2, read: readVerbatim, compare: compareNumber},
	{
		key: "int4", sql: "integer", edges: int4Edges, draw: drawInt4, read: readVerbatim, compare: compareNumber,
		builtin: "int4range", next: nextInt, last: "2147483647",
	},
	{
		key: "int8", sql: "bigint", edges: int8Edges, draw: drawInt8, read: quoted, compare: compareNumber,
		builtin: "int8range", next: nextInt, last: `"9223372036854775807"`,
	},
	{key: "oid", sql: "oid", edges: oidEdges, draw: drawOID, read: readVerbatim, compare: compareNumber},
	{key: "xid", sql: "xid", edges: oidEdges, draw: drawOID, read: readVerbatim},
	{key: "cid", sql: "cid", edges: oidEdges, draw: drawOID, read: readVerbatim},
	{key: "float4", sql: "real", edges: float4Edges, draw: drawFloat4, read: readFloat4, compare: compareNumber},
	{key: "float8", sql: "double precision", edges: float8Edges, draw: drawFloat8, read: readFloat8, compare: compareNumber},
	{key: "numeric", sql: "numeric", edges: numericEdges, draw: drawNumeric, read: quoted, compare: compareNumber, builtin: "numrange"},
	{key: "text", sql: "text", edges: textEdges, draw: drawText, read: quoted, compare: compareText, collation: "C"},
	{key: "varchar", sql: "varchar", edges: textEdges, draw: drawText, read: quoted, compare: compareText, collation: "C"},
	{key: "bpchar", sql: "bpchar", edges: textEdges, draw: drawText, read: quoted, ascending: ascendingLtree, collation: "C"},
	{key: "name", sql: "name", edges: oneLine(63), draw: drawName, read: quoted, compare: compareText},
	{key: "bytea", sql: "bytea", edges: byteaEdges, draw: drawBytea, read: readBytea, compare: compareBytea},
	{key: "uuid", sql: "uuid", edges: uuidEdges, draw: drawUUID, read: quoted, compare: compareText},
	{
		key: "date", sql: "date", edges: dateEdges, draw: drawDate, read: quoted, compare: compareMoment,
		builtin: "daterange", next: nextDate, last: `"5874897-12-31"`,
	},
	{key: "time", sql: "time", edges: timeEdges, draw: drawTime, read: quoted, compare: compareText},
	{key: "timetz", sql: "timetz", edges: timetzEdges, draw: drawTimeTZ, read: quoted, ascending: ascendingTimeTZ},
	{key: "timestamp", sql: "timestamp", edges: timestampEdges, draw: drawTimestamp, read: readTimestamp, compare: compareMoment, builtin: "tsrange"},
	{key: "timestamptz", sql: "timestamptz", edges: timestamptzEdges, draw: drawTimestampTZ, read: readTimestampTZ, compare: compareMoment, builtin: "tstzrange"},
	{key: "interval", sql: "interval", edges: intervalEdges, draw: drawInterval, read: readInterval, ascending: ascendingInterval},
	{key: "inet", sql: "inet", edges: inetEdges, draw: drawInet, read: quoted, ascending: ascendingInet},
	{key: "cidr", sql: "cidr", edges: cidrEdges, draw: drawCIDR, read: quoted, ascending: ascendingCIDR},
	{key: "macaddr", sql: "macaddr", edges: macEdges, draw: drawMAC(6), read: quoted, compare: compareText},
	{key: "macaddr8", sql: "macaddr8", edges: mac8Edges, draw: drawMAC(8), read: quoted, compare: compareText},
	{key: "bit", sql: "bit(8)", edges: bitEdges, draw: drawBit, read: quoted, ascending: ascendingBit},
	{key: "varbit", sql: "varbit", edges: varbitEdges, draw: drawVarbit, read: quoted, ascending: ascendingVarbit},
	{key: "json", sql: "json", edges: jsonEdges, draw: drawJSON, read: readVerbatim, flat: true},
	{key: "jsonb", sql: "jsonb", edges: jsonbEdges, draw: drawJSONB, read: readVerbatim, flat: true, ascending: ascendingJSONB},
	{key: "mood", sql: "app.mood", setup: moodSQL(), edges: moodEdges, draw: drawOf(moodEdges), read: quoted, ascending: ascendingMood},
	{key: "hstore", sql: "api.hstore", extension: "hstore", edges: hstoreEdges, draw: drawHstore, read: readHstore},
	{key: "citext", sql: "ext.citext", extension: "citext", edges: textEdges, draw: drawText, read: quoted, ascending: ascendingCitext},
	{key: "ltree", sql: "ext.ltree", extension: "ltree", edges: strs("", "a", "a.b_1.C", strings.Repeat("x.", 100)+"y"), draw: drawLtree, read: quoted, ascending: ascendingLtree},
	{key: "vector", sql: "ext.vector", extension: "vector", edges: same("[1]", "[0,-0,1.5]", "[1e-7,3.4028235e+38]"), draw: drawVector, read: readVector, flat: true},
	{key: "geometry", sql: "ext.geometry", extension: "postgis", edges: strs("0101000000000000000000F03F0000000000000040", "010100000000000000000000000000000000000000", "0101000000000000000000F0BF0000000000000040"), draw: drawOf(strs("0101000000000000000000F03F0000000000000040")), read: quoted},

	// Types that travel as text.
	textRow("money", "money", "-$1.00", "$0.00", "$1,000.50"),
	textRow("xml", "xml", "<a/>", `<a b="1">"',(){}\</a>`, "text"),
	textRow("tsvector", "tsvector", "", "'a' 'b'", `'''':3 '\\':4 'a':1A,2`),
	textRow("tsquery", "tsquery", "", "'a' & 'b'", "!'a' | 'b':A"),
	textRow("point", "point", "(0,0)", "(1.5,-2)", "(Infinity,NaN)"),
	textRow("box", "box", "(1,1),(0,0)", "(2.5,3),(-1,0)", "(0,0),(0,0)"),
	textRow("own", "app.own", "", ":", `a:"\,{}`),
	textRow("path", "path", "[(0,0),(1,1)]", "((0,0),(1,1))", "((0,0))"),
	textRow("circle", "circle", "<(0,0),1>", "<(1.5,2),0>", "<(-1,-1),3>"),
	textRow("line", "line", "{1,2,3}", "{0,-1,0.5}", "{1,0,0}"),
	textRow("lseg", "lseg", "[(0,0),(1,1)]", "[(1.5,-2),(0,0)]", "[(0,0),(0,0)]"),
	textRow("polygon", "polygon", "((0,0),(1,1),(1,0))", "((0,0))", "((1.5,-2),(0,0))"),
	textRow("oidvector", "oidvector", "", "1", "1 2 4294967295"),
	textRow("aclitem", "aclitem", "=r/pg_monitor", "pg_monitor=rw*/pg_monitor", "pg_monitor=r/pg_monitor"), // has no send function
	textRow("xid8", "xid8", "0", "1", "18446744073709551615"),
	textRow("lsn", "pg_lsn", "0/0", "0/1", "FF/0"),
	textRow("char", `"char"`, "", "a", `\`),
	textRow("regtype", "regtype", "integer", "text", `"char"`),
	textRow("jsonpath", "jsonpath", `$."a"`, `$`, `$."b"[*]`),
}

func textRow(key, sql string, edges ...string) *row {
	r := &row{key: key, sql: sql, edges: strs(edges...), draw: drawOf(strs(edges...)), read: quoted}
	r.probe = "select " + literal(edges[1]) + "::" + sql
	switch key {
	case "own":
		r.setup, r.probe = ownSQL, ""
	case "money":
		r.ascending = ascendingMoney
	case "lsn":
		r.ascending = ascendingLSN
	}
	return r
}

// ownSQL makes a base type of which PostgreSQL and spgen know nothing, and whose
// arrays have another delimiter, like those of PostGIS.
const ownSQL = `
	create type app.own;
	create function app.own_in(cstring) returns app.own language internal immutable strict as 'textin';
	create function app.own_out(app.own) returns cstring language internal immutable strict as 'textout';
	create type app.own (input = app.own_in, output = app.own_out, like = text, delimiter = ':');`

func moodSQL() string {
	var labels []string
	for _, l := range moodEdges {
		labels = append(labels, literal(unquoted(l.in)))
	}
	return "create type app.mood as enum (" + strings.Join(labels, ", ") + ");"
}

// hstoreText is the text of an object of strings and nulls.
func hstoreText(object string) string {
	var members map[string]*string
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		panic(err) // the tests' own object
	}
	if len(members) == 0 {
		return " "
	}
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var parts []string
	for _, key := range byLength(members) {
		value := "NULL"
		if v := members[key]; v != nil {
			value = `"` + escape.Replace(*v) + `"`
		}
		parts = append(parts, `"`+escape.Replace(key)+`"=>`+value)
	}
	return strings.Join(parts, ", ")
}

func allBytes() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func allBytes64() string  { return base64.StdEncoding.EncodeToString(allBytes()) }
func allBytesHex() string { return hex.EncodeToString(allBytes()) }

// classes puts what is no number in PostgreSQL's order.
var classes = map[string]int{"-Infinity": -1, "Infinity": 1, "NaN": 2, "-infinity": -1, "infinity": 1}

func compareNumber(a, b string) int {
	a, b = unquoted(a), unquoted(b)
	if x, y := classes[a], classes[b]; x != 0 || y != 0 {
		return x - y
	}
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	return x.Cmp(y)
}

func compareText(a, b string) int { return strings.Compare(unquoted(a), unquoted(b)) }

func compareBytea(a, b string) int { return strings.Compare(readBase64(a), readBase64(b)) }

func readBase64(raw string) string {
	data, err := base64.StdEncoding.DecodeString(unquoted(raw))
	if err != nil {
		panic(err) // the tests' own value
	}
	return string(data)
}

// compareMoment compares dates and timestamps by year and the rest.
func compareMoment(a, b string) int {
	a, b = unquoted(a), unquoted(b)
	if x, y := classes[a], classes[b]; x != 0 || y != 0 {
		return x - y
	}
	yearA, restA := yearOf(a)
	yearB, restB := yearOf(b)
	if yearA != yearB {
		return yearA - yearB
	}
	return strings.Compare(restA, restB)
}

func yearOf(text string) (year int, rest string) {
	text, bc := strings.CutSuffix(text, " BC")
	first, rest, _ := strings.Cut(strings.TrimSuffix(text, "Z"), "-")
	year = atoi(first)
	if bc {
		year = 1 - year
	}
	return year, rest
}

func nextInt(want string) (string, bool) {
	n, ok := new(big.Int).SetString(unquoted(want), 10)
	if !ok {
		return "", false // unbounded
	}
	next := n.Add(n, big.NewInt(1)).String()
	if want[0] == '"' {
		next = quoted(next)
	}
	return next, true
}

func nextDate(want string) (string, bool) {
	text := unquoted(want)
	if want == "null" || classes[text] != 0 {
		return "", false
	}
	year, rest := yearOf(text)
	var month, day int
	if _, err := fmt.Sscanf(rest, "%d-%d", &month, &day); err != nil {
		panic(err) // the tests' own date
	}
	date, era := dateText(time.Date(year, time.Month(month), day+1, 0, 0, 0, 0, time.UTC))
	return quoted(date + era), true
}
