package pgjson_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc/pgjson"
)

// leafPatterns are texts of kinds whose JSON is a string, in canonical form.
var leafPatterns = map[pgjson.Kind]string{
	pgjson.KindNumeric:     `(-?[1-9][0-9]{0,30}|0)(\.[0-9]{1,12})?|NaN|-?Infinity`,
	pgjson.KindUUID:        `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
	pgjson.KindTime:        `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?|24:00:00`,
	pgjson.KindTimeTZ:      `(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?|24:00:00)([+-](0[1-9]|1[0-5])|\+00|[+-]1[0-5]:[0-5][1-9](:[0-5][1-9])?)`,
	pgjson.KindDate:        `([1-9][0-9]{3,4}|0044)-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|[1-3][0-9]{3}-03-15 BC|-?infinity`,
	pgjson.KindTimestamp:   `[1-9][0-9]{3,4}-(0[1-9]|1[0-2])-(0[1-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?|-?infinity`,
	pgjson.KindTimestampTZ: `[1-9][0-9]{3,4}-(0[1-9]|1[0-2])-(0[1-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?Z|-?infinity`,
	pgjson.KindInet:        `(1?[1-9]?[0-9]|2[0-4][0-9])(\.(1?[1-9]?[0-9])){3}(/([0-9]|[12][0-9]|3[01]))?|2001:db8::[1-9a-f][0-9a-f]{0,3}(/([1-9]|1[01][0-9]))?|::ffff:1\.2\.3\.[0-9]`,
	pgjson.KindCIDR:        `10\.0\.0\.0/(8|1[0-9]|32)|2001:db8::/(3[2-9]|64|128)`,
	pgjson.KindMACAddr:     `[0-9a-f]{2}(:[0-9a-f]{2}){5}`,
	pgjson.KindMACAddr8:    `[0-9a-f]{2}(:[0-9a-f]{2}){7}`,
	pgjson.KindBit:         `[01]{0,30}`,
	pgjson.KindLiteral:     `[1-9A-F][0-9A-F]{0,7}/[1-9A-F][0-9A-F]{0,7}`, // pg_lsn
}

// drawValue draws canonical JSON of typ, never null.
func drawValue(t *rapid.T, typ *pgjson.Type) string {
	if pattern, ok := leafPatterns[typ.Kind]; ok {
		return quote(rapid.StringMatching(pattern).Draw(t, typ.Name))
	}
	return drawers[typ.Kind](t, typ)
}

var drawers map[pgjson.Kind]func(t *rapid.T, typ *pgjson.Type) string

func init() {
	drawers = map[pgjson.Kind]func(t *rapid.T, typ *pgjson.Type) string{
		pgjson.KindBool:   func(t *rapid.T, _ *pgjson.Type) string { return fmt.Sprint(rapid.Bool().Draw(t, "bool")) },
		pgjson.KindInt2:   func(t *rapid.T, _ *pgjson.Type) string { return fmt.Sprint(rapid.Int16().Draw(t, "int2")) },
		pgjson.KindInt4:   func(t *rapid.T, _ *pgjson.Type) string { return fmt.Sprint(rapid.Int32().Draw(t, "int4")) },
		pgjson.KindInt8:   func(t *rapid.T, _ *pgjson.Type) string { return fmt.Sprintf(`"%d"`, rapid.Int64().Draw(t, "int8")) },
		pgjson.KindOID:    func(t *rapid.T, _ *pgjson.Type) string { return fmt.Sprint(rapid.Uint32().Draw(t, "oid")) },
		pgjson.KindFloat4: func(t *rapid.T, _ *pgjson.Type) string { return stdJSON(t, rapid.Float32().Draw(t, "float4")) },
		pgjson.KindFloat8: func(t *rapid.T, _ *pgjson.Type) string { return stdJSON(t, rapid.Float64().Draw(t, "float8")) },
		pgjson.KindText:   func(t *rapid.T, _ *pgjson.Type) string { return quote(drawText(t)) },
		pgjson.KindBytea: func(t *rapid.T, _ *pgjson.Type) string {
			return stdJSON(t, append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "bytea")...))
		},
		pgjson.KindJSON: func(t *rapid.T, _ *pgjson.Type) string { return `{"` + "k" + `": [` + quote(drawText(t)) + ", null]}" },
		pgjson.KindEnum: func(t *rapid.T, typ *pgjson.Type) string {
			return quote(rapid.SampledFrom(typ.Labels).Draw(t, "label"))
		},
		pgjson.KindDomain: func(t *rapid.T, typ *pgjson.Type) string { return drawValue(t, typ.Elem) },
		pgjson.KindInterval: func(t *rapid.T, _ *pgjson.Type) string {
			months, days := rapid.Int32().Draw(t, "months"), rapid.Int32().Draw(t, "days")
			return quote(string(pgjson.AppendInterval(nil, months, days, rapid.Int64().Draw(t, "micros"))))
		},
		pgjson.KindHstore:     drawHstore,
		pgjson.KindComposite:  drawObject,
		pgjson.KindArray:      drawArray,
		pgjson.KindRange:      drawRange,
		pgjson.KindMultirange: func(t *rapid.T, typ *pgjson.Type) string { return "[" + drawBounded(t, typ.Elem) + "]" },
	}
}

func quote(s string) string { return string(pgjson.AppendString(nil, s)) }

// drawText has much of what containers give a meaning to.
func drawText(t *rapid.T) string {
	return rapid.OneOf(
		rapid.StringMatching(`[ "\\{}()\[\],;:=>'`+"\t\n\r\v\f"+`NULnul-ü😀]{0,12}`),
		rapid.SampledFrom([]string{"", "NULL", "null", "empty", " ", `"`, `\`, `""`, `\"`, "{}", "()", "[,)", "=>", ","}),
		rapid.StringMatching(`[ "\\{}()\[\],;:=>]`),
		rapid.StringMatching(`[^\x00]*`),
	).Draw(t, "text")
}

func drawHstore(t *rapid.T, _ *pgjson.Type) string {
	keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[ "\\=>,a-cü]{0,4}|NULL`), 0, 4, rapid.ID[string]).Draw(t, "keys")
	slices.SortFunc(keys, func(a, b string) int { // hstore's own order
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	var members []string
	for _, key := range keys {
		value := "null"
		if rapid.Bool().Draw(t, "has value") {
			value = quote(drawText(t))
		}
		members = append(members, quote(key)+":"+value)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func orNull(t *rapid.T, typ *pgjson.Type, notNull bool) string {
	for d := typ; d.Kind == pgjson.KindDomain; d = d.Elem {
		notNull = notNull || d.NotNull
	}
	if !notNull && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return "null"
	}
	return drawValue(t, typ)
}

func drawObject(t *rapid.T, typ *pgjson.Type) string {
	var members []string
	for _, f := range typ.Fields {
		members = append(members, quote(f.Name)+":"+orNull(t, f.Type, f.NotNull))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func drawArray(t *rapid.T, typ *pgjson.Type) string {
	base := typ.Elem
	for base.Kind == pgjson.KindDomain {
		base = base.Elem
	}
	dims := []int{0}
	if base.Kind != pgjson.KindArray && base.Kind != pgjson.KindMultirange && base.Kind != pgjson.KindJSON {
		dims = rapid.SliceOfN(rapid.IntRange(1, 2), 1, 3).Draw(t, "dims")
	}
	if rapid.IntRange(0, 4).Draw(t, "empty") == 0 {
		return "[]"
	}
	return drawDims(t, typ.Elem, append(dims[:len(dims)-1], dims[len(dims)-1]+1))
}

func drawDims(t *rapid.T, elem *pgjson.Type, dims []int) string {
	var elements []string
	for range dims[0] {
		if len(dims) > 1 {
			elements = append(elements, drawDims(t, elem, dims[1:]))
		} else {
			elements = append(elements, orNull(t, elem, false))
		}
	}
	return "[" + strings.Join(elements, ",") + "]"
}

func drawRange(t *rapid.T, typ *pgjson.Type) string {
	if rapid.IntRange(0, 4).Draw(t, "empty") == 0 {
		return `{"empty":true}`
	}
	return drawBounded(t, typ)
}

// rangeBounds are pairs of bounds in order, of the subtypes that the tests use.
var rangeBounds = map[pgjson.Kind]func(t *rapid.T) (lower, upper string){
	pgjson.KindInt4: func(t *rapid.T) (string, string) {
		n := rapid.Int32Range(-1e9, 1e9).Draw(t, "lower")
		return fmt.Sprint(n), fmt.Sprint(n + rapid.Int32Range(1, 1e9).Draw(t, "width"))
	},
	pgjson.KindText: func(t *rapid.T) (string, string) {
		s := drawText(t)
		return quote(s), quote(s + "\x01" + drawText(t))
	},
	pgjson.KindNumeric:  func(*rapid.T) (string, string) { return `"-1.50"`, `"1e3"` },
	pgjson.KindDate:     func(*rapid.T) (string, string) { return `"0044-03-15 BC"`, `"infinity"` },
	pgjson.KindInterval: func(*rapid.T) (string, string) { return `"PT0S"`, `"P1Y-2DT3.5S"` },
	pgjson.KindLiteral:  func(*rapid.T) (string, string) { return `"0/1"`, `"FF/0"` },
}

// drawBounded draws a range that is not empty, in the form of discrete types.
func drawBounded(t *rapid.T, typ *pgjson.Type) string {
	lower, upper := rangeBounds[typ.Elem.Kind](t)
	if typ.Elem.Kind == pgjson.KindNumeric {
		upper = `"1000"`
	}
	open := "["
	if rapid.IntRange(0, 3).Draw(t, "no lower") == 0 {
		lower, open = "null", "("
	}
	if rapid.IntRange(0, 3).Draw(t, "no upper") == 0 {
		upper = "null"
	}
	return `{"lower":` + lower + `,"upper":` + upper + `,"bounds":"` + open + `)"}`
}
