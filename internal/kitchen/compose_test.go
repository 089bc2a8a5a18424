package kitchen_test

import (
	"slices"
	"strings"
)

// value is a value of any type: the JSON that is sent, the SQL expression of the
// same, and the JSON that must come back.
type value struct{ in, sql, want string }

// source decides what values are made of.
type source interface {
	leaf(r *row) leaf
	pick(n int) int // 0 to n-1; 0 is what has the most in it
}

// compose makes a value of t.
func compose(t *typ, s source) value {
	switch t.kind {
	case domain:
		v := compose(t.elem, s)
		v.sql = cast(v.sql, t)
		return v
	case array:
		return composeArray(t, s)
	case composite:
		return composeComposite(t, s)
	case rangeOf:
		return composeRange(t, s)
	case multirange:
		return composeMultirange(t, s)
	}
	return s.leaf(t.row).value(t)
}

func cast(sql string, t *typ) string { return "(" + sql + ")::" + t.sql }

func (l leaf) value(t *typ) value {
	return value{l.in, "(" + literal(l.text()) + ")::" + t.sql, l.out()}
}

func (l leaf) text() string {
	if l.sql == "" {
		return unquoted(l.in)
	}
	return l.sql
}

func (l leaf) out() string {
	if l.want == "" {
		return l.in
	}
	return l.want
}

// literal returns text as an SQL string.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func null(t *typ) value { return value{"null", "null::" + t.sql, "null"} }

// orNull is NULL one time in five.
func orNull(t *typ, s source) value {
	if s.pick(5) == 4 {
		return null(t)
	}
	return compose(t, s)
}

// join makes one of several.
func join(parts []value, open, close, sqlOpen, sqlClose string) value {
	var in, sql, want []string
	for _, p := range parts {
		in, sql, want = append(in, p.in), append(sql, p.sql), append(want, p.want)
	}
	return value{
		open + strings.Join(in, ",") + close,
		sqlOpen + strings.Join(sql, ",") + sqlClose,
		open + strings.Join(want, ",") + close,
	}
}

// shapes are the dimensions of arrays: the first are for types whose JSON may be
// an array itself.
var shapes = [][]int{{3}, {1}, {}, {2, 2}, {3, 1}, {1, 2, 1}, {1, 1, 1, 1, 1, 2}}

func composeArray(t *typ, s source) value {
	choice := shapes
	if t.elem.flat() {
		choice = shapes[:3]
	}
	dims := choice[s.pick(len(choice))]
	if len(dims) == 0 {
		return value{"[]", cast("'{}'", t), "[]"}
	}
	v := composeDims(t, dims, s)
	v.sql = cast(v.sql, t)
	return v
}

func composeDims(t *typ, dims []int, s source) value {
	var parts []value
	for i := range dims[0] {
		switch {
		case len(dims) > 1:
			parts = append(parts, composeDims(t, dims[1:], s))
		case i == 1:
			parts = append(parts, null(t.elem))
		default:
			parts = append(parts, orNull(t.elem, s))
		}
	}
	return join(parts, "[", "]", "array[", "]")
}

func composeComposite(t *typ, s source) value {
	var sent, row []value
	for _, f := range t.fields {
		v := orNull(f.typ, s)
		row = append(row, value{"", v.sql, quoted(f.name) + ":" + v.want})
		if v.in != "null" || s.pick(2) == 0 { // a member that is null may be left out
			sent = append(sent, value{in: quoted(f.name) + ":" + v.in})
		}
	}
	if s.pick(2) == 1 {
		slices.Reverse(sent)
	}
	v := join(row, "{", "}", "row(", ")")
	return value{join(sent, "{", "}", "", "").in, cast(v.sql, t), v.want}
}
