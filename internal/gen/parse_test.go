package gen_test

import (
	"testing"

	"github.com/spgen/spgen/internal/gen"
)

func TestParse(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{
		"api/a_gen.go": []byte("package api\n\nvar a = 1\n"), "api/b_gen.go": []byte("package api\n\nvar func = 1\n"),
		"docs/c.md": []byte("no Go"), "api/old_gen.go": []byte("is on disk"),
	}
	var report gen.Report
	gen.Parse([]string{"api/a_gen.go", "docs/c.md"}, files, &report)
	if len(report.Diagnostics) > 0 {
		t.Errorf("found %v", report.Diagnostics)
	}
	gen.Parse([]string{"api/a_gen.go", "api/b_gen.go", "docs/c.md"}, files, &report)
	if len(report.Diagnostics) != 1 || report.Diagnostics[0].Code != "GEN002" || !report.Diagnostics.Stops() {
		t.Errorf("found %v, want GEN002 about b_gen.go", report.Diagnostics)
	}
}
