package rpc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// redacted stands in a log for what a client sent.
const redacted = "…"

// wordy is the length from which on a value is taken out wherever it stands, and
// not only as a word of its own.
const wordy = 4

// redact takes the values of params, a JSON object, out of text: PostgreSQL and
// functions may quote them in their errors. Upper and lower case are the same.
func redact(text string, params []byte) string {
	d := json.NewDecoder(bytes.NewReader(params))
	d.UseNumber()
	var object any
	if err := d.Decode(&object); err != nil {
		return text
	}
	values := scalars(nil, object)
	slices.SortFunc(values, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may be part of another
	for _, v := range values {
		text = without(text, v)
	}
	return text
}

// scalars appends the strings and numbers of value.
func scalars(dst []string, value any) []string {
	switch value := value.(type) {
	case string:
		dst = append(dst, value)
	case json.Number:
		dst = append(dst, value.String())
	case []any:
		for _, v := range value {
			dst = scalars(dst, v)
		}
	case map[string]any:
		for _, v := range value {
			dst = scalars(dst, v)
		}
	}
	return dst
}

// without replaces value in text.
func without(text, value string) string {
	if value == "" || !strings.Contains(strings.ToLower(text), strings.ToLower(value)) {
		return text
	}
	if len(value) >= wordy {
		return regexp.MustCompile("(?i)"+regexp.QuoteMeta(value)).ReplaceAllLiteralString(text, redacted)
	}
	word := regexp.MustCompile(`(?i)(^|\W)` + regexp.QuoteMeta(value) + `($|\W)`)
	for range 2 { // of two that have one character between them, a match leaves the second
		text = word.ReplaceAllString(text, "${1}"+redacted+"${2}")
	}
	return text
}
