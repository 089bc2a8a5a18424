package arch_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest   = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")
	namedFlag   = regexp.MustCompile("`--([a-z-]+)`")
	suppression = regexp.MustCompile(`#nosec ((?:G\d+ )+)-- \S`)
	unexplained = regexp.MustCompile(`#nosec(?: G\d+)*\s*$`)
	gosecRow    = regexp.MustCompile(`(?m)^\| (G\d+(?:, G\d+)*) \|`)
)

// sources returns the contents of the Go files that people write whose path has
// a suffix, one after the other.
func sources(t *testing.T, suffix, tree string) string {
	t.Helper()
	var all bytes.Buffer
	for path, source := range handWritten(t) {
		if strings.HasSuffix(path, suffix) && strings.HasPrefix(path, tree) {
			all.Write(source)
		}
	}
	return all.String()
}

// TestSecurityDocument holds docs/security.md to what is there: the tests and
// flags that it names, and the rules of gosec that lines of code answer.
func TestSecurityDocument(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	document := string(data)
	tests, flags := sources(t, "_test.go", ""), sources(t, ".go", "app/")+sources(t, ".go", "cmd/")
	named := namedTest.FindAllStringSubmatch(document, -1)
	for _, m := range named {
		if !strings.Contains(tests, "func "+m[1]+"(") {
			t.Errorf("there is no %s", m[1])
		}
	}
	for _, m := range namedFlag.FindAllStringSubmatch(document, -1) {
		if !strings.Contains(flags, `"`+m[1]+`"`) {
			t.Errorf("there is no flag --%s", m[1])
		}
	}
	if len(named) < 20 {
		t.Errorf("it names %d tests only", len(named))
	}
	listed := map[string]bool{}
	for _, m := range gosecRow.FindAllStringSubmatch(document, -1) {
		for rule := range strings.SplitSeq(m[1], ", ") {
			listed[rule] = true
		}
	}
	for path, source := range handWritten(t) {
		for line := range strings.Lines(string(source)) {
			if unexplained.MatchString(line) {
				t.Errorf("%s: #nosec without a rule or a reason: %s", path, line)
			}
			if m := suppression.FindStringSubmatch(line); m != nil {
				for rule := range strings.FieldsSeq(m[1]) {
					if !listed[rule] && rule != "G115" {
						t.Errorf("%s answers %s, which docs/security.md does not list", path, rule)
					}
				}
			}
		}
	}
}
