package review

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/templates"
)

// Versions are two versions of a contract and what differs between them.
type Versions struct {
	OldName, NewName string // "schema/api.lock.json", "the database"
	Old, New         *contract.Contract
	Changes          []contract.Change
}

// pageData is what the template places.
type pageData struct {
	Versions
	Title     string
	Summary   string
	Groups    []*group
	Levels    []level
	Unchanged []string // methods
	Style     template.CSS
	Policy    string
}

// level is a choice of the filter.
type level struct {
	Name  string
	Count int
	Who   string
}

// levels say whom the changes of each level concern, the worst first.
var levels = []struct {
	level contract.Level
	who   string
}{
	{contract.Wire, "clients that run break"},
	{contract.Source, "clients that are compiled anew may not compile"},
	{contract.Dangerous, "clients go on, but may see what they do not expect"},
	{contract.Safe, "no client notices"},
}

var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page.html.tmpl").ParseFS(templates.FS, "review/*.html.tmpl")
})

// Page returns the page. Equal versions give equal bytes.
func Page(v Versions) ([]byte, error) {
	t, err := pageTemplate()
	if err != nil {
		return nil, err
	}
	style, err := style()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(style))
	data := pageData{
		Versions: v, Title: "API changes: " + v.OldName + " and " + v.NewName, Summary: contract.Summary(v.Changes),
		Groups: groups(v), Style: template.CSS(style), // #nosec G203 -- a file of this repository
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
	for _, l := range levels {
		one := level{Name: l.level.String(), Who: l.who}
		for i := range v.Changes {
			if v.Changes[i].Level == l.level {
				one.Count++
			}
		}
		data.Levels = append(data.Levels, one)
	}
	data.Unchanged = unchanged(v)
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("show the changes: %w", err)
	}
	return []byte(clean(b.String())), nil
}

// style is that of the page, in the colours and fonts of the docs.
func style() (string, error) {
	docs, err := templates.FS.ReadFile("docs/page.css")
	if err != nil {
		return "", err
	}
	own, err := templates.FS.ReadFile("review/page.css")
	if err != nil {
		return "", err
	}
	const end = "\n}\n"
	variables, _, _ := strings.Cut(string(docs), end) // the docs' style begins with them
	return variables + end + string(own), nil
}

// unchanged names the methods of both versions without a change of their own.
func unchanged(v Versions) (names []string) {
	changed := map[uint32]bool{}
	for i := range v.Changes {
		changed[v.Changes[i].ID] = true
	}
	for i := range v.New.Methods {
		if m := &v.New.Methods[i]; !changed[m.ID] {
			names = append(names, fmt.Sprintf("%d %s", m.ID, m.Name))
		}
	}
	return names
}

// clean replaces what could make a page look like another one than it is.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return utf8.RuneError
		}
		return r
	}, s)
}
