package docs_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tag is a start or end tag of a page.
type tag struct {
	name  string
	close bool
	attrs map[string]string
}

var (
	rawText   = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)
	dataText  = regexp.MustCompile(`(?s)<script type="(application/json|text/plain)" [^>]*>([^<]*)</script>`)
	markup    = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"]*")?)*)\s*>`)
	attribute = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?`)
	comment   = regexp.MustCompile(`<!--.*?-->|<!doctype html>`)
)

// voids are the elements without an end tag that a page uses.
var voids = map[string]bool{"meta": true, "input": true, "br": true, "hr": true}

// tags reads the tags of a page. It knows the form that the templates and
// goldmark write and reports every < outside of it, so that nothing hides.
func tags(t *testing.T, page string) (all []tag) {
	t.Helper()
	rest := dataText.ReplaceAllString(rawText.ReplaceAllString(page, "<$1></$1>"), "")
	rest = comment.ReplaceAllString(rest, "")
	for _, m := range markup.FindAllStringSubmatch(rest, -1) {
		g := tag{name: strings.ToLower(m[2]), close: m[1] == "/", attrs: map[string]string{}}
		for _, a := range attribute.FindAllStringSubmatch(m[3], -1) {
			g.attrs[a[1]] = html.UnescapeString(a[2])
		}
		all = append(all, g)
	}
	if i := strings.IndexByte(markup.ReplaceAllString(rest, ""), '<'); i >= 0 {
		t.Errorf("the page has a < that starts no tag")
	}
	return all
}

// elements are those that a page may have.
var elements = strings.Fields(`html head meta title style script body header footer main nav section article h1 h2 h3 h4
	p a ul ol li dl dt dd div table thead tbody tr th td code pre figure figcaption details summary small b strong em span
	label input blockquote hr br button kbd svg desc g rect path circle text tspan noscript`)

var attributes = strings.Fields(`class id href rel title scope tabindex role hidden lang charset content name type for
	autocomplete autocapitalize spellcheck placeholder aria-label aria-labelledby aria-controls aria-expanded aria-hidden
	aria-autocomplete aria-pressed http-equiv start open data-method data-lang data-pack data-place viewBox x y dy width height d transform cx
	cy r`)

var allowedLink = regexp.MustCompile(`^(#|https?://|mailto:)`)

// checkPage asserts what holds for every page: it is well formed, has only
// harmless elements, loads nothing, and its links lead somewhere.
func checkPage(t *testing.T, content []byte) {
	t.Helper()
	page := string(content)
	all := tags(t, page)
	ids, open := map[string]bool{}, []string{}
	for _, g := range all {
		if !slices.Contains(elements, g.name) {
			t.Errorf("the page has the element %s", g.name)
		}
		for name, value := range g.attrs {
			if !slices.Contains(attributes, name) {
				t.Errorf("%s has the attribute %s=%q", g.name, name, value)
			}
		}
		if id, ok := g.attrs["id"]; ok {
			if ids[id] || id == "" {
				t.Errorf("id %q occurs twice or is empty", id)
			}
			ids[id] = true
		}
		open = nest(t, open, g)
	}
	checkLinks(t, all, ids)
	checkHeadings(t, all)
	checkPolicy(t, page, all)
}

func nest(t *testing.T, open []string, g tag) []string {
	t.Helper()
	switch {
	case voids[g.name]:
	case !g.close:
		return append(open, g.name)
	case len(open) == 0 || open[len(open)-1] != g.name:
		t.Errorf("</%s> closes %v", g.name, open)
	default:
		return open[:len(open)-1]
	}
	return open
}

func checkLinks(t *testing.T, all []tag, ids map[string]bool) {
	t.Helper()
	for _, g := range all {
		if href, ok := g.attrs["href"]; ok {
			if !allowedLink.MatchString(href) && href != "README.md" || g.name != "a" {
				t.Errorf("%s links to %q", g.name, href)
			}
			if name, local := strings.CutPrefix(href, "#"); local && !ids[name] {
				t.Errorf("no element has the id %q", name)
			}
		}
		for _, ref := range []string{"aria-labelledby", "aria-controls", "for"} {
			if id, ok := g.attrs[ref]; ok && !ids[id] {
				t.Errorf("%s=%q names no element", ref, id)
			}
		}
	}
}

// checkHeadings asserts one h1 and no level that is left out inside main.
func checkHeadings(t *testing.T, all []tag) {
	t.Helper()
	level, inMain, ones := 0, false, 0
	for _, g := range all {
		if g.name == "main" {
			inMain = !g.close
		}
		if !inMain || g.close || len(g.name) != 2 || g.name[0] != 'h' || g.name[1] < '1' || g.name[1] > '6' {
			continue
		}
		next := int(g.name[1] - '0')
		if next > level+1 {
			t.Errorf("h%d follows h%d", next, level)
		}
		if level = next; next == 1 {
			ones++
		}
	}
	if ones != 1 {
		t.Errorf("the page has %d h1", ones)
	}
}

// checkPolicy asserts that the policy admits the page's own style and script, by
// their hashes, what its server has beside it, and nothing else.
func checkPolicy(t *testing.T, page string, all []tag) {
	t.Helper()
	i := slices.IndexFunc(all, func(g tag) bool { return g.attrs["http-equiv"] == "Content-Security-Policy" })
	if i < 0 {
		t.Fatal("the page has no policy")
	}
	hashes := map[string]string{}
	for _, m := range rawText.FindAllStringSubmatch(page, -1) {
		sum := sha256.Sum256([]byte(m[2]))
		hashes[m[1]] += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; script-src 'self'" + hashes["script"] + "; style-src 'self'" + hashes["style"] +
		"; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
	if got := all[i].attrs["content"]; got != want {
		t.Errorf("the policy is %q, want %q", got, want)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	page := emit(t, messenger())["index.html"]
	checkPage(t, page)
	for _, want := range []string{
		`id="SignUp"`, `id="10000"`, `href="#SendMessage" rel`, `href="https://example.com/passwords?a=1&amp;b=2"`,
		"Anyone may call it", "role user or admin", "Ends the session", "never used again", "so-so", "char_length(VALUE) &gt;= 3",
	} {
		if !strings.Contains(string(page), want) && !strings.Contains(string(page), strings.TrimSuffix(want, " rel")) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestNamesThatCollide(t *testing.T) {
	t.Parallel()
	m := messenger()
	names := []string{"connect", "types", "error-username_taken", "type-Mood", "10000", "service-auth"}
	for i, method := range m.Methods {
		method.Name = names[i]
	}
	m.Services[0].Name, m.Services[1].Name, m.Services[2].Name = "readme", "Chat", "chat"
	m.Retired[0].ID = 10000
	files := emit(t, m)
	page := files["index.html"]
	checkPage(t, page)
	for _, want := range []string{`<h3 id="connect">`, `<h2 id="connect-2">`, `<li id="10000-3">`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	want := []string{
		"Chat.md", "README.md", "asyncapi.json", "chat-2.md", "console.css", "console.js", "docs_gen.go", "index.html", "llms.txt", "openrpc.json", "readme-2.md", "schemas.json",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("files are %v, want %v", got, want)
	}
}
