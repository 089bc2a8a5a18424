package gen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
)

// history is the releases of a schema directory, as bytes.
type history struct {
	dir   string
	names []string // of files, sorted
	texts [][]byte
}

const releaseSuffix = ".json"

// readHistory reads schema/history. Other files than releases' are not looked at.
func readHistory(schemaDir string) (*history, error) {
	h := &history{dir: filepath.Join(schemaDir, contract.HistoryDir)}
	entries, err := os.ReadDir(h.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the releases: %w", err)
	}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, releaseSuffix) && !strings.HasPrefix(name, ".") {
			text, err := os.ReadFile(filepath.Join(h.dir, name)) // #nosec G304 -- the user's own releases
			if err != nil {
				return nil, fmt.Errorf("read the releases: %w", err)
			}
			h.names, h.texts = append(h.names, name), append(h.texts, text)
		}
	}
	return h, nil
}

// Releases returns the versions of the releases of a schema directory, sorted as
// text: as far as they can be read, and without looking into the files.
func Releases(schemaDir string) []string {
	entries, _ := os.ReadDir(filepath.Join(schemaDir, contract.HistoryDir)) // none is fine
	var all []string
	for _, entry := range entries {
		if version, ok := strings.CutSuffix(entry.Name(), releaseSuffix); ok && contract.CheckVersion(version) == nil {
			all = append(all, version)
		}
	}
	return all
}

// digest changes with the releases.
func (h *history) digest() string {
	sum := sha256.New()
	for i, text := range h.texts {
		fmt.Fprintf(sum, "%s %d\n", h.names[i], len(text))
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// parse returns the releases in their order. What is wrong with files is in the
// list.
func (h *history) parse() ([]contract.Release, diag.List) {
	releases := make([]contract.Release, len(h.texts))
	faults := make([]error, len(h.texts))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range h.texts {
		group.Go(func() error {
			r, err := contract.ParseRelease(h.texts[i])
			if err == nil && r.Version+releaseSuffix != h.names[i] {
				err = fmt.Errorf("this is version %s: call the file %s", r.Version, r.Version+releaseSuffix)
			}
			if faults[i] = err; err == nil {
				releases[i] = *r
			}
			return nil
		})
	}
	_ = group.Wait() // faults has them
	var diags diag.List
	for i, err := range faults {
		if err != nil {
			diags.Errorf("LCK003", diag.Pos{File: filepath.Join(h.dir, h.names[i])}, "the release cannot be read: %v", err)
		}
	}
	contract.SortReleases(releases)
	return releases, diags
}

// tell gives the model of in its history.
func (in *input) tell(report *Report) {
	if len(in.history.texts) == 0 {
		return
	}
	releases, diags := in.history.parse()
	if report.Diagnostics = append(report.Diagnostics, diags...); diags.HasErrors() {
		return
	}
	in.model.History = contract.History(releases, in.present(), in.judged)
}

// judged returns changes with the levels that the manifest sets, without those
// of methods that were left out: they were not taken back.
func (in *input) judged(changes []contract.Change) []contract.Change {
	kept, _ := contract.Apply(in.kept(changes), overrides(in.manifest)) // in.judge reports the overrides' faults
	return kept
}

// Release writes the present contract to the releases of schemaDir, as version
// and date. It writes nothing unless the lock is that of the database; the report
// says so. It returns the path, or "" if nothing was written.
func Release(ctx context.Context, conn *pgx.Conn, schemaDir, version, date string) (string, *Report, error) {
	h, err := readHistory(schemaDir)
	if err != nil {
		return "", nil, err
	}
	releases, diags := h.parse()
	if diags.HasErrors() {
		return "", &Report{Diagnostics: diags}, nil
	}
	next := contract.Release{Version: version, Date: date}
	if err := next.CheckNext(releases); err != nil {
		return "", nil, &ReleaseError{err}
	}
	report, err := Compare(ctx, conn, schemaDir)
	if err != nil || report.Lock != LockSame || report.Diagnostics.HasErrors() {
		return "", report, err
	}
	if next.Contract, err = parseLock(schemaDir); err != nil {
		return "", report, err
	}
	if len(releases) > 0 {
		report.Changes = contract.Compare(releases[len(releases)-1].Contract, next.Contract)
	}
	path, err := h.write(&next)
	return path, report, err
}

// ReleaseError is that a version or date cannot be that of the next release.
type ReleaseError struct{ Err error }

func (e *ReleaseError) Error() string { return e.Err.Error() }
func (e *ReleaseError) Unwrap() error { return e.Err }

// write writes a release that is not there.
func (h *history) write(r *contract.Release) (string, error) {
	text, err := r.Marshal()
	if err != nil {
		return "", err
	}
	if again, err := contract.ParseRelease(text); err != nil || again.Version != r.Version {
		return "", fmt.Errorf("write the release: this is a bug in spgen: it cannot read what it writes: %w", err)
	}
	path := filepath.Join(h.dir, r.Version+releaseSuffix)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s exists: releases are never changed", path)
	}
	if err := replace(path, text); err != nil {
		return "", fmt.Errorf("write the release: %w", err)
	}
	return path, nil
}

// Earlier returns the lock of a release, ok is false where there is none of that
// version. Where text is a release's file, it is the lock in it.
func Earlier(schemaDir, version string) (lock []byte, ok bool, err error) {
	if contract.CheckVersion(version) != nil {
		return nil, false, nil
	}
	path := filepath.Join(schemaDir, contract.HistoryDir, version+releaseSuffix)
	text, err := os.ReadFile(path) // #nosec G304 -- a version has no slash
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	lock, err = Lock(text, path)
	return lock, err == nil, err
}

// Lock returns the lock in text, which is one or a release's file.
func Lock(text []byte, path string) ([]byte, error) {
	if !contract.IsRelease(text) {
		return text, nil
	}
	r, err := contract.ParseRelease(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r.Contract.Marshal()
}
