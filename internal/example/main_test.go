package example_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/example"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// project is a schema directory and a database with the schema in it.
type project struct {
	*testing.T
	dir, url string
	model    *ir.Model
	manifest *manifest.Manifest
}

// newProject makes one of files; functions is the text of functions/f.sql.
func newProject(t *testing.T, url, manifestText, setup, functions string) *project {
	t.Helper()
	p := &project{T: t, dir: t.TempDir(), url: url}
	p.write("manifest.yaml", manifestText)
	p.write("functions/f.sql", functions)
	if setup != "" {
		p.write("examples.sql", setup)
	}
	p.read()
	return p
}

func (p *project) write(name, text string) {
	p.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.Fatal(err)
	}
}

func (p *project) conn() *pgx.Conn {
	p.Helper()
	conn, err := pgx.Connect(p.Context(), p.url)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// read makes the model. All functions are declared in one file.
func (p *project) read() {
	p.Helper()
	var diags diag.List
	if p.manifest, diags = manifest.Load(filepath.Join(p.dir, manifest.FileName)); diags.HasErrors() {
		p.Fatal(diags.Err())
	}
	cat, err := catalog.Read(p.Context(), p.conn(), "api")
	if err != nil {
		p.Fatal(err)
	}
	sources := map[string]ir.Source{}
	for i := range cat.Routines {
		sources[cat.Routines[i].Identity] = ir.Source{Path: "functions/f.sql"}
	}
	if p.model, diags = ir.BuildFrom(cat, p.manifest, sources); diags.HasErrors() {
		p.Fatal(diags.Err())
	}
}

func (p *project) run() *example.Result {
	p.Helper()
	config, err := pgx.ParseConfig(p.url)
	if err != nil {
		p.Fatal(err)
	}
	runner := example.Runner{Config: config, SchemaDir: p.dir}
	result, err := runner.Run(p.Context(), p.model, p.manifest)
	if err != nil {
		p.Fatal(err)
	}
	return result
}

// found are diagnostics with their file's name alone, a line each.
func found(list diag.List) string {
	var all []string
	for _, d := range list {
		d.Pos.File = filepath.Base(d.Pos.File)
		all = append(all, d.String())
	}
	return strings.Join(all, "\n")
}

// sample is the sample application's schema in a database of its own.
func sample(t *testing.T) *project {
	t.Helper()
	p := &project{T: t, dir: "../../schema", url: pgtest.New(t)}
	if _, err := migrate.Apply(t.Context(), p.conn(), os.DirFS(p.dir), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	p.read()
	return p
}
