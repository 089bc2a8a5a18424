package gen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/emit/golang"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/project"
)

// Options say what to generate from and to.
type Options struct {
	SchemaDir string // holds manifest.yaml
	OutDir    string // inside a Go module
	DataDir   string // keeps notes that spare work; "" is .spgen of that module
	Check     bool   // write nothing, only say what would change
	Settle    bool   // every database has what the lock marks as added

	RunExamples RunExamples // nil: the transcripts of the last run are kept
	Volatile    bool        // what RunExamples answers may change without the schema: nothing is remembered
}

// Report is what a run did, or would do under Check. Paths are relative to
// Options.OutDir, sorted.
type Report struct {
	Lock        LockState
	Places      map[uint32]diag.Pos // of methods in the manifest, by ID
	Changes     []contract.Change   // from the locked contract to the present one, with the manifest's overrides
	Old         *contract.Contract  // the locked one; nil where there is none that can be read
	Present     *contract.Contract  // nil where it was not looked at
	Written     []string
	Removed     []string
	Unchanged   int
	Methods     int
	LeftOut     []ir.LeftOut // methods that have errors of their own; all else was written
	Diagnostics diag.List    // where they stop the run, nothing was written
	Hints       diag.List    // why methods have no transcript
	Examples    LockState    // of schema/examples.lock.json
	Elapsed     time.Duration
}

// Stale reports whether files differ from what the database and the manifest say.
func (r *Report) Stale() bool {
	changed := func(s LockState) bool { return s == LockChanged || s == LockNew }
	return len(r.Written)+len(r.Removed) > 0 || changed(r.Lock) || changed(r.Examples)
}

// Run generates from the database behind conn. What is wrong with the
// database's or the manifest's contents is in the report; the error is for what
// kept it from looking.
func Run(ctx context.Context, conn *pgx.Conn, o Options) (*Report, error) {
	began := time.Now()
	report := &Report{}
	err := run(ctx, conn, o, report)
	report.Elapsed = time.Since(began)
	return report, err
}

func run(ctx context.Context, conn *pgx.Conn, o Options, report *Report) error {
	in, err := read(ctx, conn, o.SchemaDir, report)
	if err != nil || in == nil || report.Diagnostics.Stops() {
		return err
	}
	in.mark(o.Settle)
	if err := in.locate(o, conn.Config().User); err != nil {
		return err
	}
	locking := start(in.lock)
	w := writer{dir: o.OutDir, dry: o.Check}
	var files map[string][]byte
	made := !in.cache.current(&w)
	clean := true
	if made {
		before := len(report.Diagnostics)
		files, err = build(ctx, conn, in, o, report)
		clean = len(report.Diagnostics) == before
	}
	lock, lockErr := locking()
	lock.tell(report)
	if err := errors.Join(err, lockErr); err != nil || report.Diagnostics.Stops() {
		return err
	}
	if made {
		if err := w.look(files); err != nil {
			return err
		}
		if parse(w.written, files, report); report.Diagnostics.Stops() {
			return nil
		}
		if err := w.sync(files); err != nil {
			return err
		}
	}
	report.Written, report.Removed, report.Unchanged = w.written, w.removed, w.unchanged
	if o.Check {
		return nil
	}
	if made && clean {
		in.cache.with(in.examples.current())
		in.cache.keep(files)
	}
	return errors.Join(in.examples.write(), lock.write())
}

// start runs f and returns what waits for it.
func start[T any](f func() (T, error)) (wait func() (T, error)) {
	var (
		value   T
		err     error
		running sync.WaitGroup
	)
	running.Go(func() { value, err = f() })
	return func() (T, error) {
		running.Wait()
		return value, err
	}
}

// input is what files are made from.
type input struct {
	schemaDir  string
	importPath string // of the output directory
	catalog    *catalog.Catalog
	manifest   *manifest.Manifest
	model      *ir.Model
	cache      *cache
	examples   *examples
	locked     func() (*contract.Contract, error) // the contract in the lock
	present    func() *contract.Contract          // that of the model
	history    *history
}

