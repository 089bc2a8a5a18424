package manifest

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// Examples say how the examples of comments are run.
type Examples struct {
	Pos      diag.Pos
	Setup    string // file of SQL, relative to the schema directory, or ""
	SetupPos diag.Pos
	Session  []ExampleValue // of methods that need one; in the file's order
}

// ExampleValue is a value of the session that examples are run in.
type ExampleValue struct {
	Pos  diag.Pos // of the value
	Name string
	JSON string // the value
}

var exampleFields = []field[Examples]{
	{"setup", "", func(d *decoder, x *Examples, e entry) { x.Setup, x.SetupPos = d.setup(e), e.value.pos }},
	{"session", "", func(d *decoder, x *Examples, e entry) { x.Session = d.exampleSession(e) }},
}

func (d *decoder) examples(e entry) Examples {
	x := Examples{Pos: e.pos}
	decode(d, e.value, "`examples`", exampleFields, &x)
	return x
}

// setup returns the path of a file of SQL that migrations do not apply.
func (d *decoder) setup(e entry) string {
	s := d.text(e)
	if s == "" {
		return ""
	}
	clean := path.Clean(filepath.ToSlash(s))
	first, _, nested := strings.Cut(clean, "/")
	switch {
	case !filepath.IsLocal(s):
		d.list.Errorf("MAN052", e.value.pos, "`%s` is not below the schema directory", s).Hintf("write `setup: examples.sql`")
	case !strings.HasSuffix(clean, ".sql"):
		d.list.Errorf("MAN052", e.value.pos, "`%s` is no .sql file", s).Hintf("write `setup: examples.sql`")
	case nested && (first == "migrations" || first == "functions"):
		d.list.Errorf("MAN052", e.value.pos, "`%s` would be applied to every database", s).Hintf("move it out of %s/: `setup: examples.sql`", first)
	default:
		return clean
	}
	return ""
}

func (d *decoder) exampleSession(e entry) []ExampleValue {
	if !d.want(e.value, mapping, "`session`") {
		return nil
	}
	var out []ExampleValue
	for i, k := range e.value.entries {
		if d.again(e.value.entries[:i], k) {
			continue
		}
		if text, ok := d.scalar(k); ok {
			out = append(out, ExampleValue{Pos: k.value.pos, Name: k.key, JSON: text})
		}
	}
	return out
}

// scalar returns the JSON of a value that is one.
func (d *decoder) scalar(e entry) (string, bool) {
	n := e.value
	switch n.kind {
	case nothing:
		return "null", true
	case boolean, number:
		if json.Valid([]byte(n.text)) {
			return n.text, true
		}
		fallthrough
	case text:
		quoted, err := json.Marshal(n.text)
		return string(quoted), err == nil
	case refused:
		return "", false
	}
	d.list.Errorf("MAN005", n.pos, "`%s` is %s, where one value is wanted", e.key, n.kind)
	return "", false
}

// examples finds values of keys that the session does not have.
func (c *checker) examples() {
	var known []string
	for _, k := range c.m.Session {
		known = append(known, k.Name)
	}
	for _, v := range c.m.Examples.Session {
		switch {
		case slices.Contains(known, v.Name):
		case len(known) == 0:
			c.list.Errorf("MAN053", v.Pos, "`examples` give `%s`, and there is no `session`", v.Name).Hintf("add `session: {%s: bigint}`, or remove it", v.Name)
		default:
			c.list.Errorf("MAN053", v.Pos, "`examples` give `%s`, which the session does not have", v.Name).
				Hint = unknownHint(v.Name, "keys", known)
		}
	}
}
