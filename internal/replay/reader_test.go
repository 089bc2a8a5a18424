package replay_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/spgen/spgen/internal/contract"
)

// readers say whether a value has the JSON form of a kind: docs/protocol.md,
// "Values". Strings that another type could have written count as read: what they
// mean is not judged.
var readers = map[contract.Kind]func(any) bool{
	"bool":        func(v any) bool { _, ok := v.(bool); return ok },
	"int2":        integer(16),
	"int4":        integer(32),
	"int8number":  func(v any) bool { n, ok := whole(v); return ok && n <= 1<<53 && n >= -1<<53 },
	"oid":         func(v any) bool { n, ok := whole(v); return ok && n >= 0 && n < 1<<32 },
	"float4":      float(32),
	"float8":      float(64),
	"int8":        matching(`^-?\d{1,19}$`),
	"numeric":     matching(`^(-?\d+(\.\d+)?|NaN|-?Infinity)$`),
	"text":        isString,
	"bytea":       isBase64,
	"uuid":        matching(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
	"date":        matching(`^(-?infinity|\d{4,}-\d\d-\d\d( BC)?)$`),
	"time":        matching(`^\d\d:\d\d:\d\d(\.\d{1,6})?$`),
	"timetz":      matching(`^\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d){0,2})$`),
	"timestamp":   matching(`^(-?infinity|\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?( BC)?)$`),
	"timestamptz": matching(`^(-?infinity|\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z( BC)?)$`),
	"interval":    matching(`^(P[-0-9.YMWDTHS]+|-?infinity)$`),
	"inet":        matching(`^[0-9a-f.:]+(/\d+)?$`),
	"cidr":        matching(`^[0-9a-f.:]+/\d+$`),
	"macaddr":     matching(`^[0-9a-f]{2}(:[0-9a-f]{2}){5}$`),
	"macaddr8":    matching(`^[0-9a-f]{2}(:[0-9a-f]{2}){7}$`),
	"bit":         matching(`^[01]*$`),
	"json":        func(any) bool { return true },
	"jsonb":       func(any) bool { return true },
	"textjson":    func(any) bool { return true },
	"literal":     isString,
}

func isString(v any) bool { _, ok := v.(string); return ok }

func matching(pattern string) func(any) bool {
	re := regexp.MustCompile(pattern)
	return func(v any) bool {
		s, ok := v.(string)
		return ok && re.MatchString(s)
	}
}

func isBase64(v any) bool {
	s, ok := v.(string)
	_, err := base64.StdEncoding.Strict().DecodeString(s)
	return ok && err == nil
}

func whole(v any) (int64, bool) {
	n, ok := v.(json.Number)
	i, err := n.Int64()
	return i, ok && err == nil
}

func integer(bits int) func(any) bool {
	return func(v any) bool {
		n, ok := v.(json.Number)
		_, err := strconv.ParseInt(n.String(), 10, bits)
		return ok && err == nil
	}
}

// float takes what a float of so many bits can hold without becoming infinite.
func float(bits int) func(any) bool {
	special := matching(`^(NaN|-?Infinity)$`)
	return func(v any) bool {
		n, ok := v.(json.Number)
		_, err := strconv.ParseFloat(n.String(), bits)
		return ok && err == nil || special(v)
	}
}
