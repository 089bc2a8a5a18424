package docs_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// alone is an API of one method.
func alone(m *ir.Method) *ir.Model {
	return &ir.Model{Services: []ir.Service{{Name: "only", Methods: []*ir.Method{m}}}, Methods: []*ir.Method{m}}
}

// between returns what stands between two marks of s.
func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, s, ok := strings.Cut(s, from)
	s, _, ok2 := strings.Cut(s, to)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q", from, to)
	}
	return strings.TrimSpace(s)
}

func TestComment(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, wantHTML, wantMarkdown string }{
		{"emphasis", "*a* **b** snake_case", "<p><em>a</em> <strong>b</strong> snake_case</p>", "*a* **b** snake_case"},
		{"code", "`a < b` and `` ` ``", "<p><code>a &lt; b</code> and <code>`</code></p>", "`a < b` and `` ` ``"},
		{"markup in text", "1 < 2 & 3 > 2 | x", "<p>1 &lt; 2 &amp; 3 &gt; 2 | x</p>", `1 \< 2 \& 3 \> 2 \| x`},
		{"raw HTML is text", "the <id> of it", "<p>the &lt;id&gt; of it</p>", `the \<id\> of it`},
		{"block of HTML is text", "<div>\nx\n</div>", "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>", "\\<div\\>\nx\n\\</div\\>"},
		{"escapes and entities", `\*a\* &amp; &copy;`, "<p>*a* &amp; ©</p>", `\*a\* \& ©`},
		{"heading", "# Note\n\ntext", "<p><strong>Note</strong></p>\n<p>text</p>", "**Note**\n\ntext"},
		{"list", "- a\n- b\n  1. c\n  2. d\n", "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n</li>\n</ul>", "- a\n- b\n\n  1. c\n  2. d"},
		{"fence", "```sql\nselect '```';\n```", "<pre><code class=\"language-sql\">select '```';\n</code></pre>", "````\nselect '```';\n````"},
		{"quote", "> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>", "> a\n> b"},
		{"hard break", "a\\\nb", "<p>a<br>\nb</p>", "a\\\nb"},
		{"line starts", "x\n1986\\. y\n\\- z", "<p>x\n1986. y\n- z</p>", "x\n1986\\. y\n\\- z"},
		{
			"link", "[x](https://a.test/?b&c \"T\")",
			`<p><a href="https://a.test/?b&amp;c" title="T" rel="noopener noreferrer">x</a></p>`, "[x](<https://a.test/?b&c>)",
		},
		{"link to a method", "[x](#M)", `<p><a href="#M">x</a></p>`, "[x](<only.md#M>)"},
		{"link to an ID", "[x](#1000)", `<p><a href="#M">x</a></p>`, "[x](<only.md#M>)"},
		{"link to nothing", "[x](#N)", "<p>x</p>", "x"},
		{"hidden scheme", "[x](javascript&colon;y) [z](jav&#x61;script:y)", "<p>x z</p>", "x z"},
		{"image", "a ![b *c*](https://e.test/x.png) d", "<p>a b <em>c</em> d</p>", "a b *c* d"},
		{
			"bare link", "see https://a.test/x, or b@c.test",
			`<p>see <a href="https://a.test/x">https://a.test/x</a>, or <a href="mailto:b@c.test">b@c.test</a></p>`,
			"see [https://a.test/x](<https://a.test/x>), or [b@c.test](<mailto:b@c.test>)",
		},
		{"controls", "a\x1b[0m\u202Eb", "<p>a\uFFFD[0m\uFFFDb</p>", "a\uFFFD\\[0m\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := emit(t, alone(&ir.Method{ID: 1000, Name: "M", Doc: ir.Doc{Text: tt.in}}))
			if got := between(t, string(files["index.html"]), `<div class="doc">`, `</div>`+"\n<h4"); got != tt.wantHTML {
				t.Errorf("HTML is %q, want %q", got, tt.wantHTML)
			}
			if got := between(t, string(files["only.md"]), "## 1000 M\n", "\n### M: facts"); got != tt.wantMarkdown {
				t.Errorf("Markdown is %q, want %q", got, tt.wantMarkdown)
			}
		})
	}
}
