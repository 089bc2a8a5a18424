package example

import (
	"regexp"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// free is value for JSON of any form.
func (s *stabiliser) free(name string, a, b gjson.Result) string {
	switch {
	case a.Raw == b.Raw:
		return a.Raw
	case a.IsObject() && b.IsObject():
		return s.freeObject(a, b)
	case a.IsArray() && b.IsArray():
		return s.list(name, a, b, func(a, b gjson.Result) string { return s.free(name, a, b) }, func() any { return "…" })
	case a.Type == gjson.String && b.Type == gjson.String:
		return text(freeText(name, a.Str, b.Str))
	case a.Type == gjson.Number && b.Type == gjson.Number:
		return s.numbered(&ir.Type{Kind: ir.Int8Number}, plausible.Value(name, &ir.Type{Kind: ir.Int8Number}))
	}
	return "null"
}

// freeObject keeps a's members; those that b lacks are made up.
func (s *stabiliser) freeObject(a, b gjson.Result) string {
	out := "{"
	a.ForEach(func(key, value gjson.Result) bool {
		if len(out) > 1 {
			out += ","
		}
		other := member(b, key.Str)
		if !other.Exists() {
			other = gjson.Result{Type: value.Type}
		}
		out += key.Raw + ":" + s.free(key.Str, value, other)
		return true
	})
	return out + "}"
}

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	timeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:`)
	dateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	wordForm = regexp.MustCompile(`[\p{L}\p{N}]+|[^\p{L}\p{N}]+`)
)

// freeText is a text in place of two that differ.
func freeText(name, a, b string) string {
	for _, f := range []struct {
		form *regexp.Regexp
		kind ir.Kind
	}{{uuidForm, ir.UUID}, {timeForm, ir.TimestampTZ}, {dateForm, ir.Date}} {
		if f.form.MatchString(a) && f.form.MatchString(b) {
			if v, ok := plausible.Value(name, &ir.Type{Kind: f.kind}).(string); ok {
				return v
			}
		}
	}
	return common(a, b)
}

// common is what a and b have in common, with "…" for the words in which they differ.
func common(a, b string) string {
	as, bs := wordForm.FindAllString(a, -1), wordForm.FindAllString(b, -1)
	if len(as) != len(bs) {
		return "…"
	}
	out := ""
	for i := range as {
		if as[i] == bs[i] {
			out += as[i]
		} else {
			out += "…"
		}
	}
	return out
}
