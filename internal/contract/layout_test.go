package contract_test

import (
	"math/rand/v2"
	"testing"

	"github.com/spgen/spgen/internal/contract"
)

// checkShortcut holds that what is taken without a closer look would be taken
// after one.
func checkShortcut(t *testing.T, data []byte) {
	t.Helper()
	if !contract.WellFormed(data) {
		return
	}
	if err := contract.Readable(data); err != nil {
		t.Errorf("it is well-formed, and reading it says %v:\n%s", err, data)
	}
}

func TestWellFormed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `1`, `{}`, `[]`, `{"a": 1, "a": 2}`, `{"a": {"a": {"a": []}}, "b": [{"a": 1}, {"a": 1}]}`, `{"a": "a", "b": "a"}`, `{"A": 1}`,
		`{"a\u0061": 1}`, `{"a": "\"", "b": "\\", "c": "{"}`, `{"a": ["a", "a", {"a": "a"}, "a"]}`, `{"a": 1} 2`, `{"a": 1,}`, `{"": 1}`,
		`[[[[[[[[]]]]]]]]`, `[[[[[[[[[]]]]]]]]]`, "{\n<<<<<<< x\n}", `{"a": [{"b": 1}], "a": 1}`, `["a", {"b": 1}, "b"]`, `{"a": "b", "b": "c", "b": 1}`,
	} {
		checkShortcut(t, []byte(text))
	}
	whole, err := released(t, "One", "Two").Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if !contract.WellFormed(whole) {
		t.Error("a lock takes the long way")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		data := append([]byte(nil), whole...)
		for range 1 + random.IntN(3) {
			data[random.IntN(len(data))] = `{}[]",:\ax1 `[random.IntN(12)]
		}
		checkShortcut(t, data)
	}
}

func FuzzWellFormed(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": "\u0061"}], "b": {}}`))
	f.Fuzz(checkShortcut)
}
