package docs

import (
	"encoding/json"
	"html/template"
	"slices"
)

// searchIndex is what the page's search looks in. Names that many methods have
// are numbers: places in the lists before.
type searchIndex struct {
	Params  []string    `json:"params"`
	Tables  []string    `json:"tables"`
	Errors  []string    `json:"errors"`
	Methods []found     `json:"methods"`
	Others  [][3]string `json:"others"` // name, anchor, what it is
}

// found is a method in the index.
type found struct {
	method *article
	params, tables,
	errors []int
}

// MarshalJSON implements json.Marshaler.
func (f found) MarshalJSON() ([]byte, error) {
	m := f.method
	return json.Marshal([]any{clean(m.Name), m.ID, m.Anchor, clean(m.Service), f.params, f.tables, f.errors})
}

// places gives texts their places in a list.
type places struct {
	list  []string
	known map[string]int
}

func newPlaces() *places { return &places{list: []string{}, known: map[string]int{}} }

func (p *places) of(text string) int {
	text = clean(text)
	at, ok := p.known[text]
	if !ok {
		at = len(p.list)
		p.known[text] = at
		p.list = append(p.list, text)
	}
	return at
}

// searchIndex returns the index as JSON that may stand in a script element.
func (s *site) searchIndex(parts []*part) (template.JS, error) {
	params, tables, errors := newPlaces(), newPlaces(), newPlaces()
	index := searchIndex{Methods: []found{}, Others: [][3]string{}}
	for _, p := range parts {
		for _, a := range p.Articles {
			f := found{a, []int{}, []int{}, []int{}}
			for _, param := range a.Params {
				f.params = append(f.params, params.of(param.Name))
			}
			for _, t := range slices.Concat(a.Writes, a.Reads) {
				f.tables = append(f.tables, tables.of(t.Name))
			}
			for _, r := range a.Raises {
				f.errors = append(f.errors, errors.of(r.Name))
			}
			index.Methods = append(index.Methods, f)
		}
	}
	add := func(name, anchor, what string) {
		index.Others = append(index.Others, [3]string{clean(name), anchor, what})
	}
	for _, p := range parts {
		add(p.Name, p.Anchor, "service")
	}
	for _, t := range s.Types {
		add(t.Key, t.Anchor, "type")
	}
	for _, e := range slices.Concat(s.Errors, s.Protocol) {
		add(e.Name, e.Anchor, "error")
	}
	for _, r := range s.Retired {
		add(r.Name, r.Anchor, "retired method")
	}
	index.Params, index.Tables, index.Errors = params.list, tables.list, errors.list
	b, err := json.Marshal(index)
	return template.JS(b), err // #nosec G203 -- json.Marshal escapes <, > and &
}
