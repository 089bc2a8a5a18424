package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/spgen/spgen/internal/diag"
)

// Edit is a set of changes to a manifest's text.
type Edit struct {
	Add     []Method // new entries of `methods`; their places do not matter
	Retire  []uint32 // IDs of methods that move to `retired`
	Repoint []Repoint
}

// Repoint gives a method another function.
type Repoint struct {
	ID       uint32
	Function string
}

// Apply returns the manifest data with the changes made. All else stays as it
// is, byte by byte: comments, blank lines, order, quotes, line ends. It refuses
// a manifest with errors (the error is a [diag.ListError] then), an ID that was
// or may have been used, and a text that cannot be changed without changing more
// than that. The path is for messages.
func (e Edit) Apply(path string, data []byte) ([]byte, error) {
	before, list := Parse(path, data)
	if err := list.Err(); err != nil {
		return nil, err
	}
	if err := e.check(before); err != nil {
		return nil, err
	}
	s := newSheet(path, data)
	for _, step := range []func(*sheet, *Manifest) error{e.repoint, e.add, e.retire} {
		if err := step(s, before); err != nil {
			return nil, err
		}
	}
	out := s.bytes()
	return out, e.verify(path, before, out)
}

// check finds changes that no text would allow.
func (e Edit) check(m *Manifest) error {
	ids := slices.Clone(e.Retire)
	for _, r := range e.Repoint {
		ids = append(ids, r.ID)
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return fmt.Errorf("method %d is to be changed twice", id)
		}
		if m.method(id) < 0 {
			return fmt.Errorf("%s has no method %d", m.Path, id)
		}
	}
	for _, a := range e.Add {
		if err := m.checkNew(a); err != nil {
			return err
		}
	}
	return nil
}

// checkNew refuses the ID of a new method that is, was, or may have been
// another's.
func (m *Manifest) checkNew(a Method) error {
	s, ok := m.Service(a.ID)
	if !ok {
		return fmt.Errorf("the ID %d of %s is in no service's range", a.ID, a.Name)
	}
	if next, ok := m.NextID(s.Name); !ok || a.ID < next {
		return fmt.Errorf("%s cannot have the ID %d: IDs of `%s` are used up to %d, and a gap may be another branch's",
			a.Name, a.ID, s.Name, m.highest(s))
	}
	return nil
}

// method returns the index of the method with an ID, or -1.
func (m *Manifest) method(id uint32) int {
	return slices.IndexFunc(m.Methods, func(x Method) bool { return x.ID == id })
}

// verify holds what was written against what was meant.
func (e Edit) verify(path string, before *Manifest, out []byte) error {
	after, list := Parse(path, out)
	if err := list.Err(); err != nil {
		return fmt.Errorf("the manifest would be wrong afterwards: %w", err)
	}
	want := e.on(before)
	if same(reflect.ValueOf(want), reflect.ValueOf(sorted(*after))) {
		return nil
	}
	return unsafe(path, 0, "the change would show elsewhere, too")
}

// on returns what m is to mean after the change.
func (e Edit) on(m *Manifest) Manifest {
	out := *m
	out.Methods, out.Retired = nil, slices.Clone(m.Retired)
	for _, x := range m.Methods {
		if slices.Contains(e.Retire, x.ID) {
			out.Retired = append(out.Retired, Retired{ID: x.ID, Name: x.Name, Function: x.Function})
			continue
		}
		if i := slices.IndexFunc(e.Repoint, func(r Repoint) bool { return r.ID == x.ID }); i >= 0 {
			x.Function = e.Repoint[i].Function
		}
		out.Methods = append(out.Methods, x)
	}
	for _, x := range e.Add {
		x.Access.Set = true
		out.Methods = append(out.Methods, x)
	}
	return sorted(out)
}

// sorted is m with its methods and graves in the order of their IDs.
func sorted(m Manifest) Manifest {
	m.Methods, m.Retired = slices.Clone(m.Methods), slices.Clone(m.Retired)
	slices.SortStableFunc(m.Methods, func(a, b Method) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(m.Retired, func(a, b Retired) int { return cmp.Compare(a.ID, b.ID) })
	return m
}

var posType = reflect.TypeFor[diag.Pos]()

// same compares all that is exported and no place in the file. An empty list is as good as
// none.
func same(a, b reflect.Value) bool {
	switch {
	case a.Type() == posType || !a.CanInterface():
		return true
	case a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil():
		return same(a.Elem(), b.Elem())
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case a.Kind() == reflect.Slice:
		equal := a.Len() == b.Len()
		for i := 0; equal && i < a.Len(); i++ {
			equal = same(a.Index(i), b.Index(i))
		}
		return equal
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// ErrForm is the cause of a refusal to edit a manifest whose text has a form
// that cannot be changed safely.
var ErrForm = errors.New("cannot be edited safely")

// unsafe refuses the text at a line, from 1, or all of it.
func unsafe(path string, line int, reason string) error {
	return fmt.Errorf("%s %w: %s\nhint: write one entry a line, `  - {id: …, name: …}`, or make the change by hand",
		diag.Pos{File: path, Line: line}, ErrForm, reason)
}
