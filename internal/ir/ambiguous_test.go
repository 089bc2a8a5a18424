package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

// overloadSQL holds overloads. Those that PostgreSQL cannot tell apart by the
// arguments that both need, or takes for one another, return 'mistaken'.
const overloadSQL = `
create function api.grown(a_x integer) returns text language sql as $$select 'mistaken'$$;
create function api.grown(a_x integer, a_y integer default 1) returns text language sql as $$select 'mistaken'$$;
create function api.typed(a_x integer) returns text language sql as $$select 'typed'$$;
create function api.typed(a_x bigint, a_y integer default 1) returns text language sql as $$select 'typed'$$;
create function api.named(a_x integer) returns text language sql as $$select 'named'$$;
create function api.named(a_z integer, a_y integer default 1) returns text language sql as $$select 'named'$$;
create function api.needed(a_x integer) returns text language sql as $$select 'needed'$$;
create function api.needed(a_x integer, a_y integer) returns text language sql as $$select 'needed'$$;
create function api.tails(a_x integer, a_y integer default 1) returns text language sql as $$select 'mistaken'$$;
create function api.tails(a_x integer, a_z text default '') returns text language sql as $$select 'mistaken'$$;
create function api.none(a_x integer default 1) returns text language sql as $$select 'mistaken'$$;
create function api.none(a_x integer default 1, variadic a_y integer[] default '{}') returns text language sql as $$select 'mistaken'$$;
create function api.rest(a_x integer) returns text language sql as $$select 'rest'$$;
create function api.rest(a_x integer, variadic a_y integer[] default '{}') returns text language sql as $$select 'mistaken'$$;
create function api.packed(a_x integer[], a_y integer default 1) returns text language sql as $$select 'packed'$$;
create function api.packed(variadic a_x integer[]) returns text language sql as $$select 'mistaken'$$;
create procedure api.outs(a_x integer, out a_y integer) language sql as 'select 1';
create procedure api.outs(a_x integer, a_z integer default 1) language sql as 'select 1';
create function api.kinds(a_x integer) returns text language sql as $$select 'mistaken'$$;
create procedure api.kinds(a_x integer, a_y integer default 1) language sql as $$select 'mistaken'$$;
`

func TestAmbiguousOverloadsAreSkipped(t *testing.T) {
	t.Parallel()
	c := read(t, overloadSQL)
	_, diags := build(t, c, "methods: []\n")
	if len(c.Routines) != 20 {
		t.Fatalf("%d routines", len(c.Routines))
	}
	for i := range c.Routines {
		r := &c.Routines[i]
		skipped := slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Subject == r.Identity && d.Code == "SIG013" })
		if want := strings.Contains(r.Body, "mistaken"); skipped != want {
			t.Errorf("%s: skipped %v, want %v\n%s", r.Identity, skipped, want, list(diags))
		}
	}
}

func TestAmbiguousOverloadIsConfined(t *testing.T) {
	t.Parallel()
	model, diags := build(t, read(t, overloadSQL), `methods:
  - {id: 1000, name: Grown, function: "api.grown(integer)", access: public}
  - {id: 1001, name: Typed, function: "api.typed(integer)", access: public}
`)
	stops := slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == "SIG013" && d.Severity == diag.Error && !d.Confined })
	if stops || len(model.Methods) != 1 || len(model.LeftOut) != 1 || model.LeftOut[0].Name != "Grown" {
		t.Errorf("%d methods, left out %v:\n%s", len(model.Methods), model.LeftOut, list(diags))
	}
}
