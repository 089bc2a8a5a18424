package replay_test

import (
	"fmt"
	"slices"
	"strings"
)

// variants is how many ways to answer each routine has: its last param, turn,
// chooses.
const variants = 4

// sql makes everything of s, into an empty database.
func (s *schema) sql() string {
	var b strings.Builder
	for _, e := range s.Enums {
		fmt.Fprintf(&b, "create type %s as enum (%s);\n", e.Name, strings.Join(literals(e.Labels), ", "))
	}
	for _, d := range s.Domains {
		fmt.Fprintf(&b, "create domain %s as %s%s %s;\n", d.Name, d.Base, when(d.NotNull, " not null"), checks[d.Check].sql)
	}
	for _, c := range s.Composites {
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, f.Name+" "+f.Type)
		}
		fmt.Fprintf(&b, "create type %s as (%s);\n", c.Name, strings.Join(fields, ", "))
	}
	for _, m := range s.Methods {
		b.WriteString(s.routine(m))
	}
	return b.String()
}

func literals(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = literal(s)
	}
	return out
}

func when(yes bool, word string) string {
	if yes {
		return word
	}
	return ""
}

// ordered are m's params with those that have defaults last.
func (m *method) ordered() []param {
	out := slices.Clone(m.Params)
	slices.SortStableFunc(out, func(a, b param) int { return order(a) - order(b) })
	return out
}

func order(p param) int {
	if p.Optional {
		return 1
	}
	return 0
}

func (s *schema) routine(m *method) string {
	kind := "function"
	if m.Result == isProcedure {
		kind = "procedure"
	}
	head := fmt.Sprintf("create %s api.%s(%s)%s language plpgsql%s as $body$ %s $body$;\n",
		kind, m.Function, strings.Join(s.arguments(m), ", "), s.returns(m), attributes(m), s.body(m))
	if note := comment(m); note != "" {
		head += fmt.Sprintf("comment on %s api.%s is %s;\n", kind, m.Function, literal(note))
	}
	return head
}

func (s *schema) arguments(m *method) []string {
	var args []string
	if m.Result == isRow || m.Result == isProcedure {
		for _, c := range m.columns() {
			args = append(args, "out "+c.Name+" "+c.Type)
		}
	}
	for _, p := range m.ordered() {
		arg := "a_" + p.Name + " " + p.Type
		if p.Optional {
			arg += " default " + s.sample(p.Type, p.Default, arrays{p.Dims, p.WholeElement}, p.NotNull)
		}
		args = append(args, arg)
	}
	return append(args, "a_turn integer default 0")
}

func (s *schema) returns(m *method) string {
	switch m.Result {
	case isVoid:
		return " returns void"
	case isValue:
		return " returns " + m.Columns[0].Type
	case isValues:
		return " returns setof " + m.Columns[0].Type
	case isTable:
		var columns []string
		for _, c := range m.columns() {
			columns = append(columns, c.Name+" "+c.Type)
		}
		return " returns table (" + strings.Join(columns, ", ") + ")"
	}
	return ""
}

func attributes(m *method) string {
	if m.Result == isProcedure {
		return when(m.Definer, " security definer")
	}
	return " " + m.Volatility + when(m.Strict, " strict") + when(m.Definer, " security definer")
}

// comment has the tags.
func comment(m *method) string {
	var tags []string
	add := func(name, typ string, notNull bool, dims int, whole bool) {
		array := strings.HasSuffix(typ, arraySuffix)
		if notNull {
			tags = append(tags, "@notnull "+name)
		}
		if array && dims > 0 {
			tags = append(tags, fmt.Sprintf("@dims %s %d", name, dims))
		}
		if array && whole {
			tags = append(tags, "@notnull "+name+"[]")
		}
	}
	for _, p := range m.Params {
		add(p.Name, p.Type, p.NotNull, p.Dims, p.WholeElement)
	}
	for _, c := range m.columns() {
		name := c.Name
		if !m.hasColumns() {
			name = "result"
		}
		add(name, c.Type, c.NotNull, c.Dims, c.WholeElement)
	}
	return strings.Join(tags, "\n")
}

