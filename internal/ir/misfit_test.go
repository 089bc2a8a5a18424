package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/pgtest"
)

// misfitSQL is what no method can be, each with its code, and one function that
// can.
const misfitSQL = `
create type app.pair as (x integer, y integer);
create function api.fine(a_pair app.pair) returns integer language sql as 'select 1';
create function api.sig001(integer) returns app.pair language sql as 'select null::app.pair';
create function api.sig002(a_x anyelement, variadic a_rest anyarray) returns integer language sql as 'select 1';
create function api.sig002_any(a_x "any") returns integer language internal as 'pg_num_nulls';
create function api.sig003(a_x integer) returns setof record language sql as 'select 1, 2';
create function api.sig003_arg(a_x record) returns integer language plpgsql as 'begin return 1; end';
create function api.sig003_array(a_x integer) returns record[] language internal as 'int4abs';
create function api.sig004() returns trigger language plpgsql as 'begin return new; end';
create function api.sig005(a_x integer, x integer) returns integer language sql as 'select 1';
create function api.sig005_columns() returns table (x_y integer, "xY" integer) language sql as 'select 1, 2';
create aggregate api.sig006(integer) (sfunc = int4pl, stype = integer);
create function api.sig007() returns event_trigger language plpgsql as 'begin end';
create function api.sig008(a_x cstring) returns integer language internal as 'int4in';
create function api.sig008_internal(a_x internal) returns integer language internal as 'int4in';
create function api.sig009() returns bigint language internal window as 'window_rank';
create procedure api.sig010() language plpgsql as 'begin commit; end';
`

func TestMisfitsAreSkipped(t *testing.T) {
	t.Parallel()
	c := read(t, misfitSQL)
	model, diags := build(t, c, "methods:\n  - {id: 1000, name: Fine, function: api.fine, access: public}\n")
	if diags.HasErrors() || len(model.Methods) != 1 || len(model.LeftOut) != 0 {
		t.Fatalf("%d methods:\n%s", len(model.Methods), list(diags))
	}
	found := 0
	for i := range c.Routines {
		r := &c.Routines[i]
		if r.Name == "fine" {
			continue
		}
		found++
		want := strings.ToUpper(r.Name[:len("sig000")])
		about := slices.DeleteFunc(slices.Clone(diags), func(d diag.Diagnostic) bool { return d.Subject != r.Identity })
		if len(about) != 1 || about[0].Code != want || !strings.HasPrefix(about[0].Message, r.Identity+" is skipped: ") {
			t.Errorf("%s, of which %s is wanted:\n%s", r.Identity, want, list(about))
			continue
		}
		if !strings.Contains(about[0].Hint, "ignore: ['"+r.Name+"']") {
			t.Errorf("%s: hint %q", r.Identity, about[0].Hint)
		}
	}
	if found < 15 {
		t.Errorf("%d routines", found)
	}
}

