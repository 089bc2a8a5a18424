package lint_test

import (
	"fmt"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/manifest"
)

func ExampleRun() {
	found := lint.Run(lint.Input{
		Catalog: &catalog.Catalog{Schema: "api", Routines: []catalog.Routine{{
			Schema: "api", Name: "fun_login", Identity: "api.fun_login(text)", Kind: catalog.Function, Return: "void",
			Language: "sql", Volatility: 'v', Definer: true, Owner: "owner",
		}}},
		Audit: &catalog.Audit{}, Manifest: &manifest.Manifest{},
	})
	for _, f := range found {
		fmt.Println(f.Key)
		fmt.Println(f.Fix)
	}
	// Output:
	// SEC001 api.fun_login(text)
	// alter function api.fun_login(text) set search_path = pg_catalog, pg_temp;
}
