package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/spectest"
)

// TestSample validates the documents of the sample as they are committed, with the
// frames of the examples that were run.
func TestSample(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "generated", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	checkOpenRPC(t, read("openrpc.json"))
	checkAsyncAPI(t, read("asyncapi.json"))
	frames, err := spectest.NewFrames(read("schemas.json"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, name := range []string{"auth.md", "chat.md"} {
		for _, block := range strings.Split(string(read(name)), "```json\n")[1:] {
			request, rest, _ := strings.Cut(block, "\n")
			answer, _, _ := strings.Cut(rest, "\n")
			var head struct {
				Method uint32
				Error  json.RawMessage
			}
			if err := json.Unmarshal([]byte(answer), &head); err != nil {
				t.Fatalf("%s: %v", answer, err)
			}
			c := frames.Connection(t)
			if head.Error == nil {
				c.Sent([]byte(request))
			}
			c.Received([]byte(answer))
			ran++
		}
	}
	if ran < 10 {
		t.Errorf("%d examples only", ran)
	}
}
