package manifest

import "github.com/spgen/spgen/internal/diag"

// kind is what a node of the file is.
type kind uint8

const (
	nothing kind = iota // null, ~, or no value at all
	boolean
	number // written as a number; text is how
	text
	mapping
	sequence
	refused // a fault that was reported already
)

var kindNames = [...]string{
	nothing: "nothing", boolean: "a boolean", number: "a number", text: "text",
	mapping: "a mapping", sequence: "a list", refused: "a fault",
}

func (k kind) String() string { return kindNames[k] }

// node is a value of the file.
type node struct {
	kind    kind
	pos     diag.Pos
	text    string // of a scalar
	entries []entry
	items   []*node
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	pos   diag.Pos
	value *node
}

// find returns the entry of a key.
func (n *node) find(key string) (entry, bool) { return find(n.entries, key) }

func find(entries []entry, key string) (entry, bool) {
	for _, e := range entries {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}
