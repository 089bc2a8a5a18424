package docs

import (
	"fmt"
	"html/template"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/internal/ir"
)

// article is a method as the page shows it.
type article struct {
	*method
	Raises        []*raised
	ProtocolCount string
	Reads, Writes []tableName
	Opaque        []string
	Keyed         bool
	Snippets      []snippet
	AnswerHTML    template.HTML
	Ran           string // where the answer comes from
	More          []moreExample
	Body          template.HTML
	Packed        bool // its body is in a pack, at Place
	Pack, Place   int

	model *ir.Method
}

// moreExample is an example beside the first.
type moreExample struct {
	Title, Ran      string
	Request, Answer template.HTML
}

// tableName is a table that a method reads or writes.
type tableName struct{ Name, Comment string }

// parts returns the services with their articles, all rendered.
func (s *site) parts() ([]*part, error) {
	opener := s.opener()
	var parts []*part
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, sv := range s.Services {
		p := &part{service: sv}
		for j, m := range sv.Methods {
			p.Articles = append(p.Articles, &article{method: m, model: s.model.Services[i].Methods[j]})
		}
		const some = 32 // enough to be worth a goroutine
		for rest := p.Articles; len(rest) > 0; {
			batch := rest[:min(some, len(rest))]
			rest = rest[len(batch):]
			group.Go(func() error { return s.fillArticles(batch, opener) })
		}
		parts = append(parts, p)
	}
	return parts, group.Wait()
}

func (s *site) fillArticles(batch []*article, opener *opening) (err error) {
	for _, a := range batch {
		if err = s.fillArticle(a, opener); err != nil {
			return fmt.Errorf("method %d %s: %w", a.ID, a.Name, err)
		}
	}
	return nil
}

func (s *site) fillArticle(a *article, opener *opening) (err error) {
	m := a.model
	a.Raises = s.raises(m)
	a.ProtocolCount = count(len(a.protocol), "error")
	a.Reads, a.Writes, a.Opaque = tableNames(m.Reads), tableNames(m.Writes), m.Opaque
	a.Keyed = !m.ReadOnly
	shown := a.examples()
	a.AnswerHTML, a.Ran = highlight(shown.answer), shown.ran
	a.Snippets = snippets(m, shown.request, opener)
	a.Body, err = executePage("body", a)
	return err
}

func tableNames(tables []*ir.Table) []tableName {
	var names []tableName
	for _, t := range tables {
		if t != nil {
			names = append(names, tableName{t.Schema + "." + t.Name, oneLine(t.Comment)})
		}
	}
	return names
}

// count returns "1 error", "2 errors".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shownExample is the example that the page shows first.
type shownExample struct{ request, answer, ran string }

const (
	ranText      = "run against PostgreSQL"
	inventedText = "made up, not run"
)

// examples returns the example to show first and keeps the others: the first that
// was run and succeeded, or the one that is made up from the types.
func (a *article) examples() shownExample {
	shown := shownExample{a.Request, a.Answer, inventedText}
	found := false
	for _, t := range a.model.Transcripts {
		request, answer := pretty(t.Request), pretty(t.Answer)
		if t.Error == "" && !found {
			shown, found = shownExample{request, answer, ranText}, true
			continue
		}
		title := first(oneLine(t.Title), "Another example")
		if t.Error != "" {
			title = first(oneLine(t.Title), "When it fails") + ": " + t.Error
		}
		a.More = append(a.More, moreExample{title, ranText, highlight(request), highlight(answer)})
	}
	return shown
}
