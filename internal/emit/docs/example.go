package docs

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/ir"
)

// example returns a plausible value of t for something called name: one that
// the schema of t admits, and the database too as far as its checks are
// recognised.
func example(name string, t *ir.Type) any {
	return exampleWithin(name, t, limitsOf(t))
}

func exampleWithin(name string, t *ir.Type, l limits) any {
	switch t.Kind {
	case ir.Domain:
		if _, known := hintOf(name); !known {
			name = bareName(t.Name)
		}
		return exampleWithin(name, t.Elem, l)
	case ir.Composite:
		return exampleRow(t.Fields)
	case ir.ArrayOf:
		return []any{example(strings.TrimSuffix(name, "s"), t.Elem)}
	case ir.Enum:
		if len(t.Labels) == 0 {
			return ""
		}
		return t.Labels[0].Value
	case ir.Text:
		return exampleText(name, l)
	case ir.Int2, ir.Int4, ir.Int8Number:
		return exampleInteger(name, l)
	case ir.Numeric:
		if l.least != nil || l.most != nil {
			return strconv.FormatInt(exampleInteger(name, l), 10)
		}
	case ir.Int8:
		return strconv.FormatInt(exampleInteger(name, l), 10)
	}
	if v, ok := constants[t.Kind]; ok {
		return v
	}
	return exampleLiteral(t.Name)
}

// exampleRow returns an object with a value for each of columns.
func exampleRow(columns []*ir.Column) object {
	row := object{}
	for _, c := range columns {
		row = append(row, member{c.Name, example(c.Name, c.Type)})
	}
	return row
}

// constants are the examples of kinds whose names tell nothing.
var constants = map[ir.Kind]any{
	ir.Bool:        true,
	ir.Float4:      0.5,
	ir.Float8:      0.5,
	ir.Numeric:     "12.50",
	ir.Bytea:       base64.StdEncoding.EncodeToString([]byte("hello")),
	ir.UUID:        "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
	ir.Date:        "2024-05-17",
	ir.Time:        "09:30:00",
	ir.Timestamp:   "2024-05-17T09:30:00",
	ir.TimestampTZ: "2024-05-17T09:30:00Z",
	ir.JSON:        object{{"key", "value"}},
	ir.JSONB:       object{{"key", "value"}},
}

// literals are examples of types that travel as text.
var literals = map[string]string{
	"interval":                 "1 day 02:00:00",
	"inet":                     "192.0.2.7",
	"cidr":                     "192.0.2.0/24",
	"macaddr":                  "08:00:2b:01:02:03",
	"macaddr8":                 "08:00:2b:01:02:03:04:05",
	"money":                    "$12.50",
	"time with time zone":      "09:30:00+00",
	"xml":                      "<note/>",
	"bit":                      "1",
	"bit varying":              "101",
	"tsvector":                 "'hello':1",
	"tsquery":                  "'hello'",
	"point":                    "(1,2)",
	"int4range":                "[1,10)",
	"int8range":                "[1,10)",
	"numrange":                 "[1.5,2.5)",
	"daterange":                "[2024-05-17,2024-05-18)",
	"tstzrange":                `["2024-05-17 09:30:00+00","2024-05-17 10:30:00+00")`,
	"oid":                      "16384",
	"regclass":                 "pg_class",
	"character varying":        "text",
	"pg_lsn":                   "0/16B3748",
	"hstore":                   `"key"=>"value"`,
	"timestamp with time zone": "2024-05-17 09:30:00+00",
}

func exampleLiteral(name string) string {
	if v, ok := literals[bareName(name)]; ok {
		return v
	}
	return "…"
}

// hints are example texts by the last word of a name, most of them matched
// whole: "new_password" is a password.
var hints = map[string]string{
	"username": "krumplee", "login": "krumplee", "nick": "krumplee", "nickname": "krumplee", "handle": "krumplee",
	"password": "correct horse battery", "secret": "correct horse battery", "pin": "4711",
	"email": "krumplee@example.com", "mail": "krumplee@example.com",
	"phone": "+36201234567", "token": "q7Jc0vXn2bTfY5sRkW8uLdE1", "key": "q7Jc0vXn2bTfY5sRkW8uLdE1",
	"name": "Ada Krumplee", "title": "Weekend plans", "subject": "Weekend plans", "topic": "Weekend plans",
	"text": "See you at seven!", "body": "See you at seven!", "message": "See you at seven!", "content": "See you at seven!",
	"comment": "Looks good.", "note": "Looks good.", "description": "Everything about the weekend.", "bio": "Likes potatoes.",
	"url": "https://example.com/", "link": "https://example.com/", "avatar": "https://example.com/avatar.png",
	"ip": "192.0.2.7", "address": "1 Main Street", "city": "Budapest", "country": "HU", "currency": "EUR",
	"language": "en", "lang": "en", "locale": "en-GB", "timezone": "Europe/Budapest", "color": "#3366cc", "colour": "#3366cc",
	"slug": "weekend-plans", "code": "A1B2C3", "tag": "news", "role": "user", "status": "active", "state": "active",
	"query": "potato", "search": "potato", "filter": "potato", "cursor": "b2Zmc2V0PTIw", "id": "a1b2c3",
}

