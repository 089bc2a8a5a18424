package manifest

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"
)

// add puts the entries of new methods behind those with smaller IDs.
func (e Edit) add(s *sheet, m *Manifest) error {
	if len(e.Add) == 0 {
		return nil
	}
	l, err := s.list("methods", len(m.Methods))
	if err != nil {
		return err
	}
	ids := make([]uint32, len(m.Methods))
	for i, x := range m.Methods {
		ids[i] = x.ID
	}
	added := slices.Clone(e.Add)
	slices.SortStableFunc(added, func(a, b Method) int { return cmp.Compare(a.ID, b.ID) })
	s.open(&l)
	for _, a := range added {
		at, near := s.place(l, ids, a.ID)
		s.insert(at, s.formOf(l, near).write(methodPairs(a))...)
	}
	return nil
}

// retire moves entries from `methods` to `retired`. Their comments go along.
func (e Edit) retire(s *sheet, m *Manifest) error {
	if len(e.Retire) == 0 {
		return nil
	}
	methods, err := s.list("methods", len(m.Methods))
	if err != nil {
		return err
	}
	retired, err := s.list("retired", len(m.Retired))
	if err != nil {
		return err
	}
	ids := make([]uint32, len(m.Retired))
	for i, r := range m.Retired {
		ids[i] = r.ID
	}
	s.open(&retired)
	for _, id := range slices.Sorted(slices.Values(e.Retire)) {
		i := m.method(id)
		comments, err := s.take(methods, i)
		if err != nil {
			return err
		}
		at, near := s.place(retired, ids, id)
		s.insert(at, s.formOf(retired, near).writeWith(comments, retiredPairs(m.Methods[i]))...)
	}
	return nil
}

// repoint replaces the functions of methods where they stand.
func (e Edit) repoint(s *sheet, m *Manifest) error {
	for _, r := range e.Repoint {
		x := m.Methods[m.method(r.ID)]
		l := &s.lines[x.FunctionPos.Line-1]
		runes := []rune(l.text)
		if x.FunctionPos.Col < 1 || x.FunctionPos.Col > len(runes) {
			return unsafe(s.path, x.FunctionPos.Line, "the function is not on this line")
		}
		before, rest := string(runes[:x.FunctionPos.Col-1]), string(runes[x.FunctionPos.Col-1:])
		length := scalarLength(rest, x.Function)
		if length == 0 {
			return unsafe(s.path, x.FunctionPos.Line, "the function is not on one line")
		}
		l.text = before + quoted(r.Function) + rest[length:]
	}
	return nil
}

// scalarLength returns how many bytes of text the value at its beginning takes,
// or 0 when it does not end there.
func scalarLength(text, value string) int {
	quote := text[0]
	if quote != '"' && quote != '\'' {
		if strings.HasPrefix(text, value) {
			return len(value)
		}
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return 0
}

// place returns the line before which the entry of id goes, and the index of
// the entry that it follows, or else precedes; -1 in an empty list.
func (s *sheet) place(l list, ids []uint32, id uint32) (at, near int) {
	near = -1
	for i, other := range ids {
		if other < id && (near < 0 || other >= ids[near]) {
			near = i
		}
	}
	if near >= 0 {
		_, _, tail := s.body(l, near)
		return tail, near
	}
	if l.header < 0 {
		return l.end, near
	}
	if len(ids) > 0 {
		near = 0
	}
	return l.header + 1, near
}

// open makes sure that the list of a key takes entries.
func (s *sheet) open(l *list) {
	if l.header < 0 {
		s.insert(l.end, l.key+":")
		return
	}
	header := &s.lines[l.header]
	header.text = empty.ReplaceAllString(header.text, "$1$2")
}

// comments are those of an entry.
type comments struct {
	lines []string // each on a line of its own
	after string   // behind an entry of one line, with the space before it
}

// take removes entry i and returns its comments.
func (s *sheet) take(l list, i int) (comments, error) {
	start, end, _ := s.body(l, i)
	var text strings.Builder
	for k := start; k < end; k++ {
		text.WriteString(s.at(k))
		s.lines[k].gone = true
	}
	found, err := commentsOf(text.String())
	if err != nil {
		return comments{}, unsafe(s.path, start+1, err.Error())
	}
	if len(found) == 1 && end == start+1 {
		return comments{after: found[0]}, nil
	}
	return comments{lines: found}, nil
}

// commentsOf returns the comments of a text, each from its "#".
func commentsOf(text string) ([]string, error) {
	var (
		s     scanner.Scanner
		found []string
	)
	s.Init(text)
	for {
		tokens, err := s.Scan()
		for _, t := range tokens {
			if t.Type == token.CommentType {
				found = append(found, "#"+strings.TrimRight(t.Value, "\r\n"))
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	for _, comment := range found {
		if !strings.Contains(text, comment) {
			return nil, errors.New("its comments cannot be told apart")
		}
	}
	return found, nil
}
