package manifest

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// nesting follows the tokens of a piece and counts depth and keys, so that the
// recursive parser only sees what it can bear.
type nesting struct {
	flow  []int   // commas of each open flow collection
	block []level // open block collections
	run   int     // openers in a row: dashes, question marks, tags, anchors
}

// level is a block collection: the column of its keys or dashes.
type level struct{ col, keys int }

var openers = map[token.Type]bool{
	token.SequenceEntryType: true, token.MappingKeyType: true,
	token.TagType: true, token.AnchorType: true,
}

// add returns what is wrong with t, or "".
func (n *nesting) add(t *token.Token) string {
	if openers[t.Type] {
		n.run++
	} else {
		n.run = 0
	}
	keys := n.count(t)
	switch {
	case len(n.flow)+len(n.block)+n.run > maxDepth:
		return fmt.Sprintf("nested more than %d levels deep", maxDepth)
	case keys > maxKeys:
		return fmt.Sprintf("more than %d keys in one mapping", maxKeys)
	}
	return ""
}

// count updates the open collections and returns the keys of the innermost.
func (n *nesting) count(t *token.Token) int {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow = append(n.flow, 0)
	case token.SequenceEndType, token.MappingEndType:
		n.flow = n.flow[:max(0, len(n.flow)-1)]
	case token.MappingValueType:
		if len(n.flow) > 0 {
			n.flow[len(n.flow)-1]++
			return n.flow[len(n.flow)-1]
		}
		if t.Prev != nil {
			return n.key(t.Prev.Position.Column)
		}
	case token.SequenceEntryType:
		n.leave(t.Position.Column)
	}
	return 0
}

// key counts a key of the block mapping at col.
func (n *nesting) key(col int) int {
	n.leave(col)
	if last := len(n.block) - 1; last >= 0 && n.block[last].col == col {
		n.block[last].keys++
		return n.block[last].keys
	}
	n.block = append(n.block, level{col, 1})
	return 1
}

// leave closes the block mappings right of col.
func (n *nesting) leave(col int) {
	for len(n.block) > 0 && n.block[len(n.block)-1].col > col {
		n.block = n.block[:len(n.block)-1]
	}
}
