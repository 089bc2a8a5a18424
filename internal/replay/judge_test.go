package replay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/rpc"
)

// symptom is what exposes a change to a client that knows the old contract only.
type symptom struct {
	kind  kind
	where string // in the result: "[0].mood"
	what  string
}

func (s symptom) String() string {
	return strings.TrimSpace(string(s.kind) + " " + s.where + " " + s.what)
}

// kind is the kind of a symptom.
type kind string

const (
	isError      kind = "an error that the contract does not declare"
	isOtherError kind = "another error, where there was one"
	isRetired    kind = "a deprecated method is retired"
	isUnreadable kind = "a value of another form"
	isNull       kind = "null where there was none"
	isMissing    kind = "a missing column"
	isNewLabel   kind = "an unknown label"
	isOverLimit  kind = "a value that the domain excluded"
)

// judge reads answers as clients of an old side do.
type judge struct {
	contract *contract.Contract // what the client knows
	later    *contract.Contract // of the side that answers
	types    map[string]*contract.Type
	holds    func(domain, text string) bool // whether a domain's CHECK lets a scalar pass; nil: any
	found    []symptom
}

func newJudge(c, later *contract.Contract) *judge {
	j := &judge{contract: c, later: later, types: map[string]*contract.Type{}}
	for i := range c.Types {
		j.types[c.Types[i].Name] = &c.Types[i]
	}
	return j
}

// answer judges what the new side answers to a frame that the old one answered
// with was.
func (j *judge) answer(m *contract.Method, was, is answer) []symptom {
	j.found = nil
	switch {
	case is.err != nil && was.err != nil && is.err.Code == was.err.Code && is.err.Name == was.err.Name:
	case is.err != nil && retired(is.err) && m.Deprecated != "":
		j.add(isRetired, "", "%s", is)
	case is.err != nil && was.err != nil && declares(j.later, was.err):
		j.add(isOtherError, "", "%s", is)
	case is.err != nil && (was.err != nil || !declares(j.contract, is.err)):
		j.add(isError, "", "%s", is)
	case is.err == nil:
		var v any
		d := json.NewDecoder(strings.NewReader(is.result))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			j.add(isUnreadable, "", "%s", is.result)
			break
		}
		j.result(m, v)
	}
	return j.found
}

func retired(err *rpc.Error) bool {
	return err.Code == rpc.CodeMethodNotFound && strings.Contains(string(err.Data), `"retired":true`)
}

func declares(c *contract.Contract, err *rpc.Error) bool {
	return slices.ContainsFunc(c.Errors, func(e contract.Error) bool { return e.Code == int32(err.Code) && e.Name == err.Name })
}

func (j *judge) add(k kind, where, format string, args ...any) {
	j.found = append(j.found, symptom{k, where, fmt.Sprintf(format, args...)})
}

func (j *judge) result(m *contract.Method, v any) {
	switch m.Result {
	case contract.Void:
		if v != nil {
			j.add(isUnreadable, "", "instead of null: %v", v)
		}
	case contract.Array, contract.Scalars:
		list, ok := v.([]any)
		if !ok {
			j.add(isUnreadable, "", "instead of an array: %v", v)
		}
		for i, row := range list {
			j.row(m, fmt.Sprintf("[%d]", i), row)
		}
	case contract.Optional, contract.OptScalar:
		if v != nil {
			j.row(m, "", v)
		}
	default:
		j.row(m, "", v)
	}
}

// row judges one object or value.
func (j *judge) row(m *contract.Method, at string, v any) {
	if m.Result == contract.Scalar || m.Result == contract.Scalars || m.Result == contract.OptScalar {
		j.column(at, m.Columns[0], v)
		return
	}
	object, ok := v.(map[string]any)
	if !ok {
		j.add(isUnreadable, at, "instead of an object: %v", v)
		return
	}
	for _, c := range m.Columns {
		value, ok := object[c.Name]
		if !ok {
			j.add(isMissing, at+"."+c.Name, "")
			continue
		}
		j.column(at+"."+c.Name, c, value)
	}
}

