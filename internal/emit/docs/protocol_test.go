package docs_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
)

// errorRow is a row of the table of docs/protocol.md, "Errors".
var errorRow = regexp.MustCompile("(?m)^\\| (-\\d+) \\| `(\\w+)` \\| .* \\| (yes|with `data.keyed`)? ?\\|$")

// declared is a code of rpc, and what names it.
var (
	declaredCode = regexp.MustCompile(`(?m)^\t(Code\w+) +Code = (-\d+)$`)
	declaredName = regexp.MustCompile(`(?m)^\t(Code\w+): +"(\w+)",$`)
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestProtocolErrors holds that generated pages, docs/protocol.md and the runtime
// have the same errors.
func TestProtocolErrors(t *testing.T) {
	t.Parallel()
	type entry struct {
		name      string
		retryable bool
	}
	shown := map[int]entry{}
	for _, e := range docs.ProtocolErrors {
		shown[int(e.Code)] = entry{e.Name, e.Retryable}
	}
	written := map[int]entry{}
	for _, row := range errorRow.FindAllStringSubmatch(readFile(t, "../../../docs/protocol.md"), -1) {
		code, _ := strconv.Atoi(row[1])
		written[code] = entry{row[2], row[3] == "yes"}
	}
	source := readFile(t, "../../../rpc/code.go")
	names := map[string]string{}
	for _, m := range declaredName.FindAllStringSubmatch(source, -1) {
		names[m[1]] = m[2]
	}
	runtime := map[int]string{}
	for _, m := range declaredCode.FindAllStringSubmatch(source, -1) {
		code, _ := strconv.Atoi(m[2])
		runtime[code] = names[m[1]]
	}
	if len(written) < 19 || len(runtime) != len(written) || len(shown) != len(written) {
		t.Errorf("%d errors in docs/protocol.md, %d in rpc, %d on pages", len(written), len(runtime), len(shown))
	}
	for code, want := range written {
		if shown[code] != want {
			t.Errorf("%d is %v in docs/protocol.md and %v on pages", code, want, shown[code])
		}
		if runtime[code] != want.name {
			t.Errorf("%d is %s in docs/protocol.md and %q in rpc", code, want.name, runtime[code])
		}
	}
}
