package example

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// places finds where tags stand.
type places struct {
	dir     string
	methods map[uint32]diag.Pos // in the manifest, for what is nowhere else
	files   map[string][]string // lines by path
	seen    map[string]int      // how often a tag of a file was asked for
}

func newPlaces(schemaDir string, m *manifest.Manifest) *places {
	p := &places{dir: schemaDir, methods: map[uint32]diag.Pos{}, files: map[string][]string{}, seen: map[string]int{}}
	for i := range m.Methods {
		p.methods[m.Methods[i].ID] = m.Methods[i].FunctionPos
	}
	return p
}

// of returns where e stands: the line of its tag in the file that declares the
// routine, or else the method in the manifest.
func (p *places) of(m *ir.Method, e ir.Example) diag.Pos {
	if m.Source == "" {
		return p.methods[m.ID]
	}
	path := filepath.Join(p.dir, filepath.FromSlash(m.Source))
	lines, ok := p.files[path]
	if !ok {
		text, _ := os.ReadFile(path) // #nosec G304 -- the user's own schema; what cannot be read has no lines
		lines = strings.Split(string(text), "\n")
		p.files[path] = lines
	}
	tag := strings.ReplaceAll(e.Tag, "'", "''") // in a string of SQL
	key := path + "\x00" + e.Tag
	skip := p.seen[key]
	p.seen[key]++
	for i, line := range lines {
		at := strings.Index(line, e.Tag)
		if at < 0 {
			at = strings.Index(line, tag)
		}
		if at < 0 {
			continue
		}
		if skip == 0 {
			return diag.Pos{File: path, Line: i + 1, Col: len([]rune(line[:at])) + 1}
		}
		skip--
	}
	return p.methods[m.ID]
}