func (j *judge) column(at string, c contract.Column, v any) {
	if v == nil {
		if c.NotNull {
			j.add(isNull, at, "")
		}
		return
	}
	if elem, ok := strings.CutSuffix(c.Type, arraySuffix); ok {
		j.array(at, elem, c.Elements, v, 1)
		return
	}
	j.value(at, c.Type, false, v)
}

// array judges one dimension of an array. Without @dims a document is never
// taken for a dimension.
func (j *judge) array(at, elem string, said contract.Elements, v any, dim int) {
	list, ok := v.([]any)
	if !ok {
		j.add(isUnreadable, at, "instead of an array: %v", v)
		return
	}
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		_, isList := e.([]any)
		kind := j.base(elem)
		switch {
		case dim < said.Dims, said.Dims == 0 && isList && kind != "json" && kind != "jsonb" && kind != "multirange":
			j.array(at, elem, said, e, dim+1)
		case said.Dims == 0 && isList && kind == "multirange":
			j.either(at, elem, said, e, dim)
		default:
			j.value(at, elem, said.WholeElement, e)
		}
	}
}

// either judges an array that may be a dimension, or a multirange.
func (j *judge) either(at, elem string, said contract.Elements, v any, dim int) {
	before := len(j.found)
	if j.value(at, elem, said.WholeElement, v); len(j.found) > before {
		j.found = j.found[:before]
		j.array(at, elem, said, v, dim+1)
	}
}

// base is the kind of a type without the domains around it.
func (j *judge) base(typ string) contract.Kind {
	t := j.types[typ]
	for t != nil && t.Kind == "domain" {
		t = j.types[t.Base]
	}
	if t == nil {
		return ""
	}
	return t.Kind
}

// value judges a value of a type.
func (j *judge) value(at, typ string, notNull bool, v any) {
	if elem, ok := strings.CutSuffix(typ, arraySuffix); ok && v != nil {
		j.array(at, elem, contract.Elements{}, v, 1)
		return
	}
	t := j.types[typ]
	if v == nil {
		if notNull || t != nil && t.NotNull {
			j.add(isNull, at, "")
		}
		return
	}
	switch t.Kind {
	case "domain":
		if j.holds != nil && !j.holds(t.Name, scalarText(v)) {
			j.add(isOverLimit, at, "%s: %v", t.Name, v)
		}
		j.value(at, t.Base, t.NotNull, v)
	case "enum":
		j.label(at, t, v)
	case "composite":
		j.object(at, t, v)
	case "range":
		j.rangeOf(at, t, v)
	case "multirange":
		j.array(at, t.Base, contract.Elements{Dims: 1}, v, 1)
	default:
		if reads := readers[t.Kind]; reads == nil || !reads(v) {
			j.add(isUnreadable, at, "instead of %s: %v", t.Name, v)
		}
	}
}

// scalarText is the text of a JSON scalar.
func scalarText(v any) string { return fmt.Sprint(v) }

func (j *judge) label(at string, t *contract.Type, v any) {
	s, ok := v.(string)
	switch {
	case !ok:
		j.add(isUnreadable, at, "instead of a label: %v", v)
	case !slices.Contains(t.Labels, s):
		j.add(isNewLabel, at, "%s: %s", t.Name, s)
	}
}

func (j *judge) object(at string, t *contract.Type, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		j.add(isUnreadable, at, "instead of an object: %v", v)
		return
	}
	for _, f := range t.Fields {
		at := at + "." + f.Name
		value, ok := object[f.Name]
		if !ok {
			j.add(isMissing, at, "")
			continue
		}
		j.value(at, f.Type, f.NotNull, value)
	}
}

func (j *judge) rangeOf(at string, t *contract.Type, v any) {
	object, ok := v.(map[string]any)
	if !ok || object["empty"] == nil && len(object) < 3 {
		j.add(isUnreadable, at, "instead of a range: %v", v)
		return
	}
	for _, bound := range []string{"lower", "upper"} {
		if object[bound] != nil {
			j.value(at+"."+bound, t.Base, false, object[bound])
		}
	}
}
