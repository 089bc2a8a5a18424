package manifest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// field is one key of a mapping: how it is read into a T.
type field[T any] struct {
	name     string
	required string // what to write when it is missing; "" for an optional key
	read     func(d *decoder, into *T, e entry)
}

// decoder reads nodes and collects their faults.
type decoder struct {
	list *diag.List
	doc  document
}

// decode reads the mapping n into a T by its fields, and reports whether n is
// a mapping. What says which mapping it is: "a method".
func decode[T any](d *decoder, n *node, what string, fields []field[T], into *T) bool {
	if !d.want(n, mapping, what) {
		return false
	}
	var meant []string // keys that were misspelt, which are not missing too
	for i, e := range n.entries {
		if first, again := find(n.entries[:i], e.key); again {
			d.list.Errorf("MAN035", e.pos, "`%s` is given twice; first on line %d", e.key, first.pos.Line).
				Hintf("remove one")
			continue
		}
		if f := lookup(fields, e.key); f != nil {
			f.read(d, into, e)
			continue
		}
		known := names(fields)
		d.list.Errorf("MAN002", e.pos, "%s has no key `%s`", what, e.key).Hint = unknownHint(e.key, "keys", known)
		meant = append(meant, diag.Nearest(e.key, known))
	}
	missing(d, n, what, fields, meant)
	return true
}

// missing finds required keys that n does not have, unless a syntax error may
// have hidden them.
func missing[T any](d *decoder, n *node, what string, fields []field[T], meant []string) {
	if n == d.doc.root && d.doc.partial[""] {
		return
	}
	for _, f := range fields {
		if _, ok := n.find(f.name); !ok && f.required != "" && !slices.Contains(meant, f.name) {
			d.list.Errorf("MAN003", n.pos, "%s lacks `%s`", what, f.name).Hintf("add `%s`", f.required)
		}
	}
}

func lookup[T any](fields []field[T], name string) *field[T] {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

func names[T any](fields []field[T]) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.name
	}
	return out
}

// unknownHint names the nearest of what is known, or all of it.
func unknownHint(name, what string, known []string) string {
	if hint := diag.DidYouMean(name, known); hint != "" {
		return hint
	}
	return what + " are " + strings.Join(known, ", ")
}

// want reports whether n is of kind k, and adds a fault when it is not.
func (d *decoder) want(n *node, k kind, what string) bool {
	if n.kind != k && n.kind != refused {
		d.list.Errorf("MAN005", n.pos, "%s is %s, not %s", what, n.kind, k)
	}
	return n.kind == k
}

// text returns a value that is text and not empty.
func (d *decoder) text(e entry) string {
	n := e.value
	if n.kind == text && strings.TrimSpace(n.text) == "" {
		d.list.Errorf("MAN005", n.pos, "`%s` is empty", e.key).Hintf("write a value or remove the key")
		return ""
	}
	if n.kind == number || n.kind == boolean {
		d.list.Errorf("MAN005", n.pos, "`%s` is %s, not text", e.key, n.kind).Hintf("quote it: %q", n.text)
		return ""
	}
	if !d.want(n, text, "`"+e.key+"`") {
		return ""
	}
	return n.text
}

// verbatim returns text, or a number as it is written: 1.10, 23505.
func (d *decoder) verbatim(e entry) string {
	if e.value.kind == number {
		return e.value.text
	}
	return d.text(e)
}

// integer returns a decimal number from low to high, or 0 with a fault of code.
func (d *decoder) integer(e entry, code string, low, high uint32, hint string) uint32 {
	n := e.value
	if n.kind == refused {
		return 0
	}
	v, ok := decimal(n.text)
	switch {
	case n.kind != number || !ok:
		d.list.Errorf(code, n.pos, "`%s` is not a whole decimal number", e.key).Hint = hint
	case v < uint64(low) || v > uint64(high):
		d.list.Errorf(code, n.pos, "`%s` is %s; it must be from %d to %d", e.key, n.text, low, high).Hint = hint
	default:
		return uint32(v)
	}
	return 0
}

// decimal parses digits without sign, leading zero or separators. A number too
// large for any range is cut to the largest.
func decimal(s string) (uint64, bool) {
	if s == "" || strings.Trim(strings.TrimPrefix(s, "-"), "0123456789") != "" || (len(s) > 1 && s[0] == '0') {
		return 0, false
	}
	if s[0] == '-' {
		return 0, true
	}
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 1<<64 - 1, true
	}
	return v, true
}

// word returns one of a few words.
func (d *decoder) word(e entry, words ...string) string {
	s := d.text(e)
	if s == "" {
		return ""
	}
	for _, w := range words {
		if s == w {
			return s
		}
	}
	hint := diag.DidYouMean(s, words)
	if hint == "" {
		hint = "write " + strings.Join(words, " or ")
	}
	d.list.Errorf("MAN018", e.value.pos, "`%s` cannot be `%s`", e.key, s).Hint = hint
	return ""
}

// each calls read for every item of a list.
func (d *decoder) each(e entry, read func(*node)) {
	if e.value.kind == nothing || !d.want(e.value, sequence, "`"+e.key+"`") {
		return
	}
	for _, item := range e.value.items {
		read(item)
	}
}

// words calls read for every item of a list of words, each as an entry.
func (d *decoder) words(e entry, read func(s string, pos diag.Pos)) {
	if e.value.kind == nothing {
		d.want(e.value, sequence, "`"+e.key+"`")
	}
	d.each(e, func(n *node) {
		if s := d.text(entry{e.key, n.pos, n}); s != "" {
			read(s, n.pos)
		}
	})
}
