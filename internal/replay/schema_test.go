package replay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// schema is one side: what is made in PostgreSQL, and its manifest.
type schema struct {
	Enums        []*enum
	Domains      []*domain
	Composites   []*composite
	Methods      []*method
	Errors       []apiError
	Retired      []method
	BigintNumber bool
}

type enum struct {
	Name   string
	Labels []string
}

type domain struct {
	Name, Base string
	NotNull    bool
	Check      string // a key of checks, or ""
}

type composite struct {
	Name   string
	Fields []field
}

type field struct{ Name, Type string }

// method is a function or procedure with its line of the manifest.
type method struct {
	ID                 int
	Name, Function     string
	Params             []param
	Result             string // one of results
	Rows               string // of the manifest, for sets
	Columns            []column
	Strict, Definer    bool
	Volatility, Access string
	Session            string
	Deprecated         bool
	Raises             string // SQLSTATE in one of the variants, or ""
	Seed               int    // of how many rows there are
}

// The forms of results.
const (
	isVoid      = "void"
	isValue     = "value"
	isValues    = "values"
	isRow       = "row"
	isTable     = "table"
	isProcedure = "procedure"
)

var results = []string{isVoid, isValue, isValues, isRow, isTable, isProcedure}

// isSet reports whether m answers any number of rows.
func (m *method) isSet() bool { return m.Result == isValues || m.Result == isTable }

// hasColumns reports whether m has columns by name.
func (m *method) hasColumns() bool {
	return m.Result == isRow || m.Result == isTable || m.Result == isProcedure
}

// columns are the columns that count: a value has one, void none.
func (m *method) columns() []column {
	switch m.Result {
	case isVoid:
		return nil
	case isValue, isValues:
		return m.Columns[:1]
	case isRow, isTable:
		// With one column both would be a value for PostgreSQL; that is another form.
		if len(m.Columns) == 1 {
			return append(slices.Clone(m.Columns), column{Name: "second", Type: "integer"})
		}
	}
	return m.Columns
}

type param struct {
	Name, Type   string
	Optional     bool
	Default      int // which sample
	NotNull      bool
	Filled       bool
	Dims         int
	WholeElement bool
}

type column struct {
	Name, Type   string
	Seed         int // which samples
	NotNull      bool
	Dims         int
	WholeElement bool
}

type apiError struct {
	Code        int
	Name, State string
}

// clone returns a copy that shares nothing with s.
func (s *schema) clone() *schema {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	out := new(schema)
	if err := json.Unmarshal(data, out); err != nil {
		panic(err)
	}
	return out
}

// find returns the element whose name is name, or nil.
func find[T any](all []*T, name string, nameOf func(*T) string) *T {
	i := slices.IndexFunc(all, func(e *T) bool { return nameOf(e) == name })
	if i < 0 {
		return nil
	}
	return all[i]
}

func (s *schema) enum(name string) *enum {
	return find(s.Enums, name, func(e *enum) string { return e.Name })
}

func (s *schema) domain(name string) *domain {
	return find(s.Domains, name, func(d *domain) string { return d.Name })
}

func (s *schema) composite(name string) *composite {
	return find(s.Composites, name, func(c *composite) string { return c.Name })
}

// typeNames are all types of s that values may have.
func (s *schema) typeNames() []string {
	var own []string
	for _, e := range s.Enums {
		own = append(own, e.Name)
	}
	for _, d := range s.Domains {
		own = append(own, d.Name)
	}
	for _, c := range s.Composites {
		own = append(own, c.Name)
	}
	return own
}

// renameType gives a type another name wherever it is used.
func (s *schema) renameType(old, new string) {
	to := func(name *string) {
		if elem := strings.TrimSuffix(*name, "[]"); elem == old {
			*name = new + strings.TrimPrefix(*name, elem)
		}
	}
	for _, e := range s.Enums {
		to(&e.Name)
	}
	for _, d := range s.Domains {
		to(&d.Name)
		to(&d.Base)
	}
	for _, c := range s.Composites {
		to(&c.Name)
		for i := range c.Fields {
			to(&c.Fields[i].Type)
		}
	}
	for _, m := range s.Methods {
		for i := range m.Params {
			to(&m.Params[i].Type)
		}
		for i := range m.Columns {
			to(&m.Columns[i].Type)
		}
	}
}

// fresh returns a name that none of taken is.
func fresh(prefix string, taken func(string) bool) string {
	for i := 1; ; i++ {
		if name := fmt.Sprint(prefix, i); !taken(name) {
			return name
		}
	}
}
