package catalog_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
)

const signatureSQL = `
	create schema api;
	create schema "Other, schema";
	create type "Other, schema".mood as enum ('a');
	create domain "Other, schema"."select" as integer[] not null;
	create type "Other, schema".pair as (a integer, b text);
	create extension citext schema "Other, schema";`

// signatureTypes are names as format_type prints them.
var signatureTypes = []string{
	"integer", "bigint", "text", "boolean", "timestamp with time zone", "double precision", "character varying", "jsonb",
	"text[]", "interval", "bytea", `"char"`, "name", "numrange", "character", `"Other, schema".mood`, `"Other, schema".mood[]`,
	`"Other, schema"."select"`, `"Other, schema".pair`, `"Other, schema".citext`,
}

// TestSignatures: a routine with any arguments is read back as it was made.
func TestSignatures(t *testing.T) {
	t.Parallel()
	conn := database(t, signatureSQL)
	exec(t, conn, "set search_path = ''; set check_function_bodies = off")
	rapid.Check(t, func(rt *rapid.T) {
		want := drawRoutine(rt)
		ddl := createSQL(want)
		rt.Logf("%s", ddl)
		exec(t, conn, ddl)
		defer exec(t, conn, "drop schema api cascade; create schema api")
		want.Identity = column(t, conn, "select oid::regprocedure::text from pg_proc where pronamespace = 'api'::regnamespace")[0]
		got := read(t, conn, "api").Routines
		if len(got) != 1 {
			rt.Fatalf("got %d routines", len(got))
		}
		got[0].Owner = ""
		if !reflect.DeepEqual(got[0], want) {
			rt.Fatalf("got  %+v\nwant %+v", got[0], want)
		}
	})
}

func drawRoutine(t *rapid.T) catalog.Routine {
	r := catalog.Routine{
		Schema: "api", Name: drawName(t, "name", 0), Kind: rapid.SampledFrom([]catalog.RoutineKind{catalog.Function, catalog.Procedure}).Draw(t, "kind"),
		Volatility: 'v', Parallel: 'u', Language: "sql", Public: true, Comment: drawText(t, "comment"),
	}
	r.Args = drawArgs(t, r.Kind)
	var outputs []catalog.Arg
	for _, a := range r.Args {
		if a.IsOutput() {
			outputs = append(outputs, a)
		}
		r.ReturnsSet = r.ReturnsSet || a.Mode == catalog.Table
	}
	if r.Kind == catalog.Procedure {
		r.Return = map[bool]string{false: "void", true: "record"}[len(outputs) > 0]
		return r
	}
	r.ReturnsSet = r.ReturnsSet || rapid.Bool().Draw(t, "setof")
	switch len(outputs) {
	case 0:
		r.Return = rapid.SampledFrom(signatureTypes).Draw(t, "return")
	case 1:
		r.Return = outputs[0].Type
	default:
		r.Return = "record"
	}
	r.Volatility = rapid.SampledFrom([]byte("isv")).Draw(t, "volatility")
	r.Parallel = rapid.SampledFrom([]byte("sru")).Draw(t, "parallel")
	r.Strict, r.Definer = rapid.Bool().Draw(t, "strict"), rapid.Bool().Draw(t, "definer")
	return r
}

// drawArgs keeps to the rules of CREATE FUNCTION: defaults for all inputs after
// the first one that has one, one VARIADIC and no input after it, TABLE columns
// last and without OUT. Procedures end with VARIADIC and have no OUT after a
// default.
func drawArgs(t *rapid.T, kind catalog.RoutineKind) []catalog.Arg {
	modes := []catalog.ArgMode{catalog.In, catalog.In, catalog.Out, catalog.InOut}
	table := kind == catalog.Function && rapid.Bool().Draw(t, "table")
	if table {
		modes = modes[:2]
	}
	var args []catalog.Arg
	defaults := false
	for i := range rapid.IntRange(0, 8).Draw(t, "args") {
		a := drawArg(t, i, rapid.SampledFrom(modes).Draw(t, "mode"))
		if kind == catalog.Procedure && defaults && a.Mode == catalog.Out {
			a.Mode = catalog.In
		}
		if a.IsInput() {
			defaults = defaults || rapid.Bool().Draw(t, "default")
			a.Default = drawDefault(t, a.Type, defaults)
		}
		args = append(args, a)
	}
	if rapid.Bool().Draw(t, "variadic") {
		a := drawArg(t, 100, catalog.Variadic)
		a.Type = "text[]"
		a.Default = drawDefault(t, a.Type, defaults)
		args = append(args, a)
	}
	if kind == catalog.Function {
		args = append(args, drawColumns(t, table)...)
	}
	return args
}

