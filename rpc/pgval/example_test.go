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

// A multirange is a slice of ranges.
func ExampleRangeOf() {
	ranges := []pgval.Range[int32]{pgval.Between[int32](1, 5), {Empty: true}, {}}
	data, err := pgval.AppendValue(nil, &ranges, func(c *pgval.Coder, v *[]pgval.Range[int32]) {
		pgval.Slice(c, v, func(c *pgval.Coder, v *pgval.Range[int32]) {
			pgval.RangeOf(c, v, (*pgval.Coder).Int4)
		})
	})
	fmt.Println(string(data), err)
	// Output: [{"lower":1,"upper":5,"bounds":"[)"},{"empty":true},{"lower":null,"upper":null,"bounds":"()"}] <nil>
}

func ExampleParseInterval() {
	i, err := pgval.ParseInterval("P1Y2M-3DT90M")
	fmt.Println(i.Months, i.Days, i.Micros, i, err)
	// Output: 14 -3 5400000000 P1Y2M-3DT1H30M <nil>
}