// body answers by turn. The same seeds give the same answers on both sides, as
// far as their types are the same.
func (s *schema) body(m *method) string {
	var b strings.Builder
	b.WriteString("begin case a_turn ")
	for turn := range variants {
		fmt.Fprintf(&b, "\n  when %d then %s", turn, s.answer(m, turn))
	}
	return b.String() + "\n  end case; end"
}

func (s *schema) answer(m *method, turn int) string {
	if m.Raises != "" && turn == variants-1 {
		return "raise sqlstate " + literal(m.Raises) + ";"
	}
	switch m.Result {
	case isVoid:
		return "null;"
	case isValue:
		return "return " + s.values(m, turn, 0)[0] + ";"
	case isRow, isProcedure:
		var b strings.Builder
		for i, value := range s.values(m, turn, 0) {
			fmt.Fprintf(&b, "%s := %s; ", m.columns()[i].Name, value)
		}
		return b.String() + when(len(m.columns()) == 0, "null;")
	}
	var rows []string
	for row := range m.rowsAt(turn) {
		// A row type would be taken apart by RETURN QUERY unless it is.
		rows = append(rows, "select "+strings.Join(s.values(m, turn, row), ", "))
	}
	if len(rows) == 0 {
		return "return;"
	}
	return "return query " + s.expand(m, strings.Join(rows, " union all ")) + ";"
}

// expand takes rows of a composite type apart where m returns a set of them.
func (s *schema) expand(m *method, query string) string {
	if m.Result != isValues || s.composite(m.Columns[0].Type) == nil {
		return query
	}
	return "select (r.v).* from (" + query + ") r (v)"
}

func (m *method) rowsAt(turn int) int {
	switch n := mix(m.Seed, turn) % 3; m.Rows {
	case "one":
		return 1
	case "optional":
		return min(n, 1)
	default:
		return n
	}
}

func (s *schema) values(m *method, turn, row int) []string {
	var values []string
	for _, c := range m.columns() {
		values = append(values, s.sample(c.Type, mix(c.Seed, turn, row), arrays{c.Dims, c.WholeElement}, c.NotNull))
	}
	return values
}

// manifest is the manifest of s.
func (s *schema) manifest() string {
	var b strings.Builder
	b.WriteString("version: 1\nschema: api\nnaming: {argument_prefix: a_}\n" + when(s.BigintNumber, "json: {bigint: number}\n") +
		"services: [{name: one, ids: 1000-1999}]\nsession: {user_id: integer, role: text}\nmethods:\n")
	for _, m := range s.Methods {
		fmt.Fprintf(&b, "  - {id: %d, name: %s, function: api.%s, access: %s%s}\n", m.ID, m.Name, m.Function, m.Access, m.extras())
	}
	if len(s.Errors) > 0 {
		b.WriteString("errors:\n")
	}
	for _, e := range s.Errors {
		fmt.Fprintf(&b, "  - {code: %d, name: %s, sqlstate: %s}\n", e.Code, e.Name, e.State)
	}
	if len(s.Retired) > 0 {
		b.WriteString("retired:\n")
	}
	for _, m := range s.Retired {
		fmt.Fprintf(&b, "  - {id: %d, name: %s}\n", m.ID, m.Name)
	}
	return b.String()
}

// extras are the rest of m's line.
func (m *method) extras() string {
	out := when(m.Deprecated, ", deprecated: use another") + when(m.Session != "", ", session: "+m.Session)
	if m.isSet() && m.Rows != "" {
		out += ", rows: " + m.Rows
	}
	var fill []string
	for _, p := range m.Params {
		if p.Filled {
			fill = append(fill, "a_"+p.Name+": session.user_id")
		}
	}
	if len(fill) > 0 {
		out += ", fill: {" + strings.Join(fill, ", ") + "}"
	}
	return out
}
