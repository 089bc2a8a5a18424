package ir

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// runeSpan is the characters from lo to hi.
type runeSpan struct{ lo, hi rune }

// runeSet is sorted spans that neither overlap nor touch.
type runeSet []runeSpan

func (s runeSet) union(other runeSet) runeSet {
	all := slices.Concat(s, other)
	slices.SortFunc(all, func(a, b runeSpan) int { return cmp.Compare(a.lo, b.lo) })
	var out runeSet
	for _, next := range all {
		if n := len(out) - 1; n >= 0 && next.lo <= out[n].hi+1 {
			out[n].hi = max(out[n].hi, next.hi)
			continue
		}
		out = append(out, next)
	}
	return out
}

func (s runeSet) complement() runeSet {
	var out runeSet
	next := rune(0)
	for _, r := range s {
		if r.lo > next {
			out = append(out, runeSpan{next, r.lo - 1})
		}
		next = r.hi + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, runeSpan{next, unicode.MaxRune})
	}
	return out
}

func (s runeSet) has(r rune) bool {
	return slices.ContainsFunc(s, func(span runeSpan) bool { return span.lo <= r && r <= span.hi })
}

var (
	ascii    = runeSet{{0, unicode.MaxASCII}}
	beyond   = runeSet{{unicode.MaxASCII + 1, unicode.MaxRune}}
	anyRune  = runeSet{{0, unicode.MaxRune}}
	digits   = runeSet{{'0', '9'}}
	lower    = runeSet{{'a', 'z'}}
	upper    = runeSet{{'A', 'Z'}}
	letters  = lower.union(upper)
	alnum    = letters.union(digits)
	spaces   = runeSet{{'\t', '\r'}, {' ', ' '}}
	controls = runeSet{{0, 0x1f}, {0x7f, 0x7f}}
	// To ICU, "$+<=>^`|~" are symbols and no punctuation.
	punctuation = runeSet{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}
	notSymbols  = runeSet{{'!', '#'}, {'%', '*'}, {',', '/'}, {':', ';'}, {'?', '@'}, {'[', ']'}, {'_', '_'}, {'{', '{'}, {'}', '}'}}
)

// class is a set of characters that depends on the database's locale: those of
// sure are in it in every locale, and none but those of maybe in any.
type class struct{ sure, maybe runeSet }

func exactly(s runeSet) class { return class{s, s} }

// local is a class whose ASCII part is the same everywhere.
func local(s runeSet) class { return class{s, s.union(beyond)} }

func one(r rune) class { return exactly(runeSet{{r, r}}) }

func (c class) union(other class) class {
	return class{c.sure.union(other.sure), c.maybe.union(other.maybe)}
}

func (c class) complement() class { return class{c.maybe.complement(), c.sure.complement()} }

// dottedDotless are the other cases of i and I in Turkish.
var dottedDotless = runeSet{{0x130, 0x131}}

// foreignCases are the ASCII letters that are another case of a letter beyond.
var foreignCases = runeSet{{'I', 'I'}, {'K', 'K'}, {'S', 'S'}, {'i', 'i'}, {'k', 'k'}, {'s', 's'}}

// fold adds the other case of every letter. Beyond ASCII, and for i in Turkish,
// that depends on the locale.
func (c class) fold() class {
	out := c
	if slices.ContainsFunc(c.maybe, func(s runeSpan) bool { return s.hi > unicode.MaxASCII }) {
		out.maybe = out.maybe.union(beyond).union(foreignCases)
	}
	for small := 'a'; small <= 'z'; small++ {
		big := unicode.ToUpper(small)
		both := runeSet{{big, big}, {small, small}}
		if c.maybe.has(small) || c.maybe.has(big) {
			out.maybe = out.maybe.union(both)
		}
		if small != 'i' && (c.sure.has(small) || c.sure.has(big)) {
			out.sure = out.sure.union(both)
		}
	}
	if out.maybe.has('i') {
		out.maybe = out.maybe.union(dottedDotless)
	}
	return out
}

// namedClasses are the classes [[:name:]] of PostgreSQL's regular expressions.
var namedClasses = map[string]class{
	"alnum":  local(alnum),
	"alpha":  local(letters),
	"ascii":  exactly(ascii),
	"blank":  local(runeSet{{'\t', '\t'}, {' ', ' '}}),
	"cntrl":  local(controls),
	"digit":  local(digits),
	"graph":  local(runeSet{{'!', '~'}}),
	"lower":  local(lower),
	"print":  local(runeSet{{' ', '~'}}),
	"punct":  {notSymbols, punctuation.union(beyond)},
	"space":  {spaces, spaces.union(runeSet{{0x1c, 0x1f}}).union(beyond)},
	"upper":  local(upper),
	"word":   local(alnum.union(runeSet{{'_', '_'}})),
	"xdigit": local(digits.union(runeSet{{'A', 'F'}, {'a', 'f'}})),
}

// letterClasses are the escapes \d, \s and \w, and their reverses.
var letterClasses = map[rune]class{
	'd': namedClasses["digit"], 'D': namedClasses["digit"].complement(),
	's': namedClasses["space"], 'S': namedClasses["space"].complement(),
	'w': namedClasses["word"], 'W': namedClasses["word"].complement(),
}

// String writes s as RE2 does, in the shorter of its two forms.
func (s runeSet) String() string {
	switch {
	case len(s) == 0:
		return "[^" + anyRune.spans() + "]"
	case slices.Equal(s, anyRune):
		return "(?s:.)"
	case len(s) == 1 && s[0].lo == s[0].hi:
		return quoteRune(s[0].lo, `\.+*?()|[]{}^$`)
	}
	inside, outside := s.spans(), s.complement().spans()
	if s.has(unicode.MaxRune) && len(outside) < len(inside) {
		return "[^" + outside + "]"
	}
	return "[" + inside + "]"
}

func (s runeSet) spans() string {
	var b strings.Builder
	for _, r := range s {
		if rest := max(r.lo, beyond[0].lo); rest == beyond[0].lo && r.hi == unicode.MaxRune {
			if r.lo < rest {
				writeSpan(&b, runeSpan{r.lo, rest - 1})
			}
			b.WriteString("[:^ascii:]")
			continue
		}
		writeSpan(&b, r)
	}
	return b.String()
}

func writeSpan(b *strings.Builder, r runeSpan) {
	const special = `\[]^-`
	b.WriteString(quoteRune(r.lo, special))
	if r.hi > r.lo+1 {
		b.WriteByte('-')
	}
	if r.hi > r.lo {
		b.WriteString(quoteRune(r.hi, special))
	}
}

// quoteRune writes r such that it stands for itself among special characters.
func quoteRune(r rune, special string) string {
	switch {
	case strings.ContainsRune(special, r):
		return `\` + string(r)
	case unicode.IsPrint(r):
		return string(r)
	}
	return fmt.Sprintf(`\x{%x}`, r)
}
