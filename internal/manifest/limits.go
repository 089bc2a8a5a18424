package manifest

import (
	"fmt"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/diag"
)

// The limits keep a hostile file from exhausting the parser: its stack, and
// the time that it takes for deep nesting and for mappings of many keys.
const (
	maxSize  = 4 << 20 // of the file
	maxPiece = 1 << 20 // of a part that cannot be cut
	maxDepth = 32
	maxKeys  = 1000 // in one mapping
)

// checkText refuses bytes that are not YAML text.
func checkText(path string, data []byte, list *diag.List) bool {
	if len(data) > maxSize {
		list.Errorf("MAN001", diag.Pos{File: path}, "the file has %d bytes, more than %d", len(data), maxSize).
			Hintf("split the API over several schemas")
		return false
	}
	line, col := 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if fault := badRune(r, size); fault != "" {
			list.Errorf("MAN001", diag.Pos{File: path, Line: line, Col: col}, "%s", fault).
				Hintf("save the file as UTF-8 text")
			return false
		}
		i, col = i+size, col+1
		if r == '\n' {
			line, col = line+1, 1
		}
	}
	return true
}

func badRune(r rune, size int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return "the file is not UTF-8"
	case r == '\r':
		return "a carriage return that ends no line"
	case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r == 0x85, r == 0x2028, r == 0x2029, r == 0xfeff:
		return fmt.Sprintf("the character %U is not allowed here", r)
	}
	return ""
}
