package kitchen_test

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// form is the shape of a result.
type form int

const (
	one     form = iota // a value
	many                // an array of values
	object              // an object
	objects             // an array of objects
)

// call is one request, what must come back, and the same in SQL. Without want
// only the second oracle judges.
type call struct {
	method, params, want string
	sql                  string
	form                 form
	columns              []field
}

// arguments are the parameters of a call.
type argument struct {
	name string
	value
}

func newCall(method string, f form, columns []field, want string, args ...argument) call {
	var params, sql []string
	for _, a := range args {
		params = append(params, quoted(a.name)+":"+a.in)
		sql = append(sql, a.name+" => "+a.sql)
	}
	verb := map[form]string{one: "select ", many: "select ", object: "select * from ", objects: "select * from "}[f]
	if strings.HasPrefix(method, "proc_") {
		verb = "call "
	}
	return call{
		method: method, params: "{" + strings.Join(params, ",") + "}", want: want,
		sql: verb + "api." + method + "(" + strings.Join(sql, ", ") + ")", form: f, columns: columns,
	}
}

// read returns the JSON of PostgreSQL's text of the call's rows.
func (c *call) read(r *pgconn.Result) (string, error) {
	var rows []string
	for _, row := range r.Rows {
		out, err := c.readRow(row)
		if err != nil {
			return "", err
		}
		rows = append(rows, out)
	}
	if c.form == many || c.form == objects {
		return "[" + strings.Join(rows, ",") + "]", nil
	}
	if len(rows) != 1 {
		return "", fmt.Errorf("%d rows", len(rows))
	}
	return rows[0], nil
}

func (c *call) readRow(row [][]byte) (string, error) {
	var parts []string
	for i, column := range c.columns {
		var text cell
		if row[i] != nil {
			s := string(row[i])
			text = &s
		}
		out, err := read(column.typ, text)
		if err != nil {
			return "", err
		}
		if c.form == one || c.form == many {
			return out, nil
		}
		parts = append(parts, quoted(column.name)+":"+out)
	}
	return "{" + strings.Join(parts, ",") + "}", nil
}

// plainText is what functions that print their arguments return.
var plainText = &typ{kind: scalar, sql: "text", row: &row{read: quoted}}

// calls makes one call of each of the row's functions.
func (t *types) calls(s source) []call {
	key := t.row.key
	var all []call
	var row []argument
	var want []string
	for _, f := range t.every() {
		v := orNull(f.typ, s)
		all = append(all, newCall("id_"+key+"_"+f.name, one, []field{f}, v.want, argument{"a_v", v}))
		v = orNull(f.typ, s)
		row = append(row, argument{"a_" + f.name, v})
		want = append(want, quoted(f.name)+":"+v.want)
	}
	all = append(all, newCall("row_"+key, objects, t.every(), "[{"+strings.Join(want, ",")+"}]", row...),
		newCall("said_"+key, one, []field{{"", plainText}}, "", row...))
	return append(all, t.set(s), t.rows(s), t.procedure(s), t.variadic(s), t.defaults(s, 0), t.defaults(s, 1))
}

// line is an array of one dimension.
func line(t *typ, s source, null bool) value {
	var parts []value
	for range 1 + s.pick(3) {
		if null {
			parts = append(parts, orNull(t.elem, s))
		} else {
			parts = append(parts, compose(t.elem, s))
		}
	}
	v := join(parts, "[", "]", "array[", "]")
	v.sql = cast(v.sql, t)
	return v
}

func (t *types) set(s source) call {
	v := line(t.array, s, true)
	return newCall("set_"+t.row.key, many, []field{{"", t.plain}}, v.want, argument{"a_v", v})
}

func (t *types) rows(s source) call {
	v := line(&typ{kind: array, sql: t.table.sql + "[]", elem: t.table, row: t.row}, s, false)
	return newCall("rows_"+t.row.key, objects, t.table.fields, v.want, argument{"a_v", v})
}

func (t *types) procedure(s source) call {
	v, comp := orNull(t.plain, s), orNull(t.composite, s)
	return newCall("proc_"+t.row.key, object, []field{{"a_v", t.plain}, {"a_comp", t.composite}},
		`{"a_v":`+v.want+`,"a_comp":`+comp.want+"}", argument{"a_v", v}, argument{"a_comp", comp})
}

func (t *types) variadic(s source) call {
	v := line(t.array, s, true)
	c := newCall("var_"+t.row.key, one, []field{{"", t.array}}, v.want,
		argument{"a_n", value{"1", "1", ""}}, argument{"a_v", v})
	c.sql = strings.Replace(c.sql, "a_v =>", "variadic a_v =>", 1)
	return c
}

// defaults leaves out one of the two defaulted arguments.
func (t *types) defaults(s source, missing int) call {
	want := []string{t.row.edges[1].out(), t.row.edges[2].out()}
	given := orNull(t.plain, s)
	want[1-missing] = given.want
	return newCall("def_"+t.row.key, object, []field{{"v", t.plain}, {"w", t.plain}}, `{"v":`+want[0]+`,"w":`+want[1]+"}",
		argument{[]string{"a_v", "a_w"}[1-missing], given})
}
