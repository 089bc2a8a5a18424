package gen

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// Examples are what calls of the methods were answered, by method, and what there
// is to say of them.
type Examples struct {
	Transcripts map[uint32][]ir.Transcript
	Diagnostics diag.List
	Hints       diag.List // for who asks why a method has no transcript
}

// RunExamples runs the examples of a model. It is not part of this package, which
// knows nothing of the runtime: see ADR 17.
type RunExamples func(ctx context.Context, model *ir.Model, m *manifest.Manifest) (*Examples, error)

// examples are the transcripts that the files are made with.
type examples struct {
	path   string
	found  []byte // the file of the last run, or nil
	text   []byte // that it is to be; nil: as it is
	state  LockState
	diags  diag.List
	hints  diag.List
	setup  string // hash of what all of them depend on
	bodies map[string]string
}

// readExamples reads what the last run has left.
func (in *input) readExamples() *examples {
	x := &examples{path: filepath.Join(in.schemaDir, ExamplesFile), state: LockSame, bodies: map[string]string{}}
	found, err := readLimited(x.path)
	switch {
	case err == nil:
		x.found = found
	case !errors.Is(err, fs.ErrNotExist):
		x.diags.Errorf("EXA010", diag.Pos{File: x.path}, "the transcripts of the last run cannot be read: %v", err)
	}
	setup, _ := os.ReadFile(filepath.Join(in.schemaDir, filepath.FromSlash(in.manifest.Examples.Setup))) // who runs it says what is wrong
	session := make([]string, 0, len(in.manifest.Examples.Session))
	for _, v := range in.manifest.Examples.Session {
		session = append(session, v.Name, v.JSON)
	}
	x.setup = digest(append(session, string(setup)))
	for i := range in.catalog.Routines {
		x.bodies[in.catalog.Routines[i].Identity] = in.catalog.Routines[i].Body
	}
	return x
}

// of returns the hash of what the transcripts of m depend on.
func (x *examples) of(model *ir.Model, m *ir.Method) string {
	parts := []string{x.setup, fmt.Sprint(m.ID), m.Name, m.Fingerprint, x.bodies[m.Identity], m.Access.String(), m.Session, fmt.Sprint(m.Shape, m.Set)}
	for _, e := range m.Examples {
		parts = append(parts, e.Error, e.Params, e.Title)
	}
	for _, p := range m.Params {
		parts = append(parts, p.Name, p.Type.Name, p.Fill, fmt.Sprint(p.Optional, p.NotNull))
	}
	for _, c := range m.Columns {
		parts = append(parts, c.Name, c.Type.Name, fmt.Sprint(c.NotNull))
	}
	for _, e := range model.Errors {
		parts = append(parts, fmt.Sprint(e))
	}
	return digest(parts)
}

