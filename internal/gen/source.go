package gen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

// functionsDir is where the schema directory holds routines, one a file.
const functionsDir = "functions"

// declares matches the beginning of a statement that declares a routine, up to
// its arguments. A file is SQL of any form: what it does not match has no place.
var declares = regexp.MustCompile(`(?im)^[ \t\x{FEFF}]*create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+` +
	`((?:"(?:[^"]|"")+"|[\w$\x80-\x{10FFFF}]+)\s*\.\s*(?:"(?:[^"]|"")+"|[\w$\x80-\x{10FFFF}]+))\s*\(`)

// findSources returns which file below schema's functions directory declares a
// routine, by identity. Routines that are overloaded or declared twice are not
// in it.
func findSources(schema string, cat *catalog.Catalog) (map[string]ir.Source, error) {
	sources := map[string]ir.Source{}
	times := map[string]int{}
	root := filepath.Join(schema, functionsDir)
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".sql") {
			return err
		}
		data, err := os.ReadFile(name) // #nosec G304 G122 -- the user's own schema
		if err != nil {
			return err
		}
		for _, at := range declares.FindAllSubmatchIndex(data, -1) {
			named := cat.Named(string(data[at[2]:at[3]]))
			if len(named) != 1 {
				continue
			}
			times[named[0].Identity]++
			relative, err := filepath.Rel(schema, name)
			if err != nil {
				return err
			}
			sources[named[0].Identity] = ir.Source{Path: filepath.ToSlash(relative), Pos: position(name, data, at[0])}
		}
		return nil
	})
	for identity, n := range times {
		if n > 1 {
			delete(sources, identity)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // a project without functions of its own
	}
	return sources, err
}

// position returns the place of the first word after offset.
func position(name string, data []byte, offset int) diag.Pos {
	start := offset + len(data[offset:]) - len(strings.TrimLeft(string(data[offset:]), " \t\r\n"))
	before := string(data[:start])
	line := strings.Count(before, "\n") + 1
	col := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return diag.Pos{File: name, Line: line, Col: col}
}
