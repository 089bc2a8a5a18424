package kitchen_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// Generators of random values with the JSON that must come back for each.

func drawOf(all []leaf) func(*rapid.T) leaf {
	return func(t *rapid.T) leaf { return rapid.SampledFrom(all).Draw(t, "leaf") }
}

// oneOf draws one of several ways to write the same.
func oneOf(t *rapid.T, ways ...string) string { return rapid.SampledFrom(ways).Draw(t, "form") }

func drawBool(t *rapid.T) leaf { return leaf{in: fmt.Sprint(rapid.Bool().Draw(t, "bool"))} }
func drawInt2(t *rapid.T) leaf { return leaf{in: fmt.Sprint(rapid.Int16().Draw(t, "int2"))} }
func drawInt4(t *rapid.T) leaf { return leaf{in: fmt.Sprint(rapid.Int32().Draw(t, "int4"))} }
func drawOID(t *rapid.T) leaf  { return leaf{in: fmt.Sprint(rapid.Uint32().Draw(t, "oid"))} }

func drawInt8(t *rapid.T) leaf {
	n := fmt.Sprint(rapid.Int64().Draw(t, "int8"))
	return leaf{in: oneOf(t, quoted(n), n), want: quoted(n)}
}

func drawFloat8(t *rapid.T) leaf { return floatLeaf(t, rapid.Float64().Draw(t, "float8"), 64) }

func drawFloat4(t *rapid.T) leaf { return floatLeaf(t, float64(rapid.Float32().Draw(t, "float4")), 32) }

func floatLeaf(t *rapid.T, f float64, bits int) leaf {
	want := floatJSON(f, bits)
	if want[0] == '"' {
		return leaf{in: want}
	}
	return leaf{in: oneOf(t, want, strconv.FormatFloat(f, 'e', -1, bits), strconv.FormatFloat(f, 'E', 25, bits)), want: want}
}

// drawNumeric draws digits times ten to an exponent.
func drawNumeric(t *rapid.T) leaf {
	digits := rapid.StringMatching(`0|[1-9][0-9]{0,40}|[1-9]0{0,12}`).Draw(t, "digits")
	sign := oneOf(t, "", "-")
	exponent := rapid.IntRange(-30, 30).Draw(t, "exponent")
	want := shift(digits, exponent)
	if strings.Trim(want, "0.") != "" {
		want = sign + want
	}
	plain := sign + shift(digits, exponent)
	scientific := fmt.Sprintf("%s%se%d", sign, digits, exponent)
	return leaf{in: oneOf(t, quoted(plain), plain, scientific, quoted(scientific)), want: quoted(want)}
}

// shift moves the point of digits; a scale is never negative.
func shift(digits string, exponent int) string {
	if exponent >= 0 {
		if digits == "0" {
			return digits
		}
		return digits + strings.Repeat("0", exponent)
	}
	if missing := -exponent - len(digits) + 1; missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	at := len(digits) + exponent
	return digits[:at] + "." + digits[at:]
}

// textOf draws texts, many of them with what containers give a meaning to.
var textOf = rapid.OneOf(
	rapid.StringMatching(`[ "\\{}()\[\],;:=>'`+"\t\n\r\v\f\x01\x1f\x7f"+`NULnul\-ü😀]{0,12}`),
	rapid.StringMatching(`[^\x00]*`),
	rapid.SampledFrom(oddTexts),
)

// Its name is made before tests run at the same time: rapid reads it unguarded.
var _ = textOf.String()

func drawText(t *rapid.T) leaf {
	text := textOf.Draw(t, "text")
	return leaf{in: oneOf(t, quoted(text), escaped(text)), want: quoted(text)}
}

func drawName(t *rapid.T) leaf {
	return leaf{in: quoted(rapid.StringMatching(`[ -~]{0,63}|[ü"'\\]{0,31}|😀{0,15}`).Draw(t, "name"))}
}

func drawBytes(t *rapid.T, n int) []byte {
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes")
}

func drawBytea(t *rapid.T) leaf {
	data := rapid.SliceOf(rapid.Byte()).Draw(t, "bytea")
	return leaf{in: quoted(base64.StdEncoding.EncodeToString(data)), sql: `\x` + hex.EncodeToString(data)}
}

func drawUUID(t *rapid.T) leaf {
	h := hex.EncodeToString(drawBytes(t, 16))
	want := strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
	return leaf{in: quoted(oneOf(t, want, strings.ToUpper(want), h)), want: quoted(want)}
}

