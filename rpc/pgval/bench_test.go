package pgval_test

import (
	"testing"

	"github.com/spgen/spgen/rpc/pgval"
)

// BenchmarkMarshal writes and BenchmarkUnmarshal reads small parameters, which
// is what a typed call does.
func BenchmarkMarshal(b *testing.B) {
	params := &listParams{Chat: 12345, Before: pgval.Some[int64](7)}
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = pgval.AppendJSON(buf[:0], params); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	data := []byte(`{"before":"7","chat":"12345","note":null,"marks":[]}`)
	b.ReportAllocs()
	for b.Loop() {
		var params listParams
		if err := pgval.Unmarshal(data, &params); err != nil {
			b.Fatal(err)
		}
	}
}
