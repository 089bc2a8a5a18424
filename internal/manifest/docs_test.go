package manifest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/manifest"
)

// TestReferenceIsComplete: docs/manifest.md names every key, those of the file and
// of methods in a table, and its first example has nothing wrong.
func TestReferenceIsComplete(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/manifest.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for section, keys := range manifest.Keys() {
		for _, key := range keys {
			if !strings.Contains(text, "`"+key+"`") && !strings.Contains(text, "`"+key+": ") {
				t.Errorf("docs/manifest.md does not name `%s` of %q", key, section)
			}
			if (section == "" || section == "methods") && !strings.Contains(text, "\n| `"+key+"` | ") {
				t.Errorf("`%s` of %q is in no table of docs/manifest.md", key, section)
			}
		}
	}
	_, rest, _ := strings.Cut(text, "```yaml\n")
	example, _, ok := strings.Cut(rest, "```\n")
	if _, list := manifest.Parse("manifest.yaml", []byte(example)); !ok || len(list) > 0 {
		t.Errorf("the example: %v", list)
	}
}
