package pgcall_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/spgen/spgen/rpc"
)

// BenchmarkKeyed compares the same write without a key, with a new key, and with
// one whose call was answered before; 32 calls are in flight.
func BenchmarkKeyed(b *testing.B) {
	s := serve(b, options{conns: 4}, ledgerSQL, ledgerMethods()...)
	s.install()
	var n atomic.Int64
	for _, bench := range []struct {
		name string
		key  func() string
	}{
		{"unkeyed", func() string { return "" }},
		{"keyed", func() string { return "key " + strconv.FormatInt(n.Add(1), 10) }},
		{"replayed", func() string { return "key " + strconv.FormatInt(n.Add(1)%10, 10) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					call := &rpc.Call{Name: "quiet", Params: []byte(`{"n":1}`), Meta: rpc.Meta{Key: bench.key()}}
					if got := <-s.begin(context.Background(), call); got.Err != nil {
						b.Error(got.Err)
					}
				}
			})
		})
	}
}
