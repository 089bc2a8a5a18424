package pgval_test

import (
	"fmt"

	"github.com/spgen/spgen/rpc/pgval"
)

// An absent parameter takes the database function's default, which differs
// from null.
func ExampleOpt() {
	for _, before := range []pgval.Opt[int64]{{}, pgval.Null[int64](), pgval.Some[int64](7)} {
		params, err := pgval.Marshal(&listParams{Chat: 1, Before: before})
		fmt.Println(string(params), err)
	}
	// Output:
	// {"chat":"1","note":null,"marks":[]} <nil>
	// {"before":null,"chat":"1","note":null,"marks":[]} <nil>
	// {"before":"7","chat":"1","note":null,"marks":[]} <nil>
}

func ExampleUnmarshal() {
	var p point
	fmt.Println(pgval.Unmarshal([]byte(`{"x": 1, "y": "2.50", "ignored": true}`), &p), p.X, p.Y)
	fmt.Println(pgval.Unmarshal([]byte(`{"x": "1"}`), &p))
	// Output:
	// <nil> 1 2.50
	// x: want an integer; y: a value is required
}