func TestMisfitsAreLeftOut(t *testing.T) {
	t.Parallel()
	c := read(t, misfitSQL)
	entries := "methods:\n"
	id := 1000
	for i := range c.Routines {
		r := &c.Routines[i]
		entries += "  - {id: " + itoa(id) + ", name: M" + itoa(id) + ", function: '" + r.Identity + "', access: public}\n"
		id++
	}
	model, diags := build(t, c, entries)
	if diags.Stops() || len(model.Methods) != 1 || len(model.LeftOut) != len(c.Routines)-1 {
		t.Fatalf("%d methods, %d left out:\n%s", len(model.Methods), len(model.LeftOut), list(diags))
	}
	for _, left := range model.LeftOut {
		n := 0
		for _, d := range diags {
			if d.Subject == left.Identity && d.Severity == diag.Error && d.Hint != "" && d.Pos.Line > 0 {
				n++
			}
		}
		if n != 1 || left.ID == 0 || left.Name != "M"+itoa(int(left.ID)) {
			t.Errorf("%+v: %d errors", left, n)
		}
	}
	if len(model.Types) != 1 || model.Types[0].Name != "app.pair" {
		t.Errorf("types: %v", model.Types)
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/1000), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// TestIgnorePatternsOfHints holds what hints say about `ignore` to be enough.
func TestIgnorePatternsOfHints(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create function api."it's [a] * \ ?"() returns trigger language plpgsql as 'begin return new; end';
		create function api.twice(a_x anyarray) returns integer language sql as 'select 1';
		create function api.twice(a_x integer[]) returns integer language sql as 'select 1';
		create function api.twice(a_x record, a_y integer[]) returns integer language plpgsql as 'begin return 1; end';`)
	_, diags := build(t, c, "methods:\n  - {id: 1000, name: Twice, function: 'api.twice(integer[])', access: public}\n")
	patterns := []string{"'i_*'"}
	for _, d := range diags {
		_, pattern, ok := strings.Cut(d.Hint, "ignore: [")
		if !ok {
			t.Fatal(list(diags))
		}
		patterns = append(patterns, strings.TrimSuffix(pattern, "]"))
	}
	if len(patterns) != 4 {
		t.Fatal(list(diags))
	}
	text := strings.Replace(top, "ignore: ['i_*']", "ignore: ["+strings.Join(patterns, ", ")+"]", 1)
	_, diags = buildText(t, c, text+"methods:\n  - {id: 1000, name: Twice, function: 'api.twice(integer[])', access: public}\n")
	if len(diags) > 0 {
		t.Error(list(diags))
	}
}

// TestHintsCanBePasted runs the SQL of hints that is complete.
func TestHintsCanBePasted(t *testing.T) {
	t.Parallel()
	c := read(t, misfitSQL)
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app;\n"+misfitSQL)
	entries := "methods:\n"
	for i := range c.Routines {
		entries += "  - {id: " + itoa(1000+i) + ", name: M" + itoa(i) + ", function: '" + c.Routines[i].Identity + "', access: public}\n"
	}
	_, diags := build(t, c, entries)
	ran := 0
	for _, d := range diags {
		at := strings.Index(d.Hint, "create ")
		if at < 0 || strings.Contains(d.Hint, "…") {
			continue
		}
		pgtest.Exec(t, url, d.Hint[at:])
		ran++
	}
	if ran < 7 {
		t.Errorf("%d hints ran:\n%s", ran, list(diags))
	}
}

func TestTransactionControl(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       bool
	}{
		{"commit", "begin commit; end", true},
		{"rollback in a branch", "begin if a_x > 0 then ROLLBACK; end if; end", true},
		{"in a loop, chained", "begin loop commit and chain; exit; end loop; end", true},
		{"after else", "begin if a_x > 0 then null; else commit; end if; end", true},
		{"after a comment", "begin /* one /* two */ */ -- three\n commit; end", true},
		{"after a string", `begin raise notice 'it''s'; raise notice E'\''; commit; end`, true},
		{"after a comment that a carriage return ends", "begin -- one\r commit; end", true},
		{"in a comment", "begin -- commit;\n /* commit; */ null; end", false},
		{"in a string", "begin raise notice '; commit; '; raise notice $x$ ; rollback; $x$; end", false},
		{"in an escape string", `begin raise notice E'\'; commit; '; end`, false},
		{"in an escape string that goes on", "begin raise notice E'a' --\n'\\'; commit; '; end", false},
		{"a variable", "declare commit int; begin commit := 1; end", false},
		{"a quoted name", `declare "commit" int; begin "commit" := 1; end`, false},
		{"a table's alias", `begin perform from "then" commit; end`, false},
		{"a column", "declare n int; begin select commit into n from (select 1 as commit) t; end", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := read(t, "create procedure api.p(a_x integer) language plpgsql as $body$"+test.body+"$body$")
			model, diags := build(t, c, "methods:\n  - {id: 1000, name: P, function: api.p, access: public}\n")
			got := len(model.LeftOut) == 1 && len(diags) == 1 && diags[0].Code == "SIG010"
			if got != test.want || !got && len(diags) > 0 {
				t.Errorf("got %v:\n%s", got, list(diags))
			}
		})
	}
}

func TestLeftOutMethodsKeepNamesOfTypes(t *testing.T) {
	t.Parallel()
	c := read(t, `create schema other; create type app.pair as (x integer); create type other.pair as (y integer);
		create function api.a(app.pair) returns integer language sql as 'select 1';
		create function api.b(a_x other.pair) returns integer language sql as 'select 1';`)
	model, diags := build(t, c, "methods:\n  - {id: 1000, name: A, function: api.a, access: public}\n  - {id: 1001, name: B, function: api.b, access: public}\n")
	if len(model.Types) != 1 || model.Types[0].GoName != "OtherPair" {
		t.Errorf("types %v:\n%s", model.Types, list(diags))
	}
}
