package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"

	"github.com/spgen/spgen/templates"
)

// pageData is what index.html is made from: the site, what only the page says
// of it, and what the page carries because nothing may come from outside.
type pageData struct {
	*site
	Comment        template.HTML
	Console        template.HTML // where a server puts its own console
	Style          template.CSS
	Script         template.JS
	Policy         string
	Parts          []*part
	Kinds          []kind
	Faults         []fault
	ProtocolFaults []fault
	History        []release
	Index          template.JS
	Packs          []template.HTML
	Folded         bool // the contents show names of services only
}

// part is a service as the page shows it.
type part struct {
	*service
	Articles []*article
}

var pageTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").ParseFS(templates.FS, "docs/*.html.tmpl")
})

// styles and scripts are the files that the page's style and script are made of.
var (
	styles  = []string{"page.css", "page_method.css", "picture.css", "page_media.css"}
	scripts = []string{"page.js", "page_search.js", "page_pack.js", "page_contents.js"}
)

// unfolded is how many methods the contents list at most without folding.
const unfolded = 80

// renderPage makes index.html.
func renderPage(s *site) ([]byte, error) {
	t, err := pageTemplates()
	if err != nil {
		return nil, err
	}
	style, err := joined(styles, "", "")
	if err != nil {
		return nil, err
	}
	script, err := joined(scripts, "(() => {\n\"use strict\";\n", "})();\n")
	if err != nil {
		return nil, err
	}
	// #nosec G203 -- these are files of this repository
	data := pageData{
		site: s, Comment: "<!-- " + Header + " -->", Console: "<!-- console -->", Style: template.CSS(style), Script: template.JS(script),
		Policy: policy(style, script), Folded: s.Count > unfolded, Kinds: s.kindsOf(), History: s.history(),
	}
	if data.Parts, err = s.parts(); err != nil {
		return nil, err
	}
	if data.Packs, err = pack(data.Parts); err != nil {
		return nil, err
	}
	data.Faults, data.ProtocolFaults = s.faults(data.Parts)
	if data.Index, err = s.searchIndex(data.Parts); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "page", data); err != nil {
		return nil, err
	}
	if isFit(b.Bytes()) {
		return b.Bytes(), nil
	}
	return []byte(clean(b.String())), nil
}

// joined returns files of templates/docs as one, between before and after.
func joined(names []string, before, after string) ([]byte, error) {
	var b strings.Builder
	b.WriteString(before)
	for _, name := range names {
		file, err := asset(name)
		if err != nil {
			return nil, err
		}
		b.Write(file)
	}
	b.WriteString(after)
	return []byte(b.String()), nil
}

// policy admits this style and this script, and what the server that serves the
// page has beside it: the console, and the socket.
func policy(style, script []byte) string {
	return "default-src 'none'; script-src 'self' " + source(script) + "; style-src 'self' " + source(style) +
		"; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
}

// source is the source expression of inline text (CSP Level 3, 2.3.1).
func source(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
