package docs_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// spoiltRich is spoilt with what the page alone shows, and n more methods.
func spoiltRich(t *testing.T, text string, n int) *ir.Model {
	t.Helper()
	m := spoilt(text)
	frame, err := json.Marshal(map[string]any{"method": 1, "params": map[string]any{text: text, "__proto__": []any{text, nil, 1e300}}})
	if err != nil {
		t.Fatal(err)
	}
	table := &ir.Table{Schema: text, Name: text, Comment: text, Columns: []ir.TableColumn{{Name: text, Type: text}}}
	m.Tables = []*ir.Table{table}
	m.History = []ir.Release{{Version: text, Date: text, Changes: []ir.Change{{Level: text, ID: 10000, Method: text, Text: text}, {Level: "safe", Method: text, Text: text}}}}
	for _, method := range m.Methods {
		method.Reads, method.Writes, method.Opaque = m.Tables, m.Tables, []string{text}
		method.Raises = []ir.Raise{{Error: &m.Errors[0], Why: []string{text}}, {Protocol: "raised", SQLState: text, Cause: text, Why: []string{text}}}
		method.Transcripts = []ir.Transcript{{Title: text, Request: text, Answer: text}, {Title: text, Request: string(frame), Answer: string(frame), Error: text}}
	}
	m.Methods[2].Transcripts = m.Methods[2].Transcripts[1:]
	m.Methods[2].Transcripts[0].Error = ""
	for i := range n {
		more := *m.Methods[2]
		more.ID = uint32(21000 + i) //nolint:gosec // small
		m.Services[1].Methods, m.Methods = append(m.Services[1].Methods, &more), append(m.Methods, &more)
	}
	return m
}

// TestHostilePage holds that text of strangers is harmless in what only the page shows.
func TestHostilePage(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			page := pageOf(t, spoiltRich(t, text, 0))
			checkPage(t, page)
			checkCharacters(t, page)
		})
	}
}

// TestHostilePackedPage holds the same of a packed page, with all those texts in one.
func TestHostilePackedPage(t *testing.T) {
	t.Parallel()
	packed := pageOf(t, spoiltRich(t, strings.Join(hostile, "\n\n"), 4))
	if !bytes.Contains(packed, []byte(`class="pack"`)) {
		t.Fatal("the page is not packed")
	}
	checkPage(t, packed)
	whole := unpack(t, packed)
	checkPage(t, whole)
	checkCharacters(t, whole)
	if !strings.Contains(string(whole), "run against PostgreSQL") {
		t.Error("the unpacked page has no examples")
	}
}

// TestHostileMarkdown holds that tables, examples and history are harmless in Markdown, too.
func TestHostileMarkdown(t *testing.T) {
	t.Parallel()
	for name, content := range emit(t, spoiltRich(t, strings.Join(hostile, "\n\n"), 0)) {
		if strings.HasSuffix(name, ".md") {
			checkMarkdown(t, name, content)
		}
	}
}

func checkCharacters(t *testing.T, page []byte) {
	t.Helper()
	if bytes.ContainsAny(page, "\u202E\u2066\x00\x1b") {
		t.Error("the page holds characters that should be gone")
	}
}
