package docs

import (
	"html/template"
	"strings"
	"sync"
)

// piece is a part of the documents that many methods have in common. It is what
// the template of its name makes of data, made once for each kind of document.
type piece struct {
	html     func() (template.HTML, error)
	markdown func() (string, error)
}

// HTML returns the piece for the page.
func (p *piece) HTML() (template.HTML, error) { return p.html() }

// Markdown returns the piece for Markdown files.
func (p *piece) Markdown() (string, error) { return p.markdown() }

func newPiece(name string, data any) *piece {
	return &piece{
		html: sync.OnceValues(func() (template.HTML, error) { return executePage(name, data) }),
		markdown: sync.OnceValues(func() (string, error) {
			t, err := markdownTemplates()
			if err != nil {
				return "", err
			}
			var b strings.Builder
			err = t.ExecuteTemplate(&b, name, data)
			return b.String(), err
		}),
	}
}

// executePage returns what a template of the page makes of data.
func executePage(name string, data any) (template.HTML, error) {
	t, err := pageTemplates()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.ExecuteTemplate(&b, name, data)
	return template.HTML(b.String()), err // #nosec G203 -- what html/template made
}

// keyed is what is the same where its key is.
type keyed interface{ key() string }

func (b badge) key() string      { return b.Kind + "\x00" + b.Text }
func (f fact) key() string       { return f.Name + "\x00" + f.Text }
func (e *errorView) key() string { return e.Anchor }

// pieceOf returns the piece of a list: that of an equal one, if there was one.
func pieceOf[T keyed](s *site, name string, list []T) *piece {
	var key strings.Builder
	key.WriteString(name)
	for _, one := range list {
		key.WriteString("\x00" + one.key())
	}
	if known, ok := s.pieces.Load(key.String()); ok {
		return known.(*piece) //nolint:forcetypeassert // nothing else is stored
	}
	p, _ := s.pieces.LoadOrStore(key.String(), newPiece(name, list))
	return p.(*piece) //nolint:forcetypeassert // nothing else is stored
}