func drawInet(t *rapid.T) leaf {
	p := drawPrefix(t)
	if p.IsSingleIP() {
		return leaf{in: quoted(oneOf(t, p.String(), p.Addr().String())), want: quoted(p.Addr().String())}
	}
	return leaf{in: quoted(p.String())}
}

func drawCIDR(t *rapid.T) leaf { return leaf{in: quoted(drawPrefix(t).Masked().String())} }

func drawPrefix(t *rapid.T) netip.Prefix {
	if rapid.Bool().Draw(t, "v4") {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte(drawBytes(t, 4))), rapid.IntRange(0, 32).Draw(t, "bits"))
	}
	a := [16]byte(drawBytes(t, 16))
	a[0] |= 0x20 // PostgreSQL has forms of its own for addresses of ::/96
	return netip.PrefixFrom(netip.AddrFrom16(a), rapid.IntRange(3, 128).Draw(t, "bits"))
}

func drawMAC(size int) func(*rapid.T) leaf {
	return func(t *rapid.T) leaf {
		data := drawBytes(t, size)
		var parts []string
		for _, b := range data {
			parts = append(parts, fmt.Sprintf("%02x", b))
		}
		want := strings.Join(parts, ":")
		return leaf{in: quoted(oneOf(t, want, strings.ToUpper(want), strings.Join(parts, ""), strings.Join(parts, "-"))), want: quoted(want)}
	}
}

func drawBit(t *rapid.T) leaf {
	return leaf{in: quoted(rapid.StringMatching(`[01]{8}`).Draw(t, "bit"))}
}

func drawVarbit(t *rapid.T) leaf {
	return leaf{in: quoted(rapid.StringMatching(`[01]{0,70}`).Draw(t, "varbit"))}
}

// drawDocument draws JSON with odd spacing and keys that are distinct.
func drawDocument(t *rapid.T, depth int) string {
	space := oneOf(t, "", "", " ", "\n\t")
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	if depth == 0 {
		kind %= 5
	}
	switch kind {
	case 0:
		return oneOf(t, "true", "false")
	case 1:
		return oneOf(t, "0", "-1", "1.50", "12345678901234567890123456789", fmt.Sprint(rapid.Int64().Draw(t, "n")))
	case 2, 3:
		return quoted(textOf.Draw(t, "text"))
	case 4:
		return oneOf(t, "{}", "[]", "[ ]", "{ }")
	case 5:
		var parts []string
		for range rapid.IntRange(1, 3).Draw(t, "elements") {
			parts = append(parts, space+oneOf(t, "null", drawDocument(t, depth-1)))
		}
		return "[" + strings.Join(parts, ",") + space + "]"
	}
	var parts []string
	for _, key := range rapid.SliceOfNDistinct(textOf, 1, 3, rapid.ID).Draw(t, "keys") {
		parts = append(parts, space+quoted(key)+space+":"+drawDocument(t, depth-1))
	}
	return "{" + strings.Join(parts, ",") + space + "}"
}

func drawJSON(t *rapid.T) leaf {
	in := drawDocument(t, 3)
	return leaf{in: in, sql: in}
}

func drawJSONB(t *rapid.T) leaf {
	in := drawDocument(t, 3)
	return leaf{in: in, sql: in, want: jsonbText(in)}
}

func drawHstore(t *rapid.T) leaf {
	keys := rapid.SliceOfNDistinct(textOf, 0, 4, rapid.ID).Draw(t, "keys")
	members := map[string]string{}
	for _, key := range keys {
		members[key] = oneOf(t, "null", quoted(textOf.Draw(t, "value")))
	}
	object := func(keys []string) string {
		var parts []string
		for _, key := range keys {
			parts = append(parts, quoted(key)+":"+members[key])
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	want := object(byLength(members))
	slices.Reverse(keys)
	return leaf{in: object(keys), sql: hstoreText(want), want: want}
}

func drawLtree(t *rapid.T) leaf {
	return leaf{in: quoted(rapid.StringMatching(`[A-Za-z0-9_]{1,5}(\.[A-Za-z0-9_]{1,5}){0,4}`).Draw(t, "ltree"))}
}

func drawVector(t *rapid.T) leaf {
	var parts []string
	for _, f := range rapid.SliceOfN(rapid.Float32Range(-1e9, 1e9), 1, 5).Draw(t, "vector") {
		parts = append(parts, floatJSON(float64(f), 32))
	}
	return leaf{in: "[" + strings.Join(parts, ",") + "]"}
}
