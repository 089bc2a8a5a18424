package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/version"
)

// cache remembers what the last run made its files from, so that a run on the
// same input checks the files and makes nothing. It is a note of this machine,
// below the project's .spgen: whatever is wrong with it only costs time.
type cache struct {
	path string
	base string // of what there is before a run
	key  string
}

// with completes the key by what a run may change.
func (c *cache) with(transcripts []byte) {
	sum := sha256.Sum256(transcripts)
	c.key = c.base + "-" + hex.EncodeToString(sum[:8])
}

// record is the note.
type record struct {
	Key   string            `json:"key"`
	Files map[string]string `json:"files"` // SHA-256 in hexadecimal, by path below the output directory
}

// newCache returns the cache, below dir, for output that is imported as
// importPath and was made as user from cat and m, which model joins, and from more.
func newCache(dir, importPath, user string, cat *catalog.Catalog, m *manifest.Manifest, model *ir.Model, more []string) *cache {
	h := sha256.New()
	parts := append([]string{version.Program(), importPath, user}, more...)
	for _, method := range model.Methods {
		parts = append(parts, method.Source)
		for _, p := range method.Params {
			parts = append(parts, fmt.Sprint(p.Added))
		}
		for _, c := range method.Columns {
			parts = append(parts, fmt.Sprint(c.Added))
		}
	}
	e := json.NewEncoder(h)
	if errors.Join(e.Encode(parts), e.Encode(m), e.Encode(withRoles(cat, user, m.ServerRole, cat.Schema+"_owner"))) != nil {
		return &cache{} // matches nothing
	}
	name := sha256.Sum256([]byte(importPath))
	return &cache{
		path: filepath.Join(dir, "generate-"+hex.EncodeToString(name[:8])+".json"),
		base: sum(h),
	}
}

// withRoles returns cat with no other roles than those that the run may ask about:
// what else comes and goes in the cluster changes no file.
func withRoles(cat *catalog.Catalog, names ...string) *catalog.Catalog {
	other := func(role string) bool { return !slices.Contains(names, role) }
	c := *cat
	c.Roles = slices.DeleteFunc(slices.Clone(c.Roles), other)
	c.Grants.Superusers = slices.DeleteFunc(slices.Clone(c.Grants.Superusers), other)
	c.Grants.Inherits = maps.Clone(c.Grants.Inherits)
	maps.DeleteFunc(c.Grants.Inherits, func(role string, _ []string) bool { return other(role) })
	return &c
}

// current reports whether the files in w's directory are those that the last
// run on the same input wrote, no more and no less, and counts them in w.
func (c *cache) current(w *writer) bool {
	text, err := os.ReadFile(c.path)
	if err != nil {
		return false
	}
	var r record
	if json.Unmarshal(text, &r) != nil || r.Key != c.key || len(r.Files) == 0 {
		return false
	}
	for name, want := range r.Files {
		if !filepath.IsLocal(name) || sumFile(w.path(name)) != want {
			return false
		}
	}
	probe := writer{dir: w.dir}
	for _, dir := range owned(r.Files) {
		if probe.findStale(dir, func(name string) bool { _, ok := r.Files[name]; return ok }) != nil {
			return false
		}
	}
	if len(probe.removed) > 0 {
		return false
	}
	w.unchanged = len(r.Files)
	return true
}

// keep notes that files were made from the cache's input.
func (c *cache) keep(files map[string][]byte) {
	if c.path == "" {
		return
	}
	r := record{Key: c.key, Files: make(map[string]string, len(files))}
	for name, data := range files {
		s := sha256.Sum256(data)
		r.Files[name] = hex.EncodeToString(s[:])
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return
	}
	if old, err := os.ReadFile(c.path); err == nil && bytes.Equal(old, text) {
		return
	}
	if err := makeData(filepath.Dir(c.path)); err == nil {
		_ = replace(c.path, text) // the next run makes the files again
	}
}

// makeData makes the directory for what is private to this machine, out of
// version control's sight.
func makeData(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { // #nosec G301 -- PostgreSQL's user passes through
		return err
	}
	ignore := filepath.Join(dir, ".gitignore")
	if _, err := os.Stat(ignore); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(ignore, []byte("*\n"), 0o644) // #nosec G306 -- as every file of a project
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// sumFile returns the sum of a file, or "".
func sumFile(path string) string {
	f, err := os.Open(path) // #nosec G304 -- inside the output directory
	if err != nil {
		return ""
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if errors.Join(err, f.Close()) != nil {
		return ""
	}
	return sum(h)
}
