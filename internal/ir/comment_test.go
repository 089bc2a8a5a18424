package ir_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// commented builds a method whose routine has a comment: f(a_x integer) returns
// table (y integer).
func commented(comment string) (*ir.Method, diag.List) {
	c := &catalog.Catalog{
		Schema: "api",
		Routines: []catalog.Routine{{
			Schema: "api", Name: "f", Identity: "api.f(integer)", Kind: catalog.Function, Return: "integer", ReturnsSet: true,
			Volatility: 's', Comment: comment,
			Args: []catalog.Arg{
				{Name: "a_x", Mode: catalog.In, Type: "integer"}, {Name: "y", Mode: catalog.Table, Type: "integer"},
			},
		}},
		Types: map[string]*catalog.Type{"integer": {Name: "integer", Schema: "pg_catalog", Bare: "int4", Kind: catalog.Base}},
	}
	m, diags := manifest.Parse("m.yaml", []byte(top+"methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n"+
		"errors:\n  - {code: 1, name: bad, sqlstate: SP001}\n  - {code: 2, name: worse, sqlstate: SP002}\n"))
	model, found := ir.Build(c, m)
	if len(model.Methods) != 1 {
		return nil, append(diags, found...)
	}
	return model.Methods[0], append(diags, found...)
}

func TestComments(t *testing.T) {
	t.Parallel()
	type docs struct {
		text, summary, x, y, since, deprecated string
		notNull                                bool
		errors                                 []string
		warnings                               int
	}
	for _, test := range []struct {
		name, in string
		want     docs
	}{
		{"none", "", docs{}},
		{"text", "Does it.\nMore of it.\n\nAnd more.", docs{text: "Does it.\nMore of it.\n\nAnd more.", summary: "Does it."}},
		{"a first paragraph without a stop", "Does\n  it\n\nMore", docs{text: "Does\n  it\n\nMore", summary: "Does it"}},
		{"tags before", "@since 1.2\n@notnull y\nDoes it.", docs{text: "Does it.", summary: "Does it.", since: "1.2", notNull: true}},
		{"tags after, indented", "Does it.\n\n  @param x  what \n\t@column y why", docs{text: "Does it.", summary: "Does it.", x: "what", y: "why"}},
		{"by the argument's name", "@param a_x what", docs{x: "what"}},
		{"tabs", "@param\tx\twhat", docs{x: "what"}},
		{"deprecated", "@deprecated use G", docs{deprecated: "use G"}},
		{"deprecated without a reason", "@deprecated", docs{deprecated: "deprecated"}},
		{"errors", "@error bad, worse", docs{errors: []string{"bad", "worse"}}},
		{"carriage returns", "Does it.\r\n@since 1\r\n", docs{text: "Does it.", summary: "Does it.", since: "1"}},
		{"fenced", "```\n@since 1\n```\n@since 2", docs{text: "```\n@since 1\n```", summary: "``` @since 1 ```", since: "2"}},
		{"fenced by more", "````\n```\n@since 1\n````\n@since 2", docs{text: "````\n```\n@since 1\n````", summary: "```` ``` @since 1 ````", since: "2"}},
		{"fenced by tildes", "~~~sql\n```\n@since 1\n~~~\n@since 2", docs{text: "~~~sql\n```\n@since 1\n~~~", summary: "~~~sql ``` @since 1 ~~~", since: "2"}},
		{"an info string closes no fence", "```\n```sql\n@since 1\n```", docs{text: "```\n```sql\n@since 1\n```", summary: "``` ```sql @since 1 ```"}},
		{"never closed", "```\n@since 1", docs{text: "```\n@since 1", summary: "``` @since 1"}},
		{"two backquotes are no fence", "``x``\n@since 1", docs{text: "``x``", summary: "``x``", since: "1"}},
		{"no tag", "@ x\n@X y\n@1\nmail@example.com", docs{text: "@ x\n@X y\n@1\nmail@example.com", summary: "@ x @X y @1 mail@example.com"}},
		{"unknown", "@tpyo x", docs{warnings: 1}},
		{"names nothing", "@param\n@param z\n@column a_x\n@notnull z\n@error z", docs{warnings: 5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, diags := commented(test.in)
			if m == nil {
				t.Fatal(list(diags))
			}
			got := docs{
				text: m.Doc.Text, summary: m.Doc.Summary, x: m.Params[0].Doc, y: m.Columns[0].Doc, since: m.Since,
				deprecated: m.Deprecated, notNull: m.Columns[0].NotNull, warnings: diags.Count(diag.Warning),
			}
			for _, e := range m.Errors {
				got.errors = append(got.errors, e.Name)
			}
			if !slices.Equal(got.errors, test.want.errors) {
				t.Errorf("errors %q, want %q", got.errors, test.want.errors)
			}
			got.errors, test.want.errors = nil, nil
			if got.text != test.want.text || got.summary != test.want.summary || got.x != test.want.x || got.y != test.want.y ||
				got.since != test.want.since || got.deprecated != test.want.deprecated || got.notNull != test.want.notNull ||
				got.warnings != test.want.warnings {
				t.Errorf("got  %+v\nwant %+v\n%s", got, test.want, list(diags))
			}
		})
	}
}

