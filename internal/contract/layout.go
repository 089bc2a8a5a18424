package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// maxDepth is how deeply a lock nests at most: fields of a type of the types of
// a contract.
const maxDepth = 8

// maxKeys is more than any object of a lock has.
const maxKeys = 64

// keyLetters are what keys are made of.
const keyLetters = "abcdefghijklmnopqrstuvwxyz_"

// node is a JSON value whose members keep their order.
type node struct {
	open    json.Delim // '{', '[' or 0 for a scalar
	scalar  string     // its JSON
	keys    []string   // of an object
	members []node
}

// readNode reads one JSON value. It refuses what encoding/json would let pass:
// keys that occur twice, keys that differ in case, nesting without end, and text
// after the value.
func readNode(data []byte) (node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	n, err := nextNode(d, 0)
	if err == nil {
		if _, after := d.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("there is text after the closing brace")
		}
	}
	if err != nil {
		return node{}, atLine(data, d.InputOffset(), err)
	}
	return n, nil
}

func nextNode(d *json.Decoder, depth int) (node, error) {
	token, err := d.Token()
	if err != nil {
		return node{}, err
	}
	delim, isDelim := token.(json.Delim)
	switch {
	case !isDelim:
		return node{scalar: scalarJSON(token)}, nil
	case depth >= maxDepth:
		return node{}, fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	n := node{open: delim}
	for d.More() {
		if delim == '{' {
			key, err := n.nextKey(d)
			if err != nil {
				return node{}, err
			}
			n.keys = append(n.keys, key)
		}
		member, err := nextNode(d, depth+1)
		if err != nil {
			return node{}, err
		}
		n.members = append(n.members, member)
	}
	_, err = d.Token()
	return n, err
}

func (n *node) nextKey(d *json.Decoder) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	key, _ := token.(string)
	if strings.Trim(key, keyLetters) != "" {
		return "", fmt.Errorf("unknown key %q", key)
	}
	switch {
	case slices.Contains(n.keys, key):
		return "", fmt.Errorf("the key %q is given twice", key)
	case len(n.keys) == maxKeys:
		return "", fmt.Errorf("unknown key %q", key) // no entry has so many
	}
	return key, nil
}

// nodeOf is readNode for JSON that this package wrote: nothing is checked.
func nodeOf(value gjson.Result) node {
	if !value.IsObject() && !value.IsArray() {
		return node{scalar: value.Raw}
	}
	n := node{open: json.Delim(value.Raw[0])}
	value.ForEach(func(key, member gjson.Result) bool {
		if n.open == '{' {
			n.keys = append(n.keys, key.Str)
		}
		n.members = append(n.members, nodeOf(member))
		return true
	})
	return n
}

// scalarJSON writes a scalar as a lock has it: with <, > and & as they are.
func scalarJSON(token json.Token) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(token); err != nil {
		return "null" // no token of a Decoder fails
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// atLine says in which line an error is.
func atLine(data []byte, offset int64, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	before := data[:max(0, min(offset, int64(len(data))))]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
}

// inlineKeys are arrays that stand in one line.
var inlineKeys = map[string]bool{"access": true, "aliases": true, "errors": true}

// append writes n at the given indentation: an object of scalars in one line,
// anything else with one member a line.
func (n *node) append(dst []byte, indent string, inline bool) []byte {
	if n.open == 0 {
		return append(dst, n.scalar...)
	}
	if n.flat() && (inline || n.open == '{' || len(n.members) == 0) {
		return n.appendLine(dst)
	}
	deeper := indent + "  "
	dst = append(dst, byte(n.open), '\n')
	for i := range n.members {
		dst = append(dst, deeper...)
		key := ""
		if n.open == '{' {
			key = n.keys[i]
			dst = append(append(append(dst, '"'), key...), "\": "...) // keys need no escapes
		}
		dst = n.members[i].append(dst, deeper, inlineKeys[key])
		if i < len(n.members)-1 {
			dst = append(dst, ',')
		}
		dst = append(dst, '\n')
	}
	return append(append(dst, indent...), n.closing())
}

func (n *node) appendLine(dst []byte) []byte {
	dst = append(dst, byte(n.open))
	for i := range n.members {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if n.open == '{' {
			dst = append(append(append(dst, '"'), n.keys[i]...), "\": "...)
		}
		dst = append(dst, n.members[i].scalar...)
	}
	return append(dst, n.closing())
}

// flat reports whether all members are scalars.
func (n *node) flat() bool {
	for i := range n.members {
		if n.members[i].open != 0 {
			return false
		}
	}
	return true
}

func (n *node) closing() byte {
	if n.open == '{' {
		return '}'
	}
	return ']'
}
