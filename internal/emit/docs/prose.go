package docs

import (
	"bytes"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// prose is a comment: Markdown as someone wrote it into a database. Its
// methods give it in the forms that documents need, all of them harmless.
type prose struct {
	source string
	find   func(name string) (place, bool) // anchors that a link may name
}

// place is where an anchor stands: in the page, and in which Markdown file.
type place struct{ Anchor, File string }

var parser = goldmark.New(goldmark.WithExtensions(extension.Linkify))

// doc returns p in all forms. Without a link they are one document, and it is
// read once.
func (p prose) doc() (d doc, err error) {
	if strings.Contains(p.source, "[") {
		d.HTML, err = p.HTML()
		d.Markdown, d.Text = p.Markdown(), p.Text()
		return d, err
	}
	source, tree := p.parse(func(place) string { return "" })
	var b buffer
	err = parser.Renderer().Render(&b, source, tree)
	d.HTML = template.HTML(b.String()) // #nosec G203 -- as HTML does it
	d.Markdown, d.Text = markdownBlocks(tree, source), plain(tree, source)
	return d, err
}

// HTML returns p as HTML blocks.
func (p prose) HTML() (template.HTML, error) {
	source, doc := p.parse(func(at place) string { return "#" + at.Anchor })
	var b bytes.Buffer
	if err := parser.Renderer().Render(&b, source, doc); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // #nosec G203 -- goldmark escapes, tame removes the rest
}

// Markdown returns p as Markdown that renders the same everywhere and cannot
// break the document around it.
func (p prose) Markdown() string {
	source, doc := p.parse(func(at place) string { return at.File + "#" + at.Anchor })
	return markdownBlocks(doc, source)
}

// Text returns p on one line and without markup.
func (p prose) Text() string {
	source, doc := p.parse(func(place) string { return "" })
	return plain(doc, source)
}

func (p prose) parse(href func(place) string) ([]byte, ast.Node) {
	source := []byte(clean(p.source))
	doc := parser.Parser().Parse(text.NewReader(source))
	t := taming{source: source, target: func(name string) (string, bool) {
		at, ok := p.find(name)
		return href(at), ok
	}}
	t.tame(doc)
	return source, doc
}

// clean replaces what no document should hold: bytes that are not UTF-8,
// control characters, and marks that reorder the text around them.
func clean(s string) string {
	if isFit(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if unfit(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// isFit reports whether all of text may stand in a document.
func isFit[T string | []byte](text T) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c < unicode.MaxASCII {
			if unfit(rune(c)) {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		if unfit(r) {
			return false
		}
		i += size
	}
	return true
}

// unfit reports whether r is not to stand in a document. What is no UTF-8 reads
// as RuneError, which is its own replacement.
func unfit(r rune) bool {
	if r < unicode.MaxASCII {
		return r < ' ' && r != '\n' && r != '\t'
	}
	return r == utf8.RuneError || unicode.IsControl(r) || reorders(r)
}

// reorders reports whether r is one of the embeddings, overrides and isolates
// that make text read otherwise than it is.
func reorders(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// taming replaces the nodes of a document that could do harm.
type taming struct {
	source []byte
	target func(name string) (string, bool)
}

func (t taming) tame(n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		t.tame(c)
		t.replace(n, c)
		c = next
	}
}

func (t taming) replace(parent, n ast.Node) {
	switch n := n.(type) {
	case *ast.RawHTML:
		parent.ReplaceChild(parent, n, literal(n.Segments.Value(t.source)))
	case *ast.HTMLBlock:
		raw := bytes.Clone(n.Lines().Value(t.source))
		if n.HasClosure() {
			raw = append(raw, n.ClosureLine.Value(t.source)...)
		}
		p := ast.NewParagraph()
		p.AppendChild(p, literal(bytes.TrimSpace(raw)))
		parent.ReplaceChild(parent, n, p)
	case *ast.Image:
		unwrap(parent, n)
	case *ast.Link:
		t.link(parent, n)
	case *ast.AutoLink:
		if !outside(string(n.URL(t.source))) && n.AutoLinkType != ast.AutoLinkEmail {
			parent.ReplaceChild(parent, n, literal(n.Label(t.source)))
		}
	case *ast.Heading:
		// The page has its own outline; a comment's headings are bold lines in it.
		p, strong := ast.NewParagraph(), ast.NewEmphasis(2)
		adopt(strong, n)
		p.AppendChild(p, strong)
		parent.ReplaceChild(parent, n, p)
	}
}

func (t taming) link(parent ast.Node, n *ast.Link) {
	// Resolved as the renderer will resolve it, so that no entity hides a scheme.
	dest := string(util.URLEscape(n.Destination, true))
	if name, ok := strings.CutPrefix(dest, "#"); ok {
		if to, found := t.target(name); found {
			n.Destination = []byte(to)
			return
		}
	}
	if !outside(dest) {
		unwrap(parent, n)
		return
	}
	n.SetAttributeString("rel", []byte("noopener noreferrer"))
}

// outside reports whether a link to dest may leave the page.
func outside(dest string) bool {
	dest = strings.ToLower(dest)
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if strings.HasPrefix(dest, scheme) {
			return true
		}
	}
	return false
}

func literal(b []byte) ast.Node {
	s := ast.NewString(b)
	s.SetRaw(true)
	return s
}

// unwrap puts the children of n in its place.
func unwrap(parent, n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}

// adopt moves the children of n to parent.
func adopt(parent, n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.AppendChild(parent, c)
		c = next
	}
}
