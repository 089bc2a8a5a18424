package example

import (
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/rpc"
)

// APIOf is what examples call of m.
func APIOf(m *ir.Model) *rpc.API { return apiOf(m, types{}) }

// Kinds are the runtime's kinds that types have.
var Kinds = kinds

// Stable returns the result that two results of m have in common, and what was in
// another order.
func Stable(m *ir.Method, first, second string) (result string, unordered []string) {
	frame := func(result string) outcome {
		return outcome{answer: []byte(`{"seq":1,"method":1000,"result":` + result + `}`)}
	}
	answer, unordered := stable(m, frame(first), frame(second))
	return gjson.GetBytes(answer, "result").Raw, unordered
}

// StableError is Stable for errors.
func StableError(first, second string) string {
	frame := func(e string) outcome {
		return outcome{answer: []byte(`{"seq":1,"method":1000,"error":` + e + `}`), err: &rpc.Error{Code: 1}}
	}
	answer, _ := stable(&ir.Method{}, frame(first), frame(second))
	return gjson.GetBytes(answer, "error").Raw
}

// EndsTransaction is endsTransaction.
var EndsTransaction = endsTransaction
