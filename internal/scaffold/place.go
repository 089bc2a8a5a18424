package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Place is a directory with room for a project.
type Place struct {
	Dir  string   // absolute
	Kept []string // files that were there and stay as they are

	exists bool
	parent string // the nearest directory above Dir that exists
}

// welcome are the names that a fresh repository has: they stay. Any extension is
// one of theirs.
var welcome = []string{".git", ".gitignore", ".gitattributes", "README", "LICENSE", "LICENCE", "COPYING"}

func isWelcome(name string) bool {
	bare := strings.TrimSuffix(name, filepath.Ext(name))
	return slices.Contains(welcome, name) || bare != "" && slices.Contains(welcome, bare)
}

// Look reports whether there is room for a project in dir: it is no directory
// yet, or an empty one, or a fresh repository, and no other module is around it.
func Look(dir string) (*Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	p := &Place{Dir: abs}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(abs); err == nil {
			return nil, fmt.Errorf("%s is a link to nothing: remove it, or choose another directory", dir)
		}
	case err != nil:
		return nil, fmt.Errorf("look at the directory: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file: choose another directory", dir)
	default:
		p.exists = true
		if err := p.inspect(dir); err != nil {
			return nil, err
		}
	}
	if p.parent, err = nearest(abs); err != nil {
		return nil, err
	}
	return p, p.alone(dir)
}

// inspect notes what is in the directory, and refuses what is in the way.
func (p *Place) inspect(dir string) error {
	entries, err := os.ReadDir(p.Dir)
	if err != nil {
		return fmt.Errorf("look at the directory: %w", err)
	}
	var inTheWay []string
	for _, e := range entries {
		switch {
		case !isWelcome(e.Name()):
			inTheWay = append(inTheWay, e.Name())
		case !e.IsDir():
			p.Kept = append(p.Kept, e.Name())
		}
	}
	if len(inTheWay) == 0 {
		return nil
	}
	const most = 10
	list := strings.Join(inTheWay[:min(len(inTheWay), most)], ", ")
	if more := len(inTheWay) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Errorf("%s is not empty, there is %s: choose another directory, or move that away", dir, list)
}

// nearest returns the directory at or above dir that exists.
func nearest(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
			return at, nil
		case err == nil:
			return "", fmt.Errorf("%s is a file: choose another directory", at)
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("look above the directory: %w", err)
		case filepath.Dir(at) == at:
			return "", fmt.Errorf("look above the directory: %w", err)
		}
	}
}

// alone refuses a place inside another module or workspace: Go would build the
// project as a part of it, or not at all.
func (p *Place) alone(dir string) error {
	for at := filepath.Dir(p.Dir); ; at = filepath.Dir(at) {
		for _, name := range []string{"go.mod", "go.work"} {
			if info, err := os.Stat(filepath.Join(at, name)); err == nil && !info.IsDir() {
				return fmt.Errorf("%s is inside of another Go project, that of %s: choose a directory outside of %s",
					dir, filepath.Join(at, name), at)
			}
		}
		if filepath.Dir(at) == at {
			return nil
		}
	}
}

// keeps reports whether the file name was there before and stays.
func (p *Place) keeps(name string) bool { return slices.Contains(p.Kept, name) }

// Skipped returns which of files are not written, because they are there already.
func (p *Place) Skipped(files map[string][]byte) []string {
	var all []string
	for _, name := range p.Kept {
		if _, ok := files[name]; ok {
			all = append(all, name)
		}
	}
	return all
}

// topOf returns the first element of a file's path.
func topOf(name string) string {
	top, _, _ := strings.Cut(path.Clean(name), "/")
	return top
}
