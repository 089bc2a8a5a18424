package docs_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/spectest"
)

// hostile are texts that try to leave the place where they stand.
var hostile = []string{
	"<script>alert(1)</script>",
	"</style></script></title></pre></code><script src=https://evil.test/x.js></script>",
	"<<b>script>alert(1)<</b>/script>",
	"<img src=x onerror=alert(1)> <svg/onload=alert(1)> <!-- --> <![CDATA[ ]]> <?php ?>",
	"[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](javascript&colon;alert(1)) [d](java\nscript:alert(1)) [e](data:text/html;base64,PHNjcmlwdD4=)",
	"[f](  &#106;avascript:alert(1)) [g](//evil.test/x) [h](/etc/passwd) [i](vbscript:x) [j](#no-such-anchor) <javascript:alert(1)>",
	"![x](https://evil.test/pixel.png) ![y](data:image/png;base64,AAAA) ![z][ref] [ref2][ref]\n\n[ref]: javascript:alert(1)\n",
	"```\nnever closed <script>\n\n# Heading\n",
	"    indented </code></pre><script>\n\n> quote\n> <iframe src=https://evil.test>\n\n# One\n\nTwo\n===\n\n- a\n  - <b>b</b>\n",
	"<div>\n<form action=https://evil.test><input name=x>\n\n</div> --> */ {{.Header}} {{define \"x\"}} `` ` | a | b |\n|---|---|\n| x | y |",
	"\x00\x01\x1b[31m\u202Eevil\u2066 \xff\xfe \"quotes\" 'single' \\ \\` & &lt;script&gt; &amp;lt;",
	"[x]: https://evil.test/\n[README.md]: javascript:alert(1)\n",
	"<a href=\"javascript:alert(1)\" id=\"SignUp\" name=main>x</a>",
	"1. one\n2. two `|` three\n\n*em* **strong** ***both*** _x_ __y__ a_b_c * not - list\n+ plus\n1) paren",
}

// spoilt is the messenger with text in every place that a database or a
// manifest can put it.
func spoilt(text string) *ir.Model {
	m := messenger()
	m.Schema = text
	m.Session[0].Name = text
	m.Settings[0].Name, m.Settings[1].Source = text, text
	for i := range m.Services {
		m.Services[i].Doc = text
	}
	m.Services[2].Name = text
	m.Types = spoiltTypes(text)
	for i := range m.Errors {
		e := &m.Errors[i]
		e.Message, e.Field, e.Constraint = text, text, text
	}
	m.Retired[0].Name, m.Retired[0].Function = text, text
	for _, method := range m.Methods {
		spoil(method, text)
	}
	m.Methods[0].Name = text
	return m
}

func spoiltTypes(text string) []*ir.Type {
	return []*ir.Type{
		{Kind: ir.Enum, Name: text, GoName: "Mood", Comment: text, Labels: []ir.Label{{Value: text}}},
		{Kind: ir.Domain, Name: "app." + text, GoName: "Username", Elem: integer, Comment: text, Checks: []string{text, "CHECK ((" + text}},
		{Kind: ir.Composite, Name: "row." + text, GoName: "Row", Comment: text, Fields: []*ir.Column{{Name: text, Type: jsonb, Doc: text}}},
	}
}

func spoil(m *ir.Method, text string) {
	types := spoiltTypes(text)
	m.Identity, m.Deprecated, m.Since = text, text, text
	m.Doc = ir.Doc{Summary: text, Text: text}
	if len(m.Access.Roles) > 0 {
		m.Access.Roles = []string{text, text}
	}
	for i, p := range m.Params {
		p.Doc, p.Default, p.Type = text, text, types[i%len(types)]
	}
	for i, c := range m.Columns {
		c.Name, c.Doc, c.Type = text+fmt.Sprint(i), text, types[i%len(types)]
	}
	if m.Params != nil {
		m.Params[0].Name = text
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			files := emit(t, spoilt(text))
			checkPage(t, files["index.html"])
			checkOpenRPC(t, files["openrpc.json"])
			checkAsyncAPI(t, files["asyncapi.json"])
			spectest.References(t, files["schemas.json"])
			for name, content := range files {
				if strings.ContainsAny(string(content), "\u202E\u2066\x00\x1b") && strings.HasSuffix(name, "l") {
					t.Errorf("%s holds characters that should be gone", name)
				}
				if strings.HasSuffix(name, ".md") {
					checkMarkdown(t, name, content)
				}
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		method := &ir.Method{ID: 1000, Name: "M", Deprecated: text, Doc: ir.Doc{Text: text}, Shape: ir.Scalar}
		method.Columns = []*ir.Column{{Name: text, Type: spoiltTypes(text)[1], Doc: text}}
		files := emit(t, &ir.Model{Services: []ir.Service{{Name: "s", Methods: []*ir.Method{method}}}, Methods: []*ir.Method{method}})
		checkPage(t, files["index.html"])
		for name, content := range files {
			if strings.HasSuffix(name, ".md") {
				checkMarkdown(t, name, content)
			}
		}
	})
}

var (
	ownAnchor = regexp.MustCompile(`<a id="[A-Za-z0-9_-]+"></a>`)
	anyTag    = regexp.MustCompile(`<(/?[a-zA-Z!?][^>]*)>`)
	safeTag   = regexp.MustCompile(`^/?(p|h[1-6]|ul|ol|ol start="\d+"|li|em|strong|code|code class="language-(json|mermaid)"|pre|blockquote|hr|br|` +
		`table|thead|tbody|tr|th|td|(th|td) style="text-align:right"|a|a href="(https?://|mailto:|[A-Za-z0-9_-]+\.md|openrpc\.json|asyncapi\.json|schemas\.json|llms\.txt)[^"]*")$`)
)

// checkMarkdown renders a file as a permissive reader would, raw HTML and all,
// and asserts that only what the templates write comes out as markup.
func checkMarkdown(t *testing.T, name string, content []byte) {
	t.Helper()
	var b bytes.Buffer
	reader := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := reader.Convert(content, &b); err != nil {
		t.Fatal(err)
	}
	page := ownAnchor.ReplaceAllString(strings.Replace(b.String(), "<!-- Code generated by spgen. DO NOT EDIT. -->", "", 1), "")
	for _, m := range anyTag.FindAllStringSubmatch(page, -1) {
		if !safeTag.MatchString(m[1]) {
			t.Errorf("%s renders <%s>", name, m[1])
		}
	}
	if !strings.Contains(page, "</h1>") || strings.Count(page, "<h1") != 1 {
		t.Errorf("%s has another outline than its template's", name)
	}
}
