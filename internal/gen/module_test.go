package gen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/spgen/spgen/internal/gen"
)

// kitchenDir has a schema with everything that emitted code has a form for.
const kitchenDir = "../emit/golang/testdata/kitchen"

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// requireRuntime makes the module depend on this one, where it lies.
func (w *work) requireRuntime(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	own, err := modfile.Parse("go.mod", []byte(read(t, filepath.Join(root, "go.mod"))), nil)
	if err != nil {
		t.Fatal(err)
	}
	var mod strings.Builder
	mod.WriteString("module example.com/other\n\ngo 1.26\n\n")
	mod.WriteString("require github.com/spgen/spgen v0.0.0\n\nreplace github.com/spgen/spgen => " + modfile.AutoQuote(root) + "\n")
	for _, r := range own.Require {
		mod.WriteString("\nrequire " + r.Mod.Path + " " + r.Mod.Version + " // indirect\n")
	}
	w.write("go.mod", mod.String())
	w.write("go.sum", read(t, filepath.Join(root, "go.sum")))
}

// vet vets packages of the module, without a network.
func (w *work) vet(t *testing.T, packages ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"vet"}, packages...)...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}

// use is a program of the other module that names what was generated for it.
const use = `package main

import (
	"context"
	"fmt"

	"example.com/other/internal/gen/api"
	"example.com/other/internal/gen/apiclient"
	"example.com/other/internal/gen/docs"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
)

func main() {
	var methods []rpc.Method = api.API.Methods
	var option client.Option
	c, err := apiclient.Dial(context.Background(), "ws://127.0.0.1:1/ws", option)
	if err == nil {
		_, err = c.Price(context.Background(), apiclient.PriceParams{})
	}
	fmt.Println(methods, docs.FS, api.SizeS, err)
}
`

func TestAnotherModule(t *testing.T) {
	t.Parallel()
	w := newWork(t, smallSQL, smallManifest)
	w.requireRuntime(t)
	w.write("main.go", use)
	report := w.run(func(o *gen.Options) {
		o.SchemaDir, o.OutDir = w.path("schema"), w.path("internal/gen")
	})
	if len(report.Written) == 0 {
		t.Fatal("nothing was written")
	}
	w.vet(t, ".", "./internal/gen/...")
}

// TestKitchen has PostgreSQL prepare every form of call.
func TestKitchen(t *testing.T) {
	t.Parallel()
	w := newWork(t, read(t, filepath.Join(kitchenDir, "schema.sql")), read(t, filepath.Join(kitchenDir, "manifest.yaml")))
	w.run()
	for name, f := range w.files() {
		if strings.HasPrefix(name, "api") && f.data != read(t, filepath.Join(kitchenDir, name)) {
			t.Errorf("%s is not the golden file of emit/golang", name)
		}
	}
}

func TestSmallManifests(t *testing.T) {
	t.Parallel()
	const f = "create schema shop; create function shop.f() returns integer language sql as 'select 1';"
	for _, test := range []struct{ name, sql, manifest string }{
		{"no method", "create schema shop", "version: 1\nschema: shop\n"},
		{"a service without methods", f, `version: 1
schema: shop
services:
  - {name: api, ids: 1000-1999}
  - {name: later, ids: 2000-2999}
methods:
  - {id: 1000, name: F, function: shop.f(), access: public}
`},
		{"session without errors", f, `version: 1
schema: shop
services: [{name: types, ids: 1000-1999}]
session: {user_id: bigint}
methods:
  - {id: 1000, name: F, function: shop.f(), access: session}
retired:
  - {id: 1001, name: G, function: shop.g()}
`},
		{"errors without session", f, `version: 1
schema: shop
services: [{name: f, ids: 1000-1999}]
methods:
  - {id: 1000, name: F, function: shop.f(), access: public}
errors:
  - {code: 1, name: bad, sqlstate: SP001}
`},
		{"everything ignored", f, "version: 1\nschema: shop\nignore: ['*']\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWork(t, test.sql, test.manifest)
			w.requireRuntime(t)
			w.run()
			w.vet(t, "./out/...")
		})
	}
}

func TestQuotedSchema(t *testing.T) {
	t.Parallel()
	w := newWork(t, `create schema "My ""Shop"; create function "My ""Shop"."f"(a_x integer) returns integer language sql as 'select 1'`,
		`version: 1
schema: 'My "Shop'
services: [{name: s, ids: 1000-1999}]
methods:
  - {id: 1000, name: F, function: '"My ""Shop".f(integer)', access: public}
`)
	w.run()
	if source := w.files()["api/s_gen.go"].data; !strings.Contains(source, "`select \"My \"\"Shop\".\"f\"(`") {
		t.Errorf("no call in:\n%s", source)
	}
}
