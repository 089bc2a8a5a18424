package effect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/effect"
)

// large is a catalog of n functions that call each other and write tables.
func large(n int) *catalog.Catalog {
	c := &catalog.Catalog{Schema: "api", Types: map[string]*catalog.Type{}}
	for i := range 500 {
		name := fmt.Sprint("t", i)
		c.World.Relations = append(c.World.Relations, catalog.Relation{
			Schema: "app", Name: name, Identity: "app." + name, Kind: catalog.Plain,
			Columns: []catalog.RelationColumn{{Name: "id", Type: "bigint", Key: true, Default: catalog.Serial}, {Name: "name", Type: "text"}},
		})
		c.Constraints = append(c.Constraints, catalog.Constraint{Schema: "app", Table: name, Name: name + "_name", Kind: 'u', Columns: []string{"name"}})
	}
	for i := range n {
		name := fmt.Sprint("f", i)
		text := fmt.Sprintf(`
declare
    v_id bigint;
begin
    if a_name is null or not exists (select from app.t%d t join app.t%d u on u.id = t.id where t.name = a_name) then
        raise sqlstate 'AA%03d' using message = 'there is none';
    end if;
    insert into app.t%d as t (name) values (lower(a_name)) on conflict (name) do update set name = excluded.name returning t.id into v_id;
    begin
        perform api.f%d(a_name);
    exception when unique_violation then
        update app.t%d set name = null where id = v_id;
    end;
    return v_id;
end`, i%500, (i+7)%500, i%1000, (i+3)%500, i%50, (i+11)%500)
		if i < 50 {
			text = strings.ReplaceAll(text, "perform api.f", "perform lower") // so that calls end
		}
		c.Routines = append(c.Routines, catalog.Routine{
			Schema: "api", Name: name, Identity: "api." + name + "(text)", Kind: catalog.Function, Language: "plpgsql", Return: "bigint",
			Args: []catalog.Arg{{Name: "a_name", Mode: catalog.In, Type: "text"}}, Body: text,
		})
	}
	return c
}

// BenchmarkOf reads 10,000 functions: at most 2 s.
func BenchmarkOf(b *testing.B) {
	c := large(10_000)
	for b.Loop() {
		w := effect.New(c, "")
		for i := range c.Routines {
			if e := w.Of(&c.Routines[i], nil); len(e.Writes) < 2 || len(e.Errors) == 0 {
				b.Fatalf("%s: %+v", c.Routines[i].Identity, e)
			}
		}
	}
}
