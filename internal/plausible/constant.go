package plausible

import (
	"encoding/base64"

	"github.com/spgen/spgen/internal/ir"
)

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
	ir.JSON:        Object{{"key", "value"}},
	ir.JSONB:       Object{{"key", "value"}},
	ir.TextJSON:    Object{{"key", "value"}},
	ir.OID:         16384,
	ir.TimeTZ:      "09:30:00+00",
	ir.Interval:    "P1DT2H",
	ir.Inet:        "192.0.2.7",
	ir.CIDR:        "192.0.2.0/24",
	ir.MACAddr:     "08:00:2b:01:02:03",
	ir.MACAddr8:    "08:00:2b:01:02:03:04:05",
	ir.Bit:         "101",
	ir.Hstore:      Object{{"key", "value"}},
	ir.Vector:      []any{0.5, 1},
}

// literals are examples of types that travel as text.
var literals = map[string]string{
	"money":                    "$12.50",
	"xml":                      "<note/>",
	"tsvector":                 "'hello':1",
	"tsquery":                  "'hello'",
	"point":                    "(1,2)",
	"box":                      "(2,2),(1,1)",
	"lseg":                     "[(1,1),(2,2)]",
	"line":                     "{1,-1,0}",
	"path":                     "((1,1),(2,2))",
	"polygon":                  "((0,0),(0,1),(1,0))",
	"circle":                   "<(1,2),3>",
	"jsonpath":                 "$.\"key\"",
	"regclass":                 "pg_class",
	"character varying":        "text",
	"pg_lsn":                   "0/16B3748",
	"timestamp with time zone": "2024-05-17 09:30:00+00",
}

// hints are example texts by the last word of a name: "new_password" is a
// password.
var hints = map[string]string{ // #nosec G101 -- examples, no credentials
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

// numbers are example integers by the last word of a name.
var numbers = map[string]int64{
	"id": 5, "limit": 20, "count": 3, "total": 42, "size": 20, "offset": 0, "page": 1, "age": 36, "year": 2024,
	"month": 5, "day": 17, "hour": 9, "minute": 30, "port": 8080, "amount": 1250, "price": 1250, "cents": 1250,
	"quantity": 2, "score": 87, "rating": 4, "version": 1, "seconds": 30, "minutes": 5, "ms": 500, "bytes": 4096,
}