// fallbacks are tried, in this order, when a pattern refuses the hint.
var fallbacks = []string{
	"krumplee", "Krumplee", "krumplee@example.com", "abc", "ABC", "a1b2c3", "A1B2C3", "a", "A", "1", "12", "123", "1234",
	"12345", "123456", "+36201234567", "https://example.com/", "#3366cc", "3366cc", "en", "EN", "en-GB", "EUR", "a-b", "a.b",
	"1.0", "1.0.0", "192.0.2.7", "2024-05-17",
}

func hintOf(name string) (string, bool) {
	words := strings.Split(strings.ToLower(name), "_")
	h, ok := hints[words[len(words)-1]]
	return h, ok
}

func exampleText(name string, l limits) string {
	hint, ok := hintOf(name)
	if !ok {
		hint = "text"
	}
	for _, candidate := range append([]string{fit(hint, l)}, fallbacks...) {
		if candidate == fit(candidate, l) && matches(candidate, l.patterns) {
			return candidate
		}
	}
	return fit(hint, l)
}

// fit makes s as long as l wants it.
func fit(s string, l limits) string {
	if l.longest != nil && int64(utf8.RuneCountInString(s)) > *l.longest {
		s = string([]rune(s)[:max(0, *l.longest)])
	}
	// No frame is longer than this, so no text of a frame is.
	const frame = 64 << 10
	if l.shortest != nil {
		missing := min(*l.shortest, frame) - int64(utf8.RuneCountInString(s))
		s += strings.Repeat("x", int(max(0, missing)))
	}
	return s
}

// matches reports whether s matches those patterns that Go can read.
func matches(s string, patterns []string) bool {
	for _, p := range patterns {
		if re, err := regexp.Compile(p); err == nil && !re.MatchString(s) {
			return false
		}
	}
	return true
}

// numbers are example integers by the last word of a name.
var numbers = map[string]int64{
	"id": 5, "limit": 20, "count": 3, "total": 42, "size": 20, "offset": 0, "page": 1, "age": 36, "year": 2024,
	"month": 5, "day": 17, "hour": 9, "minute": 30, "port": 8080, "amount": 1250, "price": 1250, "cents": 1250,
	"quantity": 2, "score": 87, "rating": 4, "version": 1, "seconds": 30, "minutes": 5, "ms": 500, "bytes": 4096,
}

func exampleInteger(name string, l limits) int64 {
	words := strings.Split(strings.ToLower(name), "_")
	n, ok := numbers[words[len(words)-1]]
	if !ok {
		n = 1
	}
	if l.most != nil {
		n = min(n, *l.most)
	}
	if l.least != nil {
		n = max(n, *l.least)
	}
	return n
}

// bareName is a type's name without its schema, modifiers and quotes.
func bareName(name string) string {
	name, _, _ = strings.Cut(name, "(")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.Trim(name, `"`)
}

// exampleResult returns what m may answer.
func exampleResult(m *ir.Method) any {
	switch m.Shape {
	case ir.Scalar, ir.OptScalar:
		return example(m.Columns[0].Name, m.Columns[0].Type)
	case ir.Scalars:
		return []any{example(m.Columns[0].Name, m.Columns[0].Type)}
	case ir.Object, ir.Optional:
		return exampleRow(m.Columns)
	case ir.Array:
		return []any{exampleRow(m.Columns)}
	}
	return nil
}

// exampleParams returns the parameters that a client must send to m.
func exampleParams(m *ir.Method) object {
	params := object{}
	for _, p := range m.Params {
		if p.Fill == "" && !p.Optional {
			params = append(params, member{p.Name, example(p.Name, p.Type)})
		}
	}
	return params
}

// exampleFrames returns a request to m and its answer.
func exampleFrames(m *ir.Method) (request, answer string, err error) {
	req, err := indented(object{{"method", m.ID}, {"seq", 1}, {"params", exampleParams(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	ans, err := indented(object{{"seq", 1}, {"method", m.ID}, {"result", exampleResult(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	return string(req), string(ans), nil
}
