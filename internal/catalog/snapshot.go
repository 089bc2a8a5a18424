package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteJSON writes c as indented JSON: equal catalogs give equal bytes.
func (c *Catalog) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("write catalog: %w", err)
	}
	return nil
}

// ReadJSON reads what WriteJSON wrote. Unknown keys, text after the end and
// names of types that the catalog does not hold are errors.
func ReadJSON(r io.Reader) (*Catalog, error) {
	c := &Catalog{}
	if err := decode(r, c); err != nil {
		return nil, fmt.Errorf("read catalog: %w", err)
	}
	if c.Types == nil {
		c.Types = map[string]*Type{}
	}
	for name, t := range c.Types {
		if t == nil {
			return nil, fmt.Errorf("read catalog: type %s is null: write the snapshot again", name)
		}
		t.Name = name
	}
	if err := c.checkTypes(); err != nil {
		return nil, fmt.Errorf("read catalog: %w: write the snapshot again", err)
	}
	return c, nil
}

// decode reads one JSON value and nothing after it.
func decode(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the snapshot's end: remove it")
	}
	return nil
}

// checkTypes reports a reference to a type that is not in c.
func (c *Catalog) checkTypes() error {
	for i := range c.Routines {
		r := &c.Routines[i]
		for _, name := range append(argTypes(r.Args), r.Return) {
			if c.Types[name] == nil {
				return fmt.Errorf("routine %s uses type %q, which is not there", r.Identity, name)
			}
		}
	}
	for _, t := range c.Types {
		for _, name := range t.parts() {
			if c.Types[name] == nil {
				return fmt.Errorf("type %s is made of type %q, which is not there", t.Name, name)
			}
		}
	}
	return nil
}

func argTypes(args []Arg) []string {
	var names []string
	for _, a := range args {
		names = append(names, a.Type)
	}
	return names
}

// parts returns the names of the types that t is made of.
func (t *Type) parts() []string {
	var names []string
	if t.Elem != "" {
		names = append(names, t.Elem)
	}
	for _, f := range t.Fields {
		names = append(names, f.Type)
	}
	return names
}

// oneLetter is a letter of the system catalogs, as text in JSON.
type oneLetter byte

// MarshalText implements encoding.TextMarshaler.
func (l oneLetter) MarshalText() ([]byte, error) { return []byte{byte(l)}, nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *oneLetter) UnmarshalText(text []byte) error {
	b, err := letter(string(text))
	*l = oneLetter(b)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (k RoutineKind) MarshalText() ([]byte, error) { return oneLetter(k).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *RoutineKind) UnmarshalText(text []byte) error { return (*oneLetter)(k).UnmarshalText(text) }

// MarshalText implements encoding.TextMarshaler.
func (m ArgMode) MarshalText() ([]byte, error) { return oneLetter(m).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *ArgMode) UnmarshalText(text []byte) error { return (*oneLetter)(m).UnmarshalText(text) }

// MarshalText implements encoding.TextMarshaler.
func (k TypeKind) MarshalText() ([]byte, error) { return oneLetter(k).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *TypeKind) UnmarshalText(text []byte) error { return (*oneLetter)(k).UnmarshalText(text) }

// plainRoutine and plainConstraint are without methods, or JSON would recurse.
type (
	plainRoutine    Routine
	plainConstraint Constraint
)

type routineJSON struct {
	*plainRoutine
	Volatility oneLetter `json:"volatility"`
	Parallel   oneLetter `json:"parallel"`
}

type constraintJSON struct {
	*plainConstraint
	Kind oneLetter `json:"kind"`
}

// MarshalJSON implements json.Marshaler.
func (r Routine) MarshalJSON() ([]byte, error) {
	return plainJSON(routineJSON{(*plainRoutine)(&r), oneLetter(r.Volatility), oneLetter(r.Parallel)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Routine) UnmarshalJSON(text []byte) error {
	j := routineJSON{plainRoutine: (*plainRoutine)(r)}
	err := decode(bytes.NewReader(text), &j)
	r.Volatility, r.Parallel = byte(j.Volatility), byte(j.Parallel)
	return err
}

// MarshalJSON implements json.Marshaler.
func (c Constraint) MarshalJSON() ([]byte, error) {
	return plainJSON(constraintJSON{(*plainConstraint)(&c), oneLetter(c.Kind)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Constraint) UnmarshalJSON(text []byte) error {
	j := constraintJSON{plainConstraint: (*plainConstraint)(c)}
	err := decode(bytes.NewReader(text), &j)
	c.Kind = byte(j.Kind)
	return err
}

// plainJSON leaves <, > and & as they are; json.Marshal would escape them.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
