package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"sync"

	"github.com/spgen/spgen/templates"
)

// pageData is what index.html is made from: the site, and what the page
// carries because nothing may come from outside.
type pageData struct {
	*site
	Comment template.HTML
	Style   template.CSS
	Script  template.JS
	Policy  string
}

var pageTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").ParseFS(templates.FS, "docs/*.html.tmpl")
})

// methodSize is about how many bytes a method takes in the page.
const methodSize = 5 << 10

// renderPage makes index.html.
func renderPage(s *site) ([]byte, error) {
	t, err := pageTemplates()
	if err != nil {
		return nil, err
	}
	style, err := asset("page.css")
	if err != nil {
		return nil, err
	}
	pictures, err := asset("picture.css")
	if err != nil {
		return nil, err
	}
	style = append(style, pictures...)
	script, err := asset("page.js")
	if err != nil {
		return nil, err
	}
	// #nosec G203 -- these are files of this repository
	data := pageData{s, "<!-- " + Header + " -->", template.CSS(style), template.JS(script), policy(style, script)}
	var b bytes.Buffer
	b.Grow(s.Count * methodSize)
	if err := t.ExecuteTemplate(&b, "page", data); err != nil {
		return nil, err
	}
	if isFit(b.Bytes()) {
		return b.Bytes(), nil
	}
	return []byte(clean(b.String())), nil
}

// policy admits this style and this script and nothing else.
func policy(style, script []byte) string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) +
		"; base-uri 'none'; form-action 'none'"
}

// source is the source expression of inline text (CSP Level 3, 2.3.1).
func source(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
