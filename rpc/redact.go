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

// redactWork bounds the search for values, in bytes of text that are looked at. A
// text that takes more is left out as a whole: a client may send thousands of
// values, and who answers calls for others is not to spend its time on them.
const redactWork = 128 << 10

// redact takes the values of params, a JSON object, out of text: PostgreSQL and
// functions may quote them in their errors. Upper and lower case are the same.
func redact(text string, params []byte) string {
	d := json.NewDecoder(bytes.NewReader(params))
	d.UseNumber()
	var object any
	if err := d.Decode(&object); err != nil {
		return text
	}
	values := quotedIn(text, scalars(nil, object))
	if len(values)*len(text) > redactWork && len(values) > 1 {
		return redacted
	}
	for _, v := range values {
		text = without(text, v)
	}
	return text
}

// quotedIn returns those of values that text may contain, each once, the longest
// first: one may be part of another.
func quotedIn(text string, values []string) []string {
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	lower := strings.ToLower(text)
	return slices.DeleteFunc(slices.Compact(values), func(v string) bool {
		return v == "" || !strings.Contains(lower, strings.ToLower(v))
	})
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
	if len(value) >= wordy {
		return regexp.MustCompile("(?i)"+regexp.QuoteMeta(value)).ReplaceAllLiteralString(text, redacted)
	}
	word := regexp.MustCompile(`(?i)(^|\W)` + regexp.QuoteMeta(value) + `($|\W)`)
	for range 2 { // of two that have one character between them, a match leaves the second
		text = word.ReplaceAllString(text, "${1}"+redacted+"${2}")
	}
	return text
}
