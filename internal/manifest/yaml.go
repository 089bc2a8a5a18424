package manifest

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"

	"github.com/spgen/spgen/internal/diag"
)

// reader turns one piece of the file into nodes.
type reader struct {
	path string
	line int // lines before the piece
	list diag.List
}

// read parses the piece. A nil node means that list says why, or that the
// piece holds nothing.
func (r *reader) read(source string) (n *node) {
	defer func() {
		if fault := recover(); fault != nil {
			r.syntax(nil, fmt.Sprintf("the YAML parser gave up: %v", fault))
			n = nil
		}
	}()
	if len(source) > maxPiece {
		r.syntax(nil, fmt.Sprintf("a value of %d bytes, more than %d", len(source), maxPiece))
		return nil
	}
	tokens := r.tokens(source)
	if len(tokens) == 0 || len(r.list) > 0 {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.parseError(err)
		return nil
	}
	return r.document(file)
}

func (r *reader) document(file *ast.File) *node {
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case body != nil:
			r.syntax(doc.Body.GetToken(), "a second YAML document; a manifest is one")
			return nil
		default:
			body = doc.Body
		}
	}
	if body == nil {
		return nil
	}
	return r.convert(body)
}

// tokens scans source and checks the limits.
func (r *reader) tokens(source string) token.Tokens {
	var s scanner.Scanner
	s.Init(source)
	var tokens token.Tokens
	for {
		more, err := s.Scan()
		tokens.Add(more...)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.scanError(tokens, err)
			return nil
		}
	}
	var depth nesting
	kept := tokens[:0:0]
	for _, t := range tokens {
		if fault := depth.add(t); fault != "" {
			r.syntax(t, fault)
			return nil
		}
		if t.Type == token.InvalidType {
			r.syntax(t, t.Error)
			return nil
		}
		if t.Type != token.CommentType {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return tokens
}

func (r *reader) scanError(tokens token.Tokens, err error) {
	if t := tokens.InvalidToken(); t != nil {
		r.syntax(t, t.Error)
		return
	}
	r.syntax(nil, err.Error())
}

func (r *reader) parseError(err error) {
	var fault yaml.Error
	if errors.As(err, &fault) {
		r.syntax(fault.GetToken(), fault.GetMessage())
		return
	}
	r.syntax(nil, err.Error())
}

// syntax adds a syntax error at t, or at the piece's first line.
func (r *reader) syntax(t *token.Token, message string) {
	message, _, _ = strings.Cut(message, "\n")
	r.list.Errorf("MAN001", r.at(t), "%s", message)
}

// at returns the place of t in the file.
func (r *reader) at(t *token.Token) diag.Pos {
	if t == nil || t.Position == nil {
		return diag.Pos{File: r.path, Line: r.line + 1, Col: 1}
	}
	return diag.Pos{File: r.path, Line: r.line + max(1, t.Position.Line), Col: max(1, t.Position.Column)}
}