// locate finds the module that the output belongs to.
func (in *input) locate(o Options, user string) error {
	module, err := project.Find(o.OutDir)
	if err != nil {
		return err
	}
	if in.importPath, err = module.ImportPath(o.OutDir); err != nil {
		return err
	}
	if in.history, err = readHistory(o.SchemaDir); err != nil {
		return err
	}
	in.examples = in.readExamples()
	if o.Volatile {
		in.cache = &cache{} // matches nothing
		return nil
	}
	in.cache = newCache(cmp.Or(o.DataDir, module.Data()), in.importPath, user, in.catalog, in.manifest, in.model,
		append(in.examples.sums(in.schemaDir, o.RunExamples != nil), in.history.digest()))
	in.cache.with(in.examples.found)
	return nil
}

// read returns the input, or nil where the manifest says too little. Errors are in
// report.
func read(ctx context.Context, conn *pgx.Conn, schemaDir string, report *Report) (*input, error) {
	locked := start(func() (*contract.Contract, error) { return parseLock(schemaDir) })
	m, diags := manifest.Load(filepath.Join(schemaDir, manifest.FileName))
	report.Diagnostics = diags
	if m.Schema == "" && diags.HasErrors() {
		return nil, nil
	}
	cat, err := catalog.Read(ctx, conn, m.Schema)
	if err != nil {
		return nil, fmt.Errorf("introspect: %w", err)
	}
	sources, err := findSources(schemaDir, cat)
	if err != nil {
		return nil, fmt.Errorf("look for declarations: %w", err)
	}
	model, found := ir.BuildFrom(cat, m, sources)
	report.Diagnostics = append(report.Diagnostics, found...)
	report.Diagnostics.Sort()
	report.Methods, report.LeftOut, report.Places = len(model.Methods), model.LeftOut, Places(m)
	in := &input{schemaDir: schemaDir, catalog: cat, manifest: m, model: model, locked: locked}
	in.present = sync.OnceValue(in.contract)
	return in, nil
}

// build returns every file, or diagnostics in report. While PostgreSQL prepares
// the calls and runs the examples, the files are made; docs wait for the examples.
func build(ctx context.Context, conn *pgx.Conn, in *input, o Options, report *Report) (map[string][]byte, error) {
	checking := start(func() (diag.List, error) { return selfCheck(ctx, conn, in.model, in.manifest), nil })
	in.tell(report)
	performing := start(func() (struct{}, error) { return struct{}{}, in.examples.perform(ctx, in, o) })
	files, err := emit(in.model, in.importPath, func() error { _, err := performing(); return err }, report)
	found, _ := checking()
	report.Diagnostics = append(report.Diagnostics, found...)
	in.examples.tell(report)
	return files, err
}

// emit makes the files; those of the docs when performed returns.
func emit(model *ir.Model, importPath string, performed func() error, report *Report) (map[string][]byte, error) {
	drawing := start(func() (map[string][]byte, error) {
		if err := performed(); err != nil {
			return nil, err
		}
		pages, err := docs.Emit(model)
		if err != nil {
			return nil, fmt.Errorf("emit docs: %w", err)
		}
		return pages, nil
	})
	files, err := golang.Emit(model, importPath)
	pages, docsErr := drawing()
	var format *golang.FormatError
	if errors.As(err, &format) {
		report.malformed(format)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("emit go: %w", err)
	}
	if docsErr != nil {
		return nil, docsErr
	}
	for _, name := range sortedKeys(pages) {
		files["docs/"+name] = pages[name]
	}
	return files, nil
}

// keep writes source to a temporary file and returns its path.
func keep(source []byte) string {
	f, err := os.CreateTemp("", "spgen-*.go.txt")
	if err != nil {
		return "a temporary file that could not be made: " + err.Error()
	}
	_, err = f.Write(source)
	if err := errors.Join(err, f.Close()); err != nil {
		return "a temporary file that could not be written: " + err.Error()
	}
	return f.Name()
}