func drawColumns(t *rapid.T, table bool) []catalog.Arg {
	mode, least := catalog.Out, 0
	if table {
		mode, least = catalog.Table, 1
	}
	var args []catalog.Arg
	for i := range rapid.IntRange(least, 3).Draw(t, "columns") {
		args = append(args, drawArg(t, 200+i, mode))
	}
	return args
}

func drawArg(t *rapid.T, i int, mode catalog.ArgMode) catalog.Arg {
	a := catalog.Arg{Mode: mode, Type: rapid.SampledFrom(signatureTypes).Draw(t, "type")}
	if mode == catalog.Table || rapid.IntRange(0, 4).Draw(t, "named") > 0 {
		a.Name = drawName(t, "argument", i)
	}
	return a
}

// drawName ends with a number, so that no two are equal.
func drawName(t *rapid.T, label string, n int) string {
	s := drawText(t, label)
	for len(s) > 60 {
		s = s[:len(s)-len(string([]rune(s)[len([]rune(s))-1:]))]
	}
	return fmt.Sprint(s, n)
}

func drawText(t *rapid.T, label string) string {
	letters := rapid.OneOf(rapid.SampledFrom([]rune(`aZ_ ",'().=\$é[]`)), rapid.Rune().Filter(func(r rune) bool { return r != 0 }))
	return rapid.StringOfN(letters, 0, 40, -1).Draw(t, label)
}

// drawDefault returns a default as PostgreSQL prints it.
func drawDefault(t *rapid.T, typ string, wanted bool) string {
	switch {
	case !wanted:
		return ""
	case typ == "text":
		return literal(drawText(t, "text")) + "::text"
	case typ == "integer":
		return fmt.Sprint(rapid.IntRange(0, 1<<31-1).Draw(t, "integer"))
	}
	null := "NULL::" + typ
	if as, ok := printedAs[typ]; ok {
		null = as
	}
	return null
}

// printedAs is a null default of types that do not print as a plain cast.
var printedAs = map[string]string{
	"character":                "NULL::bpchar",
	`"Other, schema"."select"`: `(NULL::integer[])::"Other, schema"."select"`,
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

var (
	kindWords = map[catalog.RoutineKind]string{catalog.Function: "function", catalog.Procedure: "procedure"}
	modeWords = map[catalog.ArgMode]string{catalog.In: "in", catalog.Out: "out", catalog.InOut: "inout", catalog.Variadic: "variadic"}
	letters   = map[byte]string{
		'i': "immutable", 's': "stable", 'v': "volatile", // volatility
		'S': "safe", 'R': "restricted", 'U': "unsafe", // parallel
	}
)

func createSQL(r catalog.Routine) string {
	var args, columns []string
	for _, a := range r.Args {
		name := ""
		if a.Name != "" {
			name = pgx.Identifier{a.Name}.Sanitize()
		}
		if a.Mode == catalog.Table {
			columns = append(columns, name+" "+a.Type)
			continue
		}
		sql := strings.Join([]string{modeWords[a.Mode], name, a.Type}, " ")
		if a.Default != "" {
			sql += " default " + a.Default
		}
		args = append(args, sql)
	}
	name := pgx.Identifier{r.Schema, r.Name}.Sanitize()
	sql := fmt.Sprintf("create %s %s(%s)", kindWords[r.Kind], name, strings.Join(args, ", "))
	if r.Kind == catalog.Function {
		sql += returns(r, columns) + " " + letters[r.Volatility] + " parallel " + letters[r.Parallel-'a'+'A']
	}
	if r.Strict {
		sql += " strict"
	}
	if r.Definer {
		sql += " security definer"
	}
	sql += " language sql as '';\n"
	if r.Comment != "" {
		sql += fmt.Sprintf("comment on %s %s is %s;", kindWords[r.Kind], name, literal(r.Comment))
	}
	return sql
}

func returns(r catalog.Routine, columns []string) string {
	switch {
	case len(columns) > 0:
		return " returns table (" + strings.Join(columns, ", ") + ")"
	case r.ReturnsSet:
		return " returns setof " + r.Return
	}
	return " returns " + r.Return
}
