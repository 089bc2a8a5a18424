package catalog_test

import (
	"fmt"
	"os"

	"github.com/spgen/spgen/internal/catalog"
)

// A snapshot stands in for a database, and a routine is found as people write it.
func ExampleCatalog_Find() {
	f, err := os.Open("testdata/nasty.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	c, err := catalog.ReadJSON(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, ok := c.Find("API.atomic(int4, b app.mood)")
	fmt.Println(r.Identity, ok)
	for _, a := range r.Args {
		fmt.Printf("%s %s %q\n", a.Name, a.Type, a.Default)
	}
	// Output:
	// api.atomic(integer,app.mood) true
	// a integer ""
	// b app.mood "'very happy'::app.mood"
}
