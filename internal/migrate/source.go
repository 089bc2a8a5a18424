package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

const (
	migrationsDir = "migrations"
	functionsDir  = "functions"
)

// source is what a schema directory holds.
type source struct {
	dir        fs.FS
	label      string // the directory's name in messages
	migrations []file // by number, from 1
	functions  []file // by path
}

// file is one SQL file.
type file struct {
	path   string // relative to the schema directory
	text   string // as clean leaves it
	sha256 string // of the text, in hex
}

// name returns the name of a file in messages.
func (s *source) name(p string) string { return path.Join(s.label, p) }

func readSource(dir fs.FS, label string) (*source, error) {
	// a wrong path must not look like a schema whose functions are all gone
	if _, err := fs.Stat(dir, "."); err != nil {
		return nil, fmt.Errorf("open the schema directory %s: %w", label, err)
	}
	s := &source{dir: dir, label: label}
	all, err := readFiles(dir, migrationsDir)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		// tern reads what is deeper as templates that migrations include
		if path.Dir(f.path) == migrationsDir {
			s.migrations = append(s.migrations, f)
		}
	}
	if err := s.numberMigrations(); err != nil {
		return nil, err
	}
	if s.functions, err = readFiles(dir, functionsDir); err != nil {
		return nil, err
	}
	return s, s.checkFunctions()
}

// readFiles returns the SQL files under root by path; no root, no files.
func readFiles(dir fs.FS, root string) ([]file, error) {
	var files []file
	err := fs.WalkDir(dir, root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case p == root && errors.Is(err, fs.ErrNotExist):
			return fs.SkipAll
		case err != nil:
			return err
		case d.IsDir() || path.Ext(p) != ".sql" || strings.HasPrefix(d.Name(), "."):
			return nil
		}
		b, err := fs.ReadFile(dir, p)
		if err != nil {
			return err
		}
		f := file{path: p, text: clean(b)}
		if strings.ContainsRune(f.text, 0) {
			return fmt.Errorf("%s has a NUL character: save it as UTF-8", p)
		}
		f.sha256 = sum(f.text)
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", root, err)
	}
	return files, nil
}

// clean takes out what editors and version control add: a byte order mark, and
// the line ends of Windows.
func clean(b []byte) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n")
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

var migrationName = regexp.MustCompile(`^([0-9]+)_.+\.sql$`)

// numberMigrations sorts the migrations by their numbers, which must be
// 1, 2, 3, … without gaps.
func (s *source) numberMigrations() error {
	var (
		errs   []error
		sorted = make([]file, len(s.migrations))
	)
	for _, f := range s.migrations {
		n, err := migrationNumber(f.path)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", s.name(f.path), err))
		case n > len(sorted):
			errs = append(errs, fmt.Errorf("%s: there are %d migrations, and this one has the number %d: "+
				"number them without gaps", s.name(f.path), len(sorted), n))
		case sorted[n-1].path != "":
			errs = append(errs, fmt.Errorf("%s: %s has the same number: renumber the one that was not applied yet",
				s.name(f.path), path.Base(sorted[n-1].path)))
		default:
			sorted[n-1] = f
		}
	}
	s.migrations = sorted
	return errors.Join(errs...)
}

func migrationNumber(p string) (int, error) {
	m := migrationName.FindStringSubmatch(path.Base(p))
	if m == nil {
		return 0, errors.New("a migration is named like 001_tables.sql: rename it, or move it to a folder to include it from others")
	}
	n, err := strconv.ParseInt(m[1], 10, 32)
	if err != nil || n < 1 {
		return 0, errors.New("migrations are numbered from 1, without gaps: rename it")
	}
	return int(n), nil
}

// Hash returns a fingerprint of the SQL files that Apply reads from dir: equal
// directories have equal hashes. A file that cannot be read counts as its error.
func Hash(dir fs.FS) string {
	h := sha256.New()
	for _, root := range []string{migrationsDir, functionsDir} {
		files, err := readFiles(dir, root)
		if err != nil {
			fmt.Fprintf(h, "%s\x00error %v\n", root, err)
		}
		for _, f := range files {
			fmt.Fprintf(h, "%s\x00%s\n", f.path, f.sha256)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