// TestAnyCommentBuilds holds that a comment breaks nothing, whatever it is.
func TestAnyCommentBuilds(t *testing.T) {
	t.Parallel()
	pieces := []string{"@param ", "@column ", "@notnull ", "@error ", "@", "```", "~~~", "\n", "\r\n", " ", "\t", "x", "y", "\xff"}
	rapid.Check(t, func(t *rapid.T) {
		var comment string
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			comment += rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()).Draw(t, "piece")
		}
		m, diags := commented(comment)
		if m == nil {
			t.Fatalf("%q:\n%s", comment, list(diags))
		}
		if _, again := commented(comment); !slices.Equal(findings(diags, diag.Warning), findings(again, diag.Warning)) {
			t.Fatalf("%q: findings differ between two runs", comment)
		}
	})
}

func TestErrorsOfAMethod(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create table app.account (id integer constraint account_key primary key, n integer constraint positive check (n > 0));
		create table app."Other" (id integer constraint other_key primary key);
		create domain app.short as text constraint shortness check (length(value) < 9);
		create function api.raises() returns void language plpgsql as $$begin raise exception using errcode = 'SP001'; end$$;
		create function api.inserts(a integer) returns void language plpgsql as $$begin INSERT  INTO app.account values (a, a); end$$;
		create function api.updates(a integer) returns void language plpgsql set search_path = app as $$begin update only account set id = a, n = a; end$$;
		create function api.merges(a integer) returns void language plpgsql as $$begin
			merge into app."Other" using app.account on true when not matched then insert values (a); end$$;
		create function api.idles() returns void language plpgsql as $$begin
			merge into app."Other" using app.account on true when matched then do nothing; insert into app.account values (1); end$$;
		create function api.reads() returns bigint language plpgsql as $$begin return (select count(*) from app.account); end$$;
		create function api.declares() returns void language sql as '';
		comment on function api.declares() is '@error short account_key';`)
	model, diags := build(t, c, `methods:
  - {id: 1000, name: Raises, function: api.raises(), access: public}
  - {id: 1001, name: Inserts, function: api.inserts(integer), access: public}
  - {id: 1002, name: Updates, function: api.updates(integer), access: public}
  - {id: 1003, name: Merges, function: api.merges(integer), access: public}
  - {id: 1006, name: Idles, function: api.idles(), access: public}
  - {id: 1004, name: Reads, function: api.reads(), access: public}
  - {id: 1005, name: Declares, function: api.declares(), access: public}
errors:
  - {code: 1, name: raises, sqlstate: SP001}
  - {code: 2, name: account_key, constraint: account_key}
  - {code: 3, name: positive, constraint: positive}
  - {code: 4, name: other_key, constraint: other_key}
  - {code: 5, name: short, constraint: shortness}
`)
	if len(diags) != 0 {
		t.Fatal(list(diags))
	}
	want := map[string][]string{
		"Raises": {"raises"}, "Inserts": {"account_key", "positive"}, "Updates": {"account_key", "positive"},
		"Merges": {"other_key"}, "Idles": {"account_key"}, "Reads": nil, "Declares": {"account_key", "short"},
	}
	got := map[string][]string{}
	for _, m := range model.Methods {
		var names []string
		for _, e := range m.Errors {
			names = append(names, e.Name)
		}
		got[m.Name] = names
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q, want %q", got, want)
	}
}
