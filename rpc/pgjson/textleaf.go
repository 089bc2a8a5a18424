package pgjson

import (
	"encoding/hex"
	"strings"
)

// textLeaf converts values of a kind that is no container from and to their
// text. Without a function of its own, a text is read as the JSON that json
// makes of it, by way of the binary form; so both formats give the same JSON.
type textLeaf struct {
	json   func(text string) string                          // nil: a JSON string
	decode func(dst, src []byte) (out []byte, reason string) // instead of json
	encode func(dst []byte, raw string, bin []byte) []byte   // nil: the text of the canonical JSON
}

var textLeaves = [KindDomain]textLeaf{
	KindLiteral:    {decode: decodeText, encode: textOfText},
	KindBool:       {json: jsonOfBool, encode: textOfNumber},
	KindInt2:       {json: verbatim, encode: textOfNumber},
	KindInt4:       {json: verbatim, encode: textOfNumber},
	KindInt8:       {json: verbatim, encode: textOfNumber},
	KindInt8Number: {json: verbatim, encode: textOfNumber},
	KindOID:        {json: verbatim, encode: textOfNumber},
	KindFloat4:     {json: jsonOfFloat, encode: textOfNumber},
	KindFloat8:     {json: jsonOfFloat, encode: textOfNumber},
	KindNumeric:    {encode: textOfNumeric},
	KindText:       {decode: decodeText, encode: textOfText},
	KindBytea:      {decode: decodeHex, encode: textOfBytea},
	KindInterval:   {decode: decodeIntervalText},
	KindJSON:       {decode: decodeJSON, encode: textOfJSON},
	KindJSONB:      {decode: decodeJSON, encode: textOfJSON},
	KindTextJSON:   {decode: decodeJSON, encode: textOfJSON},
	KindEnum:       {decode: decodeText, encode: textOfText},
	KindHstore:     {decode: decodeHstoreText, encode: textOfHstore},
	KindVector:     {decode: decodeVectorText, encode: textOfVector},
}

// decodeLeaf appends the JSON of a text. The reason says what is wrong with it.
func decodeLeaf(dst []byte, kind Kind, src []byte) ([]byte, string) {
	leaf := &textLeaves[kind]
	if leaf.decode != nil {
		return leaf.decode(dst, src)
	}
	var raw string
	if leaf.json != nil {
		raw = leaf.json(string(src))
	} else {
		raw = string(AppendString(nil, string(src)))
	}
	if raw == "" {
		return dst, "the text is empty"
	}
	bin, err := scalarEncoders[kind](nil, raw, kind)
	if err != nil {
		return dst, err.Error()
	}
	return scalarDecoders[kind](dst, bin)
}

func verbatim(text string) string { return text }

func jsonOfBool(text string) string {
	switch text {
	case "t":
		return "true"
	case "f":
		return "false"
	}
	return text
}

func jsonOfFloat(text string) string {
	if text != "" && numberEnd(text, 0) == len(text) {
		return text
	}
	return `"` + text + `"`
}

// decodeHex reads a bytea under bytea_output hex.
func decodeHex(dst, src []byte) ([]byte, string) {
	digits, ok := strings.CutPrefix(string(src), `\x`)
	bin, err := hex.DecodeString(digits)
	if !ok || err != nil {
		return dst, "want a bytea in hexadecimal; set bytea_output to hex"
	}
	return decodeBytea(dst, bin)
}

// decodeIntervalText takes the extreme of PostgreSQL before 17, which its binary
// form cannot tell from infinity either.
func decodeIntervalText(dst, src []byte) ([]byte, string) {
	var d duration
	if d.parse(string(src)) && !d.overflow && d.isExtreme() {
		return append(AppendInterval(append(dst, '"'), int32(d.months), int32(d.days), d.micros), '"'), ""
	}
	months, days, micros, err := ParseInterval(string(src))
	if err != nil {
		return dst, "want an interval as an ISO 8601 duration; set intervalstyle to iso_8601"
	}
	return append(AppendInterval(append(dst, '"'), months, days, micros), '"'), ""
}

// decodeHstoreText reads `"a"=>"1", "b"=>NULL`.
func decodeHstoreText(dst, src []byte) ([]byte, string) {
	r := textReader{src: append(src[:len(src):len(src)], ',')}
	dst = append(dst, '{')
	for n := 0; r.pos < len(src); n++ {
		if n > 0 {
			dst = append(dst, ',')
		}
		key := r.item("=")
		arrow := r.acceptWord("=>")
		value := r.item(",")
		r.pos++
		r.accept(' ')
		if !arrow || !key.quoted || !value.closed || !value.quoted && string(value.text) != "NULL" {
			return dst, "the hstore is malformed"
		}
		var reason string
		if dst, reason = decodeText(dst, key.text); reason != "" {
			return dst, reason
		}
		if dst = append(dst, ':'); !value.quoted {
			dst = append(dst, "null"...)
		} else if dst, reason = decodeText(dst, value.text); reason != "" {
			return dst, reason
		}
	}
	return append(dst, '}'), ""
}

func decodeVectorText(dst, src []byte) ([]byte, string) {
	if !Valid(src) || len(src) == 0 || src[0] != '[' {
		return dst, "want numbers in brackets"
	}
	var e Encoder
	bin := e.vector(nil, string(src))
	if len(e.faults) > 0 {
		return dst, e.faults[0].Message
	}
	return decodeVector(dst, bin)
}

// textOfText: the binary form of a text is its text.
func textOfText(dst []byte, _ string, bin []byte) []byte { return append(dst, bin...) }

// textOfNumber: PostgreSQL reads JSON's numbers, and true and false.
func textOfNumber(dst []byte, raw string, _ []byte) []byte {
	return append(dst, unquoted(raw)...)
}

// unquoted returns the text of a number that may be in quotes.
func unquoted(raw string) string {
	if raw[0] != '"' {
		return raw
	}
	text, _ := quotedText(raw)
	return text
}

// textOfNumeric does not write out large exponents.
func textOfNumeric(dst []byte, raw string, _ []byte) []byte {
	text := unquoted(raw)
	d, err := parseDecimal(text)
	if err != nil || d.sign > numericNegative {
		return append(dst, text...)
	}
	return d.appendScientific(dst)
}

func textOfBytea(dst []byte, _ string, bin []byte) []byte {
	return hex.AppendEncode(append(dst, `\x`...), bin)
}

func textOfJSON(dst []byte, raw string, _ []byte) []byte { return append(dst, raw...) }

// textOfVector: the JSON of a vector is its text.
func textOfVector(dst []byte, _ string, bin []byte) []byte {
	dst, _ = decodeVector(dst, bin)
	return dst
}

func textOfHstore(dst []byte, _ string, bin []byte) []byte {
	m := image{src: bin}
	for n := m.int32(); n > 0 && !m.failed; n-- {
		dst = appendQuotedText(dst, m.value())
		dst = append(dst, "=>"...)
		if v := m.value(); v == nil {
			dst = append(dst, "NULL"...)
		} else {
			dst = appendQuotedText(dst, v)
		}
		if n > 1 {
			dst = append(dst, ',')
		}
	}
	return dst
}
