// Package columns says what `spgen generate` would of the rows that several
// benchmarks answer.
package columns

import (
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

var textArray = pgjson.Type{Kind: pgjson.KindArray, Name: "text[]", OID: 1009, Elem: &pgjson.Text}

// User are the columns of baseline.User.
var User = []pgcall.Column{
	{Name: "id", Type: &pgjson.Int8},
	{Name: "name", Type: &pgjson.Text},
	{Name: "email", Type: &pgjson.Text},
	{Name: "created", Type: &pgjson.TimestampTZ},
	{Name: "balance", Type: &pgjson.Numeric},
	{Name: "tags", Type: &textArray},
}
