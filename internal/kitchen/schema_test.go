package kitchen_test

import (
	"fmt"
	"strings"
)

// schemaSQL makes every type and function of one row.
func (t *types) schemaSQL() string {
	r := t.row
	names := strings.NewReplacer("{K}", r.key, "{T}", r.sql, "{1}", t.literal(1), "{2}", t.literal(2))
	sql := r.setup + names.Replace(`
		create domain app.d_{K} as {T};
		create domain app.dd_{K} as app.d_{K};
		create domain app.da_{K} as {T}[];
		create type app.n_{K} as (deep {T});
		create type app.c_{K} as (gone integer, plain {T}, nested app.n_{K}, many {T}[], last app.dd_{K});
		alter type app.c_{K} drop attribute gone;
		create domain app.dc_{K} as app.c_{K};
		create table app.t_{K} (plain {T}, gone integer, dom app.d_{K}, pair app.n_{K});
		alter table app.t_{K} drop column gone;
		create function api.set_{K}(a_v {T}[]) returns setof {T} language sql stable as 'select unnest(a_v)';
		create function api.rows_{K}(a_v app.t_{K}[]) returns setof app.t_{K} language sql stable as 'select * from unnest(a_v)';
		create procedure api.proc_{K}(inout a_v {T}, inout a_comp app.c_{K}) language sql as 'select a_v, a_comp';
		create function api.def_{K}(a_v {T} default {1}, a_n integer default 1, a_w {T} default {2}, out v {T}, out w {T})
			language sql stable as 'select a_v, a_w';
		create function api.var_{K}(a_n integer, variadic a_v {T}[]) returns {T}[] language sql stable as 'select a_v';
		create function api.make_{K}(a_v text, a_arr text) returns table (v {T}, arr {T}[]) language sql stable
			as 'select a_v::{T}, a_arr::{T}[]';`)
	if t.ranged != nil {
		sql += t.rangesSQL()
	}
	var in, out, results []string
	for _, f := range t.every() {
		sql += fmt.Sprintf("create function api.id_%s_%s(a_v %s) returns %s language sql stable as 'select a_v';\n", r.key, f.name, f.typ.sql, f.typ.sql)
		in, out, results = append(in, "a_"+f.name+" "+f.typ.sql), append(out, f.name+" "+f.typ.sql), append(results, "a_"+f.name)
	}
	arguments, values := strings.Join(in, ", "), strings.Join(results, ", ")
	return sql + fmt.Sprintf(`
		create function api.row_%[1]s(%[2]s) returns table (%[3]s) language sql stable as 'select %[4]s';
		create function api.said_%[1]s(%[2]s) returns text language sql stable
			set timezone = 'UTC' set intervalstyle = 'iso_8601' set datestyle = 'ISO' as 'select row(%[4]s)::text';
`, r.key, arguments, strings.Join(out, ", "), values)
}

// rangesSQL makes the types with ranges in them.
func (t *types) rangesSQL() string {
	r := t.row
	collation := ""
	if r.collation != "" {
		collation = `, collation = "` + r.collation + `"`
	}
	subtype, _, _ := strings.Cut(r.sql, "(")
	sql := ""
	if r.builtin == "" {
		sql = fmt.Sprintf("create type %s as range (subtype = %s, multirange_type_name = %s%s);\n", t.ranged.sql, subtype, t.multi.sql, collation)
	}
	return sql + fmt.Sprintf(`
		create type %s as range (subtype = %s%s);
		create type %s as (rng %s, multis %s[]);
		create domain %s as %s;
`, t.rangeOfDomain.sql, t.domain.sql, collation, t.spans.sql, t.ranged.sql, t.multi.sql, t.domainOfRange.sql, t.ranged.sql)
}

func (t *types) literal(edge int) string { return t.row.edges[edge].value(t.plain).sql }

// methods are the names of the row's functions.
func (t *types) methods() []string {
	var names []string
	for _, name := range []string{"set", "rows", "proc", "def", "var", "make", "row", "said"} {
		names = append(names, name+"_"+t.row.key)
	}
	for _, f := range t.every() {
		names = append(names, "id_"+t.row.key+"_"+f.name)
	}
	return names
}

// firstID is the method ID of the first function.
const firstID = 1000

// manifestYAML maps functions to IDs from firstID on.
func manifestYAML(functions []string) string {
	var b strings.Builder
	b.WriteString("version: 1\nschema: api\nservices:\n  - {name: kitchen, ids: 1000-9999}\nmethods:\n")
	for i, f := range functions {
		fmt.Fprintf(&b, "  - {id: %d, name: M%d, function: %s, access: public}\n", firstID+i, firstID+i, "'"+strings.ReplaceAll(f, "'", "''")+"'")
	}
	return b.String()
}
