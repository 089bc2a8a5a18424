package body

import (
	"slices"
	"strconv"

	"github.com/spgen/spgen/internal/sqltoken"
)

// Expr is what is known of an expression.
type Expr struct {
	Name     []string // it is that name: a column or variable
	Null     bool     // it is NULL
	Default  bool     // it is DEFAULT
	Literal  bool     // it is a constant other than NULL
	Type     Type     // that it is cast to, or that a number or boolean has
	NullWith []string // it is null if one of these names is, `$1` for example
	query    *env     // that it is in
}

// Source is something that a query selects from.
type Source struct {
	Alias string
	Table Name // "" for a subquery or function
}

// env is what names mean inside of a query.
type env struct {
	outer   *env
	with    map[string]int // common table expressions by name: how many must be known for it to be
	known   int            // how many of with are
	sources []Source
}

func (e *env) isCTE(n Name) bool {
	for ; e != nil; e = e.outer {
		if after, ok := e.with[n.Name]; ok && n.Schema == "" && after <= e.known {
			return true
		}
	}
	return false
}

// Tables returns what the query that x is in selects from, and those around it.
func (x Expr) Tables() []Source {
	var all []Source
	for e := x.query; e != nil; e = e.outer {
		all = append(all, e.sources...)
	}
	return all
}

// strict are functions of PostgreSQL that are null where an argument is.
var strict = []string{
	"lower", "upper", "initcap", "btrim", "ltrim", "rtrim", "trim", "md5", "sha256", "sha512", "digest", "crypt", "encode", "decode", "convert_to",
	"replace", "left", "right", "abs", "round", "length", "char_length", "date_trunc", "to_timestamp", "to_date", "regexp_replace", "normalize",
}

// strictOperators are null where an operand is.
var strictOperators = []string{"||", "+", "-", "*", "/", "%", "at", "time", "zone"}

// expr says what is known of x. It records nothing.
func (r *reader) expr(x region, e *env) (out Expr) {
	for x.is(x.lo, "(") && x.pair[x.lo] == x.hi-1 {
		x = x.inside(x.lo)
	}
	out.query = e
	if r.executed {
		defer func() { out.NullWith = nil }()
	}
	if parts, end := x.name(x.lo); len(parts) > 0 && end == x.hi {
		out = out.named(parts, x)
		return out
	}
	switch t := x.at(x.lo); {
	case x.hi-x.lo == 1 && t.Kind == sqltoken.String:
		out.Literal = true
	case x.hi-x.lo == 1 && t.Kind == sqltoken.Number:
		out.Literal, out.Type = true, numberType(t.Text)
	case x.hi-x.lo == 1 && t.Kind == sqltoken.Param && r.executed:
	case x.hi-x.lo == 1 && t.Kind == sqltoken.Param:
		out.Name, out.NullWith = []string{t.Text}, []string{t.Text}
	default:
		out.Type = r.castOf(x)
		out.NullWith = r.nullWith(x, 0)
	}
	return out
}

// numberType is the type that PostgreSQL gives a number.
func numberType(s string) (t Type) {
	t.Name.Name = "numeric"
	if _, err := strconv.ParseInt(s, 10, 32); err == nil {
		t.Name.Name = "integer"
	} else if _, err := strconv.ParseInt(s, 10, 64); err == nil {
		t.Name.Name = "bigint"
	}
	return t
}

// named is an expression of a name, or one of the words that are values.
func (out Expr) named(parts []string, x region) Expr {
	switch word := x.at(x.lo).Plain(); {
	case len(parts) > 1:
		out.Name = parts
	case word == "null":
		out.Null = true
	case word == "default":
		out.Default = true
	case word == "true" || word == "false":
		out.Literal, out.Type.Name.Name = true, "boolean"
	case slices.Contains(instants, word):
		out.Literal = true
	default:
		out.Name, out.NullWith = parts, parts
	}
	return out
}

var instants = []string{"current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "current_user", "session_user"}

// castOf returns the type of `… :: type` or `cast(… as type)`.
func (r *reader) castOf(x region) Type {
	last := -1
	for i := x.lo; i < x.hi; i = x.next(i) {
		if x.is(i, "::") {
			last = i
		} else if t := x.at(i); t.Kind == sqltoken.Symbol && !x.isOne(i, "(", "[", ".", "::") {
			last = -1 // an operator after the cast; or before, where the whole is none
		}
	}
	if last >= 0 {
		if t, end := x.typeName(last + 1); end >= x.hi {
			return t
		}
		return Type{}
	}
	if x.is(x.lo, "cast", "(") && x.next(x.lo+1) == x.hi {
		in := x.inside(x.lo + 1)
		if as := lastWord(in, "as"); as < in.hi {
			t, _ := in.typeName(as + 1)
			return t
		}
	}
	return Type{}
}

// lastWord returns the last word w of x outside of parentheses, or x.hi.
func lastWord(x region, w string) int {
	last := x.hi
	for i := x.lo; i < x.hi; i = x.next(i) {
		if x.is(i, w) {
			last = i
		}
	}
	return last
}

// nullWith returns the names in x that make it null, or nothing where that is not
// plain to see.
func (r *reader) nullWith(x region, depth int) []string {
	var all []string
	for i := x.lo; i < x.hi && depth < 20; {
		t := x.at(i)
		parts, end := x.name(i)
		switch {
		case x.is(i, "::"):
			_, i = x.typeName(i + 1)
			continue
		case t.Kind == sqltoken.String, t.Kind == sqltoken.Number, x.isOne(i, strictOperators...):
			i++
			continue
		case t.Kind == sqltoken.Param:
			all, i = append(all, t.Text), i+1
			continue
		case x.is(i, "("):
			all = append(all, r.nullWith(x.inside(i), depth+1)...)
		case len(parts) > 0 && x.is(end, "(") && slices.Contains(strict, parts[len(parts)-1]):
			for _, arg := range x.inside(end).split(",") {
				all = append(all, r.nullWith(arg, depth+1)...)
			}
			i = end
		case len(parts) == 1 && !x.is(end, "(") && !reserved[t.Plain()]:
			all = append(all, parts[0])
		case len(parts) > 1 && !x.is(end, "("):
			i = end - 1 // a column
		default:
			return nil
		}
		i = x.next(i)
	}
	return all
}

// several are types of several words.
var several = [][]string{
	{"double", "precision"},
	{"character", "varying"},
	{"bit", "varying"},
	{"timestamp", "with", "time", "zone"},
	{"timestamp", "without", "time", "zone"},
	{"time", "with", "time", "zone"},
	{"time", "without", "time", "zone"},
}

// typeName reads the type at i, and returns what follows it.
func (x region) typeName(i int) (t Type, end int) {
	for _, words := range several {
		if x.is(i, words...) {
			t.Name.Name, i = words[0]+" "+words[1], i+len(words)
			return t, x.typeRest(&t, i)
		}
	}
	if x.is(i, "setof") {
		i++
	}
	parts, i := x.name(i)
	if x.is(i, "%", "type") {
		t.Column, i = parts, i+2
		return t, x.typeRest(&t, i)
	}
	t.Name = newName(parts)
	if x.is(i, "%", "rowtype") {
		i += 2
	}
	return t, x.typeRest(&t, i)
}

// typeRest reads the modifier and brackets of a type.
func (x region) typeRest(t *Type, i int) int {
	if x.is(i, "(") {
		i = x.next(i)
	}
	if x.isOne(i, "with", "without") && x.is(i+1, "time", "zone") {
		i += 3
	}
	for x.is(i, "[") || x.is(i, "array") {
		t.Array = true
		i = x.next(i)
	}
	return i
}
