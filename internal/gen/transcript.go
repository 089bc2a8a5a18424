package gen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spgen/spgen/internal/ir"
)

// ExamplesFile is the file of transcripts inside the schema directory.
const ExamplesFile = "examples.lock.json"

// maxExamples is the size of the largest file of transcripts that is read.
const maxExamples = 64 << 20

func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- the user's own file
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(f, maxExamples+1))
	if err == nil && len(text) > maxExamples {
		err = fmt.Errorf("it is over %d bytes", maxExamples)
	}
	return text, err
}

// storedMethod is one method of the file.
type storedMethod struct {
	ID          uint32       `json:"id"`
	Name        string       `json:"name"`
	Of          string       `json:"of"` // hash of what the transcripts depend on
	Transcripts []storedCall `json:"transcripts"`
}

// storedCall is one transcript, with a line for each frame.
type storedCall struct {
	Title   string          `json:"title,omitempty"`
	Error   string          `json:"error,omitempty"`
	MadeUp  bool            `json:"made_up,omitempty"`
	Request json.RawMessage `json:"request"`
	Answer  json.RawMessage `json:"answer"`
}

func (m storedMethod) transcripts() []ir.Transcript {
	var all []ir.Transcript
	for _, t := range m.Transcripts {
		all = append(all, ir.Transcript{
			Title: t.Title, Error: t.Error, MadeUp: t.MadeUp, Request: compact(t.Request), Answer: compact(t.Answer),
		})
	}
	return all
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw) // never: it was parsed
	}
	return b.String()
}

// marshal returns the file: a line for each fact and frame, so that diffs are small.
func (x *examples) marshal(model *ir.Model) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\n  \"examples\": 1,\n  \"methods\": [")
	first := true
	for _, m := range model.Methods {
		if len(m.Transcripts) == 0 {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		fmt.Fprintf(&b, "\n    {\n      \"id\": %d,\n      \"name\": %q,\n      \"of\": %q,\n      \"transcripts\": [", m.ID, m.Name, x.of(model, m))
		for i, t := range m.Transcripts {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := appendCall(&b, t); err != nil {
				return nil, err
			}
		}
		b.WriteString("\n      ]\n    }")
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}

func appendCall(b *bytes.Buffer, t ir.Transcript) error {
	const indent = "\n          "
	b.WriteString("\n        {")
	for _, m := range []struct{ key, text string }{{"title", t.Title}, {"error", t.Error}} {
		if m.text == "" {
			continue
		}
		fmt.Fprintf(b, "%s%q: ", indent, m.key)
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		if err := e.Encode(m.text); err != nil {
			return fmt.Errorf("write the transcripts: %w", err)
		}
		b.Truncate(b.Len() - 1) // the line feed
		b.WriteByte(',')
	}
	if t.MadeUp {
		b.WriteString(indent + `"made_up": true,`)
	}
	b.WriteString(indent + `"request": ` + t.Request + "," + indent + `"answer": ` + t.Answer + "\n        }")
	return nil
}

// last returns what the last run left, by method.
func (x *examples) last() (map[uint32]storedMethod, error) {
	all := map[uint32]storedMethod{}
	if x.found == nil {
		return all, nil
	}
	var file struct {
		Examples int            `json:"examples"`
		Methods  []storedMethod `json:"methods"`
	}
	d := json.NewDecoder(bytes.NewReader(x.found))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows its end")
	}
	if file.Examples != 1 {
		return nil, fmt.Errorf("it is of version %d, and this spgen reads version 1", file.Examples)
	}
	for _, m := range file.Methods {
		all[m.ID] = m
	}
	return all, nil
}
