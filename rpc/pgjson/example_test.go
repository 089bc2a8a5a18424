package pgjson_test

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

func ExampleAppendJSON() {
	row, err := pgjson.AppendJSON([]byte(`{"total":`), &pgjson.Numeric, []byte{0, 2, 0, 0, 0, 0, 0, 2, 0, 12, 0x13, 0x88})
	fmt.Println(string(append(row, '}')), err)
	// Output: {"total":"12.50"} <nil>
}

func ExampleEncoder_Append() {
	var e pgjson.Encoder
	param, _ := e.Append(nil, &pgjson.Int4, true, "limit", gjson.Parse("20"))
	fmt.Println(param, e.Faults())
	e.Append(nil, &pgjson.Int4, true, "limit", gjson.Parse("1.5"))
	e.Append(nil, &pgjson.Date, true, "since", gjson.Parse(`"2023-02-29"`))
	fmt.Println(e.Faults())
	// Output:
	// [0 0 0 20] []
	// [{limit wrong_type want an integer} {since out_of_range there is no such day}]
}

// A domain's rules are applied before the database is asked.
func ExampleCheck() {
	username := pgjson.Type{Kind: pgjson.KindDomain, Name: "app.username", Elem: &pgjson.Text, Checks: []pgjson.Check{
		{Kind: pgjson.CheckLength, Min: "3", Max: "20"},
		{Kind: pgjson.CheckPattern, Pattern: "^[a-z]+$"},
	}}
	var e pgjson.Encoder
	e.Append(nil, &username, true, "username", gjson.Parse(`"A"`))
	for _, f := range e.Faults() {
		fmt.Println(f.Path, f.Reason, f.Message)
	}
	// Output:
	// username out_of_range want at least 3 and at most 20 characters
	// username invalid want a text that matches ^[a-z]+$
}
