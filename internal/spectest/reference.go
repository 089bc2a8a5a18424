package spectest

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// Resolve returns what a reference of a decoded document leads to inside of it, or
// nil.
func Resolve(document any, reference string) any {
	pointer, own := strings.CutPrefix(reference, "#/")
	if !own {
		return nil
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	at := document
	for part := range strings.SplitSeq(pointer, "/") {
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		switch v := at.(type) {
		case map[string]any:
			at = v[unescape.Replace(part)]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			at = v[i]
		default:
			return nil
		}
	}
	return at
}

// References holds that every $ref of a document leads to something inside of it.
func References(t testing.TB, document []byte) {
	t.Helper()
	tree := Decode(t, document)
	seen := 0
	var walk func(at any)
	walk = func(at any) {
		switch v := at.(type) {
		case map[string]any:
			if reference, ok := v["$ref"].(string); ok {
				if seen++; Resolve(tree, reference) == nil {
					t.Errorf("%s leads nowhere", reference)
				}
			}
			for _, one := range v {
				walk(one)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(tree)
	if seen == 0 {
		t.Error("the document has no references")
	}
}
