package manifest

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spgen/spgen/internal/diag"
)

// document is the file as one mapping.
type document struct {
	root    *node
	partial map[string]bool // sequences that a syntax error left incomplete; "" is any key
}

// parsed is what one piece became.
type parsed struct {
	piece
	node *node
	list diag.List
}

// readDocument parses data. A nil root means that list says why.
func readDocument(path string, data []byte, list *diag.List) document {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if !checkText(path, data, list) {
		return document{}
	}
	pieces := split(blankMarkers(string(data)))
	if !checkPieces(path, pieces, list) {
		return document{}
	}
	doc := document{root: &node{kind: mapping, pos: diag.Pos{File: path, Line: 1, Col: 1}}, partial: map[string]bool{}}
	for _, p := range parsePieces(path, pieces) {
		*list = append(*list, p.list...)
		doc.add(p, list)
	}
	if len(*list) > maxFindings {
		return document{} // not all was read
	}
	return doc
}

// blankMarkers takes away a "---" before the document and a "..." after it.
func blankMarkers(s string) string {
	start := 0
	for l := range strings.Lines(s) {
		if c := content(l); c == "---" {
			s = s[:start] + strings.Replace(l, "---", "#", 1) + s[start+len(l):]
			break
		} else if c != "" {
			break
		}
		start += len(l)
	}
	if body := strings.TrimRight(s, " \n"); strings.HasSuffix(body, "\n...") {
		return strings.TrimSuffix(body, "...")
	}
	return s
}

// parsePieces parses the pieces in their order, several at a time. It stops
// when there are more findings than are shown, which then are the file's first.
func parsePieces(path string, pieces []piece) []parsed {
	out := make([][]parsed, len(pieces))
	next := make(chan int)
	var workers sync.WaitGroup
	var findings atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(pieces)) {
		workers.Go(func() {
			for i := range next {
				out[i] = parsePiece(path, pieces[i])
				for _, p := range out[i] {
					findings.Add(int64(len(p.list)))
				}
			}
		})
	}
	for i := range pieces {
		if findings.Load() > maxFindings {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	return slices.Concat(out...)
}

// parsePiece parses p, and each of its entries alone when they have faults
// together.
func parsePiece(path string, p piece) []parsed {
	r := reader{path: path, line: p.line}
	if strings.HasPrefix(p.text, "---") || strings.HasPrefix(p.text, "...") {
		r.syntax(nil, "a second YAML document; a manifest is one")
		return []parsed{{p, nil, r.list}}
	}
	if n := readFlow(path, p); n != nil {
		return []parsed{{p, n, nil}}
	}
	n := r.read(p.text)
	if p.key == "" || (len(r.list) == 0 && n != nil && n.kind == sequence && len(n.items) == len(p.starts)) {
		return []parsed{{p, n, r.list}}
	}
	if len(p.starts) == 1 {
		return []parsed{p.alone(n, r)}
	}
	var out []parsed
	for i := range p.starts {
		out = append(out, parsePiece(path, p.entry(i))...)
	}
	return out
}

// alone is p, one entry, with its faults. Refused features leave a node.
func (p piece) alone(n *node, r reader) parsed {
	if n != nil && n.kind == sequence && len(n.items) == 1 {
		return parsed{p, n, r.list}
	}
	if len(r.list) == 0 {
		r.syntax(nil, "this entry of `"+p.key+"` cannot be read")
	}
	return parsed{p, nil, r.list}
}

// add puts a piece in its place.
func (doc *document) add(p parsed, list *diag.List) {
	if slices.ContainsFunc(p.list, func(d diag.Diagnostic) bool { return d.Code == "MAN001" }) {
		doc.partial[p.key] = true
	}
	switch {
	case p.key != "":
		section := doc.section(p.piece)
		if p.node != nil {
			section.items = append(section.items, p.node.items...)
		}
	case p.node == nil, p.node.kind == refused:
	case p.node.kind == mapping:
		doc.root.entries = append(doc.root.entries, p.node.entries...)
	default:
		list.Errorf("MAN005", p.node.pos, "%s, where a key and a colon are wanted", p.node.kind).
			Hintf("a manifest begins with `version: 1`")
		doc.partial[""] = true
	}
}

// section returns the sequence that p's entries belong to.
func (doc *document) section(p piece) *node {
	pos := diag.Pos{File: doc.root.pos.File, Line: p.header, Col: 1}
	if n := len(doc.root.entries); n == 0 || doc.root.entries[n-1].pos != pos {
		doc.root.entries = append(doc.root.entries, entry{p.key, pos, &node{kind: sequence, pos: pos}})
	}
	return doc.root.entries[len(doc.root.entries)-1].value
}
