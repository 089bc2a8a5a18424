package docs

import (
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// field is a parameter or a column.
type field struct {
	Name     string
	Type     typeRef
	Optional bool
	Default  string
	NotNull  bool
	From     string   // filled by the server: where from
	Labels   []string // of an enum
	Checks   []string // of a domain
	Doc      doc
}

// typeRef is a type's name, with the anchor of its description.
type typeRef struct {
	Name   string
	Form   string
	Anchor string // "" for types that need no description
}

// typeView is a named type.
type typeView struct {
	Key     string
	Anchor  string
	Name    string
	Kind    string
	Form    string
	Doc     doc
	Labels  []string
	Base    typeRef
	NotNull bool
	Checks  []string
	Fields  []*field
	Domain  bool
}

func (s *site) addTypes() error {
	for i, t := range s.model.Types {
		if err := s.fillType(s.Types[i], t); err != nil {
			return err
		}
	}
	return nil
}

var kindWords = map[ir.Kind]string{ir.Enum: "Enum", ir.Domain: "Domain", ir.Composite: "Composite"}

func (s *site) fillType(v *typeView, t *ir.Type) (err error) {
	v.Name, v.Kind, v.Form = t.Name, first(kindWords[t.Kind], "Type"), formWords(t)
	v.NotNull, v.Checks, v.Labels = t.NotNull, cleanChecks(t.Checks), labels(t)
	if t.Kind == ir.Domain {
		v.Domain, v.Base = true, s.typeRef(t.Elem)
	}
	if v.Doc, err = s.doc(t.Comment); err != nil {
		return err
	}
	v.Fields, err = s.columns(t.Fields)
	return err
}

// component returns the key of a type that components.schemas holds.
func (s *site) component(t *ir.Type) (key string, ok bool) {
	v, ok := s.named[t.Name]
	if !ok {
		return "", false
	}
	return v.Key, true
}

// typeRef refers to t, and to what it is an array of where that has a name.
func (s *site) typeRef(t *ir.Type) typeRef {
	ref := typeRef{Name: t.Name, Form: formWords(t)}
	for e := t; e != nil && ref.Anchor == ""; e = e.Elem {
		if v, ok := s.named[e.Name]; ok {
			ref.Anchor = v.Anchor
		}
	}
	return ref
}

func (s *site) columns(columns []*ir.Column) ([]*field, error) {
	var fields []*field
	for _, c := range columns {
		f, err := s.field(c.Name, c.Type, c.Doc)
		if err != nil {
			return nil, err
		}
		f.NotNull = notNull(c)
		fields = append(fields, f)
	}
	return fields, nil
}

// params returns what the client sends and what the server fills.
func (s *site) params(params []*ir.Param) (sent, filled []*field, err error) {
	for _, p := range params {
		f, err := s.field(p.Name, p.Type, p.Doc)
		if err != nil {
			return nil, nil, err
		}
		f.Optional, f.Default, f.NotNull = p.Optional, p.Default, p.NotNull || p.Type.NotNull
		if p.Fill != "" {
			f.From = fillWords(p.Fill)
			filled = append(filled, f)
			continue
		}
		sent = append(sent, f)
	}
	return sent, filled, nil
}

func (s *site) field(name string, t *ir.Type, comment string) (*field, error) {
	d, err := s.doc(comment)
	f := &field{Name: name, Type: s.typeRef(t), Doc: d}
	for ; t != nil; t = t.Elem {
		f.Labels = append(f.Labels, labels(t)...)
		f.Checks = append(f.Checks, cleanChecks(t.Checks)...)
	}
	return f, err
}

func labels(t *ir.Type) []string {
	var all []string
	for _, l := range t.Labels {
		all = append(all, l.Value)
	}
	return all
}

// cleanChecks gives conditions as a person would write them.
func cleanChecks(checks []string) []string {
	var all []string
	for _, c := range checks {
		c = strings.TrimPrefix(strings.TrimSpace(c), "CHECK ")
		all = append(all, unparenthesise(c))
	}
	return all
}
