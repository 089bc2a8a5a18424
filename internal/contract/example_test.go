package contract_test

import (
	"fmt"
	"os"

	"github.com/spgen/spgen/internal/contract"
)

func ExampleCompare() {
	old := sample()
	is := sample()
	is.Methods[0].Params[0].Default = "'nobody'::text"
	changes := contract.Compare(old, is)
	os.Stdout.Write(contract.Text(changes, contract.TextOptions{}))
	// Output:
	// SignUp (10000)
	//   source     BRK026  params.username  + 'nobody'::text
	//              param username may be left out now
	//              who       Go code that is compiled anew: the field's type becomes an optional one
	//
	// 1 source break
}

func ExampleParse() {
	locked, err := contract.Parse([]byte(`{"lock": 1, "schema": "api", "services": [], "session": [], "methods": [], "types": [], "errors": [],
  "retired": [{"id": 1000, "name": "Old"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(locked.Retired[0].Name)
	// Output: Old
}
