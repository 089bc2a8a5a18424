package ir_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// read makes a database out of sql and reads its schema api.
func read(t *testing.T, sql string) *catalog.Catalog {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app;\n"+sql)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	c, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// top is what each manifest of these tests begins with; text follows on line 6.
const top = `version: 1
schema: api
naming: {function_prefix: fun_, argument_prefix: a_}
services: [{name: one, ids: 1000-1999}]
ignore: ['i_*']
`

// build joins c with a manifest of top and text.
func build(t *testing.T, c *catalog.Catalog, text string) (*ir.Model, diag.List) {
	t.Helper()
	return buildText(t, c, top+text)
}

func buildText(t *testing.T, c *catalog.Catalog, text string) (*ir.Model, diag.List) {
	t.Helper()
	m, diags := manifest.Parse("m.yaml", []byte(text))
	if diags.HasErrors() {
		t.Fatalf("the manifest is faulty:\n%s", list(diags))
	}
	return ir.Build(c, m)
}

// method builds the only method of a manifest, which must be right.
func method(t *testing.T, c *catalog.Catalog, entry string) *ir.Method {
	t.Helper()
	model, diags := build(t, c, "methods:\n  - {id: 1000, name: M, access: public, "+entry+"}\n")
	if len(model.Methods) != 1 {
		t.Fatalf("%d methods:\n%s", len(model.Methods), list(diags))
	}
	return model.Methods[0]
}

func list(l diag.List) string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.String() + "\n    hint: " + d.Hint + "\n")
	}
	return b.String()
}

// findings returns what a list holds of the given severities, a line each:
// "7:5 MAN020 message => hint".
func findings(l diag.List, severities ...diag.Severity) []string {
	var all []string
	for _, d := range l {
		for _, s := range severities {
			if d.Severity == s {
				all = append(all, strings.TrimPrefix(d.Pos.String(), "m.yaml:")+" "+d.Code+" "+d.Message+" => "+d.Hint)
			}
		}
	}
	return all
}
