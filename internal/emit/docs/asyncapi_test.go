package docs_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/spectest"
)

// checkAsyncAPI validates a document against the meta-schema, its examples against
// their payloads, and that every reference leads somewhere.
func checkAsyncAPI(t *testing.T, document []byte) {
	t.Helper()
	spectest.AsyncAPI(t, document)
	var d struct {
		Operations map[string]struct {
			Action   string
			Messages []struct {
				Ref string `json:"$ref"`
			}
			Reply struct {
				Messages []struct {
					Ref string `json:"$ref"`
				}
			}
		}
		Components struct {
			Messages map[string]struct {
				Examples []struct{ Payload json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	schemas := spectest.NewSchemas(t, document, spectest.Drafts["draft 7"])
	for key, m := range d.Components.Messages {
		s, err := schemas.At("/components/messages/" + key + "/payload")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, e := range m.Examples {
			if err := s.Validate(spectest.Decode(t, e.Payload)); err != nil {
				t.Errorf("an example of %s: %v", key, err)
			}
		}
	}
	tree := spectest.Decode(t, document)
	for key, op := range d.Operations {
		if op.Action != "receive" {
			t.Errorf("%s: the server does not %s requests", key, op.Action)
		}
		for _, m := range append(op.Messages, op.Reply.Messages...) {
			if _, ok := spectest.Resolve(tree, m.Ref).(map[string]any)["$ref"]; !ok {
				t.Errorf("%s: the channel has no message %s", key, m.Ref)
			}
		}
	}
	spectest.References(t, document)
}

func TestAsyncAPI(t *testing.T) {
	t.Parallel()
	checkAsyncAPI(t, emit(t, messenger())["asyncapi.json"])
	checkAsyncAPI(t, emit(t, told())["asyncapi.json"])
}

// closeRow is a row of the table of docs/protocol.md, "Closing".
var closeRow = regexp.MustCompile(`(?m)^\| (\d{4}) \| .* \| (.*?) ?\|$`)

// TestCloseCodes holds that documents and docs/protocol.md have the same codes.
func TestCloseCodes(t *testing.T) {
	t.Parallel()
	written := map[int]string{}
	for _, row := range closeRow.FindAllStringSubmatch(readFile(t, "../../../docs/protocol.md"), -1) {
		code, _ := strconv.Atoi(row[1])
		written[code] = row[2]
	}
	if len(written) < 13 || len(docs.CloseCodes) != len(written) {
		t.Errorf("%d codes in docs/protocol.md, %d in documents", len(written), len(docs.CloseCodes))
	}
	for _, c := range docs.CloseCodes {
		if then, ok := written[c.Code]; !ok || then != c.Clients {
			t.Errorf("%d: clients should %q in docs/protocol.md and %q in documents", c.Code, then, c.Clients)
		}
	}
}
