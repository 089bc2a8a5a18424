package docs

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// anchors are the anchors that are taken.
type anchors map[string]bool

// take returns want, or want with a number where it is taken.
func (a anchors) take(want string) string {
	got := want
	for n := 2; a[got]; n++ {
		got = fmt.Sprintf("%s-%d", want, n)
	}
	a[got] = true
	return got
}

// takeFold is take for names that must differ in more than case: files.
func (a anchors) takeFold(want string) string {
	return want + a.take(strings.ToLower(want))[len(strings.ToLower(want)):]
}

// slug keeps what needs no escape in a URL or a file's name.
func slug(name string) string {
	s := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-') {
			return r
		}
		return '-'
	}, name)
	return first(s, "unnamed")
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// pointer escapes a key for a JSON Pointer in a URI's fragment (RFC 6901).
func pointer(key string) string { return url.PathEscape(pointerEscaper.Replace(key)) }
