package manifest

import (
	"io"
	"os"

	"github.com/spgen/spgen/internal/diag"
)

// Load reads the manifest at path. See Parse.
func Load(path string) (*Manifest, diag.List) {
	data, err := readFile(path)
	if err != nil {
		var list diag.List
		list.Errorf("MAN038", diag.Pos{File: path}, "%v", err).Hintf("run `spgen init` to write a first manifest")
		return &Manifest{Path: path}, list
	}
	return Parse(path, data)
}

// readFile reads at most one byte more than a manifest may have.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) // #nosec G304 -- the user's own manifest
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// Parse reads a manifest and reports everything that is wrong with it, sorted
// by place; of more than a thousand findings the first. The path is for messages. The manifest is never nil; when the list
// has errors it holds what could be read, and faulty values are zero.
func Parse(path string, data []byte) (*Manifest, diag.List) {
	m := &Manifest{Path: path}
	var list diag.List
	d := &decoder{list: &list, doc: readDocument(path, data, &list)}
	if d.doc.root == nil {
		list.Sort()
		return m, cut(list)
	}
	decode(d, d.doc.root, "the manifest", fileFields, m)
	c := checker{decoder: d, m: m}
	c.services()
	c.settings()
	c.methods()
	c.authorize()
	c.errors()
	c.examples()
	list.Sort()
	return m, cut(list)
}
