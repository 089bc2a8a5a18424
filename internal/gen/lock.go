package gen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// LockState is how schema/api.lock.json stands to the present contract.
type LockState uint8

// The states.
const (
	LockUnknown LockState = iota // methods were left out, or the run stopped before
	LockSame
	LockChanged
	LockNew // there was none
)

// Compare reports how the contract of the database and the manifest differs
// from the locked one. It writes nothing.
func Compare(ctx context.Context, conn *pgx.Conn, schemaDir string) (*Report, error) {
	return compare(ctx, conn, schemaDir, (*input).lock)
}

// CompareWith is Compare with an earlier lock, called name, in place of the one
// in schemaDir.
func CompareWith(ctx context.Context, conn *pgx.Conn, schemaDir string, earlier []byte, name string) (*Report, error) {
	return compare(ctx, conn, schemaDir, func(in *input) (*lock, error) {
		l, err := in.lock()
		if err != nil {
			return nil, err
		}
		l = &lock{path: name, state: l.state}
		in.locked = func() (*contract.Contract, error) { return contract.Parse(earlier) }
		in.judge(l, in.present())
		return l, nil
	})
}

func compare(ctx context.Context, conn *pgx.Conn, schemaDir string, with func(*input) (*lock, error)) (*Report, error) {
	began := time.Now()
	report := &Report{}
	in, err := read(ctx, conn, schemaDir, report)
	if in != nil && err == nil && onlyUnmapped(report.Diagnostics) {
		in.mark(false)
		var l *lock
		l, err = with(in)
		l.tell(report)
	}
	report.Elapsed = time.Since(began)
	return report, err
}

// onlyUnmapped reports whether nothing but functions without a method keeps the
// contract from being judged. They are no part of it.
func onlyUnmapped(found diag.List) bool {
	return !slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return d.Severity == diag.Error && !d.Confined && d.Code != "MAN022"
	})
}

// lock is how the lock stands, and the text that it is to have.
type lock struct {
	path    string
	text    []byte // nil: as it is
	state   LockState
	changes []contract.Change
	old     *contract.Contract // that changes are from; nil where there is none
	present *contract.Contract
	diags   diag.List
}

// tell puts what was found into report.
func (l *lock) tell(report *Report) {
	if l == nil {
		return
	}
	report.Lock, report.Changes, report.Old, report.Present = l.state, l.changes, l.old, l.present
	report.Diagnostics = append(report.Diagnostics, l.diags...)
	report.Diagnostics.Sort()
}

// write writes the lock when it is another.
func (l *lock) write() error {
	if l.text == nil {
		return nil
	}
	if err := replace(l.path, l.text); err != nil {
		return fmt.Errorf("write the lock: %w", err)
	}
	return nil
}

// lock compares the locked contract with the present one. The lock stays as it
// is while methods are left out: they were not taken back.
func (in *input) lock() (*lock, error) {
	l := &lock{path: filepath.Join(in.schemaDir, contract.LockFile)}
	present := in.present()
	l.present = present
	text, err := present.Marshal()
	if err != nil {
		return nil, err
	}
	found, err := os.ReadFile(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.state, l.text = LockNew, text
	case err != nil:
		return nil, fmt.Errorf("read the lock: %w", err)
	case bytes.Equal(found, text):
		l.state, l.old = LockSame, present
	default:
		l.state, l.text = LockChanged, text
		in.judge(l, present)
	}
	if len(in.model.LeftOut) > 0 {
		l.state, l.text = LockUnknown, nil
	}
	return l, nil
}

// contract returns that of the model.
func (in *input) contract() *contract.Contract {
	c := contract.Of(in.model)
	c.Complete(in.catalog)
	return c
}

// kept returns changes without those of methods that were left out: they were not
// taken back.
func (in *input) kept(changes []contract.Change) []contract.Change {
	return slices.DeleteFunc(changes, func(c contract.Change) bool {
		return slices.ContainsFunc(in.model.LeftOut, func(m ir.LeftOut) bool { return m.ID == c.ID })
	})
}

// parseLock reads the contract in the lock.
func parseLock(schemaDir string) (*contract.Contract, error) {
	text, err := os.ReadFile(filepath.Join(schemaDir, contract.LockFile)) // #nosec G304 -- the user's own lock
	if err != nil {
		return nil, err
	}
	return contract.Parse(text)
}

// judge fills in what changed since the lock was written.
func (in *input) judge(l *lock, present *contract.Contract) {
	locked, err := in.locked()
	if errors.Is(err, contract.ErrVersion) {
		l.diags.Errorf("LCK002", diag.Pos{File: l.path}, "%v", err)
		return
	}
	if err != nil {
		l.diags.Errorf("LCK001", diag.Pos{File: l.path}, "the lock cannot be read: %v", err)
		return
	}
	l.old, l.present = locked, present
	var problems diag.List
	l.changes, problems = contract.Apply(in.kept(contract.Compare(locked, present)), overrides(in.manifest))
	l.diags = append(l.diags, errorsOf(problems)...)
}

// Breaking compares two locks as their bytes and applies the manifest's
// overrides. What is wrong with the overrides, or with either lock, is in the
// report.
func Breaking(old, present []byte, oldName, presentName string, m *manifest.Manifest) *Report {
	report := &Report{Lock: LockSame, Places: Places(m)}
	parse := func(text []byte, name string) *contract.Contract {
		c, err := contract.Parse(text)
		if err != nil {
			report.Diagnostics.Errorf("LCK001", diag.Pos{File: name}, "the lock cannot be read: %v", err)
		}
		return c
	}
	before, after := parse(old, oldName), parse(present, presentName)
	if report.Diagnostics.HasErrors() {
		return report
	}
	report.Old, report.Present = before, after
	report.Changes, report.Diagnostics = contract.Apply(contract.Compare(before, after), overrides(m))
	return report
}

// errorsOf leaves out that an override is not needed: against the lock, most
// are not.
func errorsOf(problems diag.List) diag.List {
	var errs diag.List
	for _, p := range problems {
		if p.Severity == diag.Error {
			errs = append(errs, p)
		}
	}
	return errs
}

// overrides are those of the manifest. One with a fault has no level, and the
// loader has reported it.
func overrides(m *manifest.Manifest) []contract.Override {
	var all []contract.Override
	for _, o := range m.Overrides {
		if level, err := contract.ParseLevel(o.Level); err == nil {
			all = append(all, contract.Override{Pos: o.Pos, Rule: o.Rule, Level: level, Reason: o.Reason, Method: o.Method})
		}
	}
	return all
}

// Places returns where the manifest has each method, by ID.
func Places(m *manifest.Manifest) map[uint32]diag.Pos {
	places := make(map[uint32]diag.Pos, len(m.Methods)+len(m.Retired))
	for i := range m.Retired {
		places[m.Retired[i].ID] = m.Retired[i].Pos
	}
	for i := range m.Methods {
		places[m.Methods[i].ID] = m.Methods[i].Pos
	}
	return places
}
