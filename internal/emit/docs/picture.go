package docs

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"unicode"
)

// picture is an SVG that is being drawn. A unit is a pixel. Its colours and
// fonts are those of templates/docs/picture.css, by class: the page's policy
// admits no style attributes. No element has an id, so that pictures can share
// a page.
type picture struct {
	b     strings.Builder
	links bool // there is one: the picture is no mere image
}

// Widths of a character of the monospaced fonts that browsers have, at most.
const (
	nameWidth = 7.25 // at 12 px
	chipWidth = 6.65 // at 11 px
)

// run is a piece of a line of text.
type run struct {
	text string
	href string // an anchor of the page, or ""
}

func (p *picture) printf(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// text writes s at a place: at most cells wide, then it is cut, and whole where
// the pointer rests on it.
func (p *picture) text(x, y int, class, s string, cells int) {
	p.printf(`<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, cut(s, cells))
}

// runs writes pieces of text as one line, cut like that of text.
func (p *picture) runs(x, y int, class string, line []run, cells int) {
	p.printf(`<text class="%s" x="%d" y="%d">`, class, x, y)
	for _, r := range line {
		if cells <= 0 {
			break
		}
		if r.href == "" {
			p.b.WriteString(cut(r.text, cells))
		} else {
			p.links = true
			p.printf(`<a href="#%s">%s</a>`, r.href, cut(r.text, cells))
		}
		cells -= cellsOf(r.text)
	}
	p.b.WriteString("</text>")
}

func (p *picture) rect(class string, x, y, width, height int) {
	p.printf(`<rect class="%s" x="%d" y="%d" width="%d" height="%d"></rect>`, class, x, y, width, height)
}

// path draws lines, in the words of SVG: "M0 0h10v5".
func (p *picture) path(class, d string) { p.printf(`<path class="%s" d="%s"></path>`, class, d) }

// figure returns what was drawn, with its name, what it shows in words, and a
// caption.
func (p *picture) figure(title, description, caption string, width, height int) template.HTML {
	role := "img"
	if p.links {
		role = "group"
	}
	// #nosec G203 -- every text was escaped
	return template.HTML(fmt.Sprintf(`<figure class="picture">
<figcaption>%s</figcaption>
<div class="wide" tabindex="0"><svg role="%s" viewBox="0 0 %d %d" width="%d" height="%d"><title>%s</title><desc>%s</desc>
%s</svg></div>
</figure>
`, svgText(caption), role, width, height, width, height, svgText(title), svgText(description), p.b.String()))
}

// svgText is s as text of a document, on one line.
func svgText(s string) string { return html.EscapeString(oneLine(clean(s))) }

// cut is s as text of a picture: where it is wider than cells, its beginning,
// with the whole of it as the element's title.
func cut(s string, cells int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, clean(s))
	if cellsOf(s) <= cells {
		return html.EscapeString(s)
	}
	var short strings.Builder
	left := cells - 1
	for _, r := range s {
		if left -= cellsIn(r); left < 0 {
			break
		}
		short.WriteRune(r)
	}
	whole := html.EscapeString(s)
	return `<tspan><title>` + whole + `</title>` + html.EscapeString(short.String()) + `…</tspan>`
}

// cellsOf is the width of a line in characters of a monospaced font.
func cellsOf(s string) (cells int) {
	for _, r := range s {
		cells += cellsIn(r)
	}
	return cells
}

// wideFrom is where the scripts begin whose characters may be twice as wide.
const wideFrom = '\u1100'

func cellsIn(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < wideFrom || r >= '\u2000' && r < '\u2e80': // punctuation and signs
		return 1
	}
	return 2
}

// lines breaks words into lines of at most width characters. Longer words stay
// whole: they are the documentation's own.
func lines(s string, width int) []string {
	var all []string
	for word := range strings.FieldsSeq(s) {
		last := len(all) - 1
		if last < 0 || cellsOf(all[last])+1+cellsOf(word) > width {
			all = append(all, word)
			continue
		}
		all[last] += " " + word
	}
	return all
}