func digest(parts []string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// perform gives the methods of the model their transcripts: of a run now, or of the
// last one.
func (x *examples) perform(ctx context.Context, in *input, o Options) error {
	if x.diags.HasErrors() {
		return nil
	}
	if o.RunExamples == nil {
		x.keep(in.model)
		return nil
	}
	ran, err := o.RunExamples(ctx, in.model, in.manifest)
	if err != nil {
		return err
	}
	x.diags, x.hints = append(x.diags, ran.Diagnostics...), ran.Hints
	if x.diags.HasErrors() {
		return nil
	}
	for _, m := range in.model.Methods {
		m.Transcripts = ran.Transcripts[m.ID]
	}
	text, err := x.marshal(in.model)
	if err != nil {
		return err
	}
	switch {
	case len(in.model.LeftOut) > 0: // those of the methods that were left out were not taken back
	case bytes.Equal(text, x.found):
	case x.found == nil && len(ran.Transcripts) == 0:
	case x.found == nil:
		x.state, x.text = LockNew, text
	default:
		x.state, x.text = LockChanged, text
		x.compare(in, o.Check)
	}
	return nil
}

// keep gives the methods that have not changed the transcripts of the last run.
func (x *examples) keep(model *ir.Model) {
	last, err := x.last()
	if err != nil {
		x.diags.Errorf("EXA010", diag.Pos{File: x.path}, "the transcripts of the last run cannot be read: %v", err).
			Hintf("restore the file from git, or remove it and run `spgen generate` with a private PostgreSQL")
		return
	}
	var old []string
	for _, m := range model.Methods {
		one, ok := last[m.ID]
		if ok && one.Of == x.of(model, m) {
			m.Transcripts = one.transcripts()
		} else if ok || len(m.Examples) > 0 {
			old = append(old, m.Name)
		}
	}
	if len(old) > 0 {
		x.diags.Notef("EXA011", diag.Pos{}, "the docs show no real calls of %s: they changed since examples were run", enumeration(old)).
			Hintf("run `spgen generate` with a private PostgreSQL; --run-examples runs them in this database, in transactions that are rolled back")
	}
}

// enumeration is at most five of names, and how many more there are.
func enumeration(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// compare says what differs from the last run, where nothing is written that would
// show it.
func (x *examples) compare(in *input, check bool) {
	last, err := x.last()
	if !check || err != nil {
		return
	}
	places := Places(in.manifest)
	for _, m := range in.model.Methods {
		var before []ir.Transcript
		if one, ok := last[m.ID]; ok {
			before = one.transcripts()
		}
		if call, was, is := differing(before, m.Transcripts); call != "" {
			x.diags.Warnf("EXA012", places[m.ID], "the examples of %s are stale: %s\nwas %s\nis  %s", m.Name, call, was, is).
				About(m.Identity).Hintf("if that is meant, run `spgen generate` and commit the result")
		}
	}
}

// differing returns the first call that differs, and what was and is answered.
func differing(before, after []ir.Transcript) (call, was, is string) {
	for i := range max(len(before), len(after)) {
		switch {
		case i >= len(before):
			return around(after[i].Request, ""), "not shown", "shown"
		case i >= len(after):
			return around(before[i].Request, ""), "shown", "not shown"
		case before[i].Request != after[i].Request:
			return "another call", around(before[i].Request, after[i].Request), around(after[i].Request, before[i].Request)
		case before[i].Answer != after[i].Answer:
			return around(after[i].Request, ""), around(before[i].Answer, after[i].Answer), around(after[i].Answer, before[i].Answer)
		case before[i] != after[i]:
			return around(after[i].Request, ""), fmt.Sprintf("%q", before[i].Title), fmt.Sprintf("%q", after[i].Title)
		}
	}
	return "", "", ""
}

// around returns s where it begins to differ from other, as much as a message has
// room for.
func around(s, other string) string {
	const before, most = 60, 240
	a, b := []rune(s), []rune(other)
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	from, head, tail := 0, "", ""
	if same > before && len(a) > most {
		from, head = same-before, "…"
	}
	to := len(a)
	if to > from+most {
		to, tail = from+most, "…"
	}
	return head + string(a[from:to]) + tail
}

// tell puts what was found into report.
func (x *examples) tell(report *Report) {
	report.Examples, report.Hints = x.state, x.hints
	report.Diagnostics = append(report.Diagnostics, x.diags...)
	report.Diagnostics.Sort()
}

// write writes the transcripts when they are others.
func (x *examples) write() error {
	if x.text == nil {
		return nil
	}
	if err := replace(x.path, x.text); err != nil {
		return fmt.Errorf("write the transcripts: %w", err)
	}
	return nil
}

// current is the file as it is after the run.
func (x *examples) current() []byte {
	if x.text != nil {
		return x.text
	}
	return x.found
}

// sums are the hashes of what the cache must know of examples besides the file: of
// all SQL where they are run.
func (x *examples) sums(schemaDir string, runs bool) []string {
	sums := []string{x.setup, fmt.Sprint(runs)}
	if !runs {
		return sums
	}
	for _, dir := range []string{"migrations", functionsDir} {
		_ = filepath.WalkDir(filepath.Join(schemaDir, dir), func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				sums = append(sums, name, sumFile(name))
			}
			return nil // what cannot be read is another problem's
		})
	}
	return sums
}
