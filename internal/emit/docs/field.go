package docs

import (
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// field is a parameter or a column.
type field struct {
	*values
	Name     string
	Optional bool
	Default  string
	From     string   // filled by the server: where from
	Null     string   // why it is never null, or ""
	Aliases  []string // former names that are still taken
	Doc      doc
}

// values are what a field of some type may hold.
type values struct {
	Type    typeRef
	NotNull bool
	Labels  []string    // of an enum
	Checks  []condition // of a domain
	Cell    *piece      // names the type
	Values  *piece      // tells labels and checks
}

// valuesKey is the same where the values are.
type valuesKey struct {
	t           *ir.Type
	sent, whole bool
}

// condition is a CHECK of a domain. One without Words and Patterns is best
// said in SQL.
type condition struct {
	Words    string
	Patterns []string
	SQL      string
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
	Checks  []condition
	Fields  []*field
	Domain  bool

	resultDefinition, sentDefinition string // keys of its schemas
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
	v.NotNull, v.Checks, v.Labels = t.NotNull, checks(t), labels(t)
	if t.Kind == ir.Domain {
		v.Domain, v.Base = true, s.typeRef(t.Elem)
	}
	if v.Doc, err = s.doc(t.Comment); err != nil {
		return err
	}
	v.Fields, err = s.columns(t.Fields)
	return err
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
		f, err := s.field(c.Name, valuesKey{c.Type, false, notNull(c)}, c.Doc)
		if err != nil {
			return nil, err
		}
		f.Null = columnNull(c)
		fields = append(fields, f)
	}
	return fields, nil
}

// params returns what the client sends and what the server fills.
func (s *site) params(params []*ir.Param, strict bool) (sent, filled []*field, err error) {
	for _, p := range params {
		f, err := s.field(p.Name, valuesKey{p.Type, true, p.NotNull || p.Type.NotNull}, p.Doc)
		if err != nil {
			return nil, nil, err
		}
		f.Aliases, f.Optional, f.Default = p.Aliases, p.Optional, defaultWords(p.Default)
		f.Null = paramNull(p, strict)
		if p.Fill != "" {
			f.From = fillWords(p.Fill)
			filled = append(filled, f)
			continue
		}
		sent = append(sent, f)
	}
	return sent, filled, nil
}

func (s *site) field(name string, key valuesKey, comment string) (*field, error) {
	d, err := s.doc(comment)
	return &field{values: s.values(key), Name: name, Doc: d}, err
}

// values returns what fields share that have the same type.
func (s *site) values(key valuesKey) *values {
	if known, ok := s.kinds.Load(key); ok {
		return known.(*values) //nolint:forcetypeassert // nothing else is stored
	}
	v := &values{Type: s.typeRef(key.t), NotNull: key.whole}
	if key.sent {
		v.Type.Form = inputWords(key.t)
	}
	for t := key.t; t != nil; t = t.Elem {
		v.Labels = append(v.Labels, labels(t)...)
		v.Checks = append(v.Checks, checks(t)...)
	}
	v.Cell, v.Values = newPiece("cell", v), newPiece("values", v)
	known, _ := s.kinds.LoadOrStore(key, v)
	return known.(*values) //nolint:forcetypeassert // nothing else is stored
}

func labels(t *ir.Type) []string {
	var all []string
	for _, l := range t.Labels {
		all = append(all, l.Value)
	}
	return all
}

// checks gives the conditions of a domain as a person would write them.
func checks(t *ir.Type) []condition {
	var all []condition
	for _, c := range t.Checks {
		sql := plausible.Bare(strings.TrimPrefix(strings.TrimSpace(c), "CHECK "))
		words, patterns := checkWords(c, baseOf(t).Kind)
		all = append(all, condition{words, patterns, sql})
	}
	return all
}

// constant is an SQL constant with its cast, as pg_get_expr writes it.
var constant = regexp.MustCompile(`^(?i:(null)|((?:'(?:[^']|'')*'|-?[0-9.]+|true|false)))::[\w ."\[\](),]+$`)

// defaultWords is a default without the cast that only SQL needs.
func defaultWords(sql string) string {
	m := constant.FindStringSubmatch(sql)
	switch {
	case m == nil:
		return sql
	case m[1] != "":
		return "null"
	}
	return m[2]
}
