package manifest

import (
	"fmt"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/diag"
)

// The limits keep a hostile file from exhausting the parser: its stack, and
// the time that it takes for deep nesting and for mappings of many keys.
const (
	maxSize     = 4 << 20 // of the file
	maxPiece    = 1 << 20 // of a part that cannot be cut
	maxDepth    = 32
	maxKeys     = 1000  // in one mapping
	maxEntries  = 65536 // in all lists that are cut
	maxPieces   = maxKeys + maxSize/batchSize
	maxFindings = 1000
)

// checkPieces refuses more top-level keys and entries than the limits allow.
func checkPieces(path string, pieces []piece, list *diag.List) bool {
	keys, entries, header := 0, 0, 0
	for _, p := range pieces {
		if p.key == "" || p.header != header {
			keys, header = keys+1, p.header
		}
		entries += len(p.starts)
		if keys <= maxKeys && entries <= maxEntries {
			continue
		}
		list.Errorf("MAN001", diag.Pos{File: path, Line: p.line + 1, Col: 1},
			"more than %d top-level keys or %d entries", maxKeys, maxEntries).
			Hintf("split the API over several schemas")
		return false
	}
	return true
}

// cut leaves the first findings of a list that is too long to read, and says
// so. The list is sorted.
func cut(list diag.List) diag.List {
	if len(list) <= maxFindings {
		return list
	}
	list = list[:maxFindings:maxFindings]
	list.Errorf("MAN040", list[maxFindings-1].Pos, "more than %d findings; what follows is not shown", maxFindings).
		Hintf("correct these first")
	return list
}

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
