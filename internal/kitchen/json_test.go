package kitchen_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// quoted returns text as a JSON string, the way encoding/json writes it.
func quoted(text string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// escaped returns text as a JSON string in which every character is an escape.
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r > 0xFFFF {
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04X`, 0xD800+r>>10)
			r = 0xDC00 + r&0x3FF
		}
		fmt.Fprintf(&out, `\u%04x`, r)
	}
	return `"` + out.String() + `"`
}

// unquoted returns the text of a JSON string, and other JSON as it is.
func unquoted(raw string) string {
	var text string
	if raw[0] != '"' || json.Unmarshal([]byte(raw), &text) != nil {
		return raw
	}
	return text
}

// floatJSON is a float of 32 or 64 bits as encoding/json writes it, and the
// strings for what JSON lacks.
func floatJSON(f float64, bits int) string {
	var v any = f
	if bits == 32 {
		v = float32(f)
	}
	out, err := json.Marshal(v)
	if err != nil {
		name := map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0]
		if f != f {
			name = "NaN"
		}
		return quoted(name)
	}
	return string(out)
}

// jsonbText returns a document as jsonb prints it: keys by length and then by
// bytes, of keys that occur twice the last, one blank after colons and commas.
func jsonbText(document string) string {
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	var out strings.Builder
	if err := jsonbValue(&out, d); err != nil {
		panic(fmt.Sprintf("%s: %v", document, err)) // the tests' own document
	}
	return out.String()
}

func jsonbValue(out *strings.Builder, d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		return jsonbArray(out, d)
	case json.Delim('{'):
		return jsonbObject(out, d)
	}
	if text, ok := token.(string); ok {
		out.WriteString(jsonbString(text))
	} else if token == nil {
		out.WriteString("null")
	} else {
		fmt.Fprint(out, token)
	}
	return nil
}

func jsonbArray(out *strings.Builder, d *json.Decoder) error {
	out.WriteString("[")
	for between := ""; d.More(); between = ", " {
		out.WriteString(between)
		if err := jsonbValue(out, d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	out.WriteString("]")
	return err
}

func jsonbObject(out *strings.Builder, d *json.Decoder) error {
	members := map[string]string{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value strings.Builder
		if err := jsonbValue(&value, d); err != nil {
			return err
		}
		members[key.(string)] = value.String()
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	var parts []string
	for _, key := range byLength(members) {
		parts = append(parts, jsonbString(key)+": "+members[key])
	}
	out.WriteString("{" + strings.Join(parts, ", ") + "}")
	return nil
}

// byLength returns keys in the order of jsonb and hstore.
func byLength[T any](members map[string]T) []string {
	var keys []string
	for key := range members {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return keys
}

// jsonbString escapes what PostgreSQL's escape_json does, and no more.
func jsonbString(text string) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	var out strings.Builder
	for _, r := range text {
		switch s, ok := short[r]; {
		case ok:
			out.WriteString(s)
		case r < ' ':
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}
