package manifest

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

var scalarKinds = map[ast.NodeType]kind{
	ast.NullType: nothing, ast.BoolType: boolean,
	ast.IntegerType: number, ast.FloatType: number, ast.InfinityType: number, ast.NanType: number,
}

var refusals = map[ast.NodeType]string{
	ast.AnchorType:     "an anchor",
	ast.AliasType:      "an alias",
	ast.TagType:        "a tag",
	ast.MergeKeyType:   "a merge key",
	ast.MappingKeyType: "an explicit key",
	ast.DirectiveType:  "a directive",
}

// convert takes what the manifest needs from n.
func (r *reader) convert(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.StringNode:
		return &node{kind: stringKind(n), pos: r.at(n.Token), text: n.Value}
	case *ast.LiteralNode:
		return &node{kind: text, pos: r.at(n.Start), text: n.Value.Value}
	case *ast.SequenceNode:
		return r.sequence(n)
	case *ast.MappingNode:
		return r.mapping(n)
	case *ast.MappingValueNode:
		return r.mapping(&ast.MappingNode{Values: []*ast.MappingValueNode{n}})
	case nil:
		return &node{kind: nothing, pos: r.at(nil)}
	}
	if k, ok := scalarKinds[n.Type()]; ok {
		return &node{kind: k, pos: r.at(n.GetToken()), text: n.GetToken().Value}
	}
	return r.refuse(n)
}

// stringKind is text, or number for digits that the parser found too many.
func stringKind(n *ast.StringNode) kind {
	if _, ok := decimal(n.Value); ok && n.Token.Type == token.StringType {
		return number
	}
	return text
}

func (r *reader) refuse(n ast.Node) *node {
	what, ok := refusals[n.Type()]
	if !ok {
		what = n.Type().YAMLName()
	}
	pos := r.at(n.GetToken())
	r.list.Errorf("MAN036", pos, "%s, which a manifest does not use", what).
		Hintf("write the value itself")
	return &node{kind: refused, pos: pos}
}

func (r *reader) sequence(n *ast.SequenceNode) *node {
	out := &node{kind: sequence, pos: r.at(n.Start), items: make([]*node, len(n.Values))}
	for i, v := range n.Values {
		out.items[i] = r.convert(v)
		if absent(v) && i < len(n.Entries) {
			out.items[i].pos = r.at(n.Entries[i].Start)
		}
	}
	return out
}

func (r *reader) mapping(n *ast.MappingNode) *node {
	out := &node{kind: mapping, entries: make([]entry, 0, len(n.Values))}
	for _, v := range n.Values {
		if _, ok := refusals[v.Key.Type()]; ok {
			r.refuse(v.Key)
			continue
		}
		e := entry{key: keyText(v.Key), pos: r.at(v.Key.GetToken()), value: r.convert(v.Value)}
		if absent(v.Value) {
			e.value.pos = e.pos
		}
		out.entries = append(out.entries, e)
	}
	switch {
	case n.IsFlowStyle || len(n.Values) == 0:
		out.pos = r.at(n.Start)
	default:
		out.pos = r.at(n.Values[0].Key.GetToken())
	}
	return out
}

// absent reports whether n is a value that is not written at all, whose own
// place is somewhere after the dash or the key.
func absent(n ast.Node) bool {
	return n == nil || n.Type() == ast.NullType && n.GetToken().Type == token.ImplicitNullType
}

func keyText(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.GetToken().Value
}
