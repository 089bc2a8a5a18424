package pgcall

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// typesQuery finds types by the name that pgjson.Type has, and with them what
// they are made of: the base type of a domain as "name=", the attributes of a
// composite type as "name#1 first". It reads pg_catalog only, so that the role
// needs no right on the types' schemas.
const typesQuery = `
with own as (
    select t.oid, t.typarray, t.typbasetype, t.typrelid,
           quote_ident(n.nspname) || '.' || quote_ident(t.typname) as name
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace n on n.oid = t.typnamespace
), attribute as (
    select own.name, a.attname, a.atttypid, row_number() over (partition by own.oid order by a.attnum) as number
      from own
      join pg_catalog.pg_attribute a on a.attrelid = own.typrelid and a.attnum > 0 and not a.attisdropped
     where own.name = any ($1::text[])
)
select name, oid from own where name = any ($1::text[])
union all
select name || '[]', typarray from own where typarray <> 0 and name || '[]' = any ($1::text[])
union all
select name || '=', typbasetype from own where typbasetype <> 0 and name = any ($1::text[])
union all
select name || '#' || number || ' ' || attname, atttypid from attribute`

// lookupOIDs resolves type names in one query.
func lookupOIDs(ctx context.Context, conn *pgx.Conn, names []string) (pgjson.OIDs, error) {
	rows, err := conn.Query(ctx, typesQuery, names)
	if err != nil {
		return nil, fmt.Errorf("look up types: %w", err)
	}
	oids := make(pgjson.OIDs, len(names))
	var (
		name string
		oid  uint32
	)
	if _, err := pgx.ForEachRow(rows, []any{&name, &oid}, func() error { oids[name] = oid; return nil }); err != nil {
		return nil, fmt.Errorf("look up types: %w", err)
	}
	return oids, nil
}

// keepFitting takes out of oids those of types that are missing in the database
// or made of other parts there, so that no call uses them.
func keepFitting(oids pgjson.OIDs, types map[string]*pgjson.Type) {
	fitting := maps.Clone(types)
	maps.DeleteFunc(fitting, func(_ string, t *pgjson.Type) bool { return fits(oids, t) })
	for name := range fitting {
		delete(oids, name)
	}
}

// fits reports whether t is in the database what it is in the contract.
func fits(oids pgjson.OIDs, t *pgjson.Type) bool {
	if t.Format() == pgjson.TextFormat {
		return true
	}
	if _, ok := oids.Of(t); !ok {
		return false
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		got, ok := oids[t.Name+"#"+strconv.Itoa(i+1)+" "+f.Name]
		if want, known := oids.Of(f.Type); !ok || !known || got != want || !fits(oids, f.Type) {
			return false
		}
	}
	if t.Elem == nil {
		return true
	}
	if t.Kind == pgjson.KindDomain && t.OID == 0 {
		if want, ok := oids.Of(t.Elem); !ok || oids[t.Name+"="] != want {
			return false
		}
	}
	return fits(oids, t.Elem)
}

// ownTypes returns the schema's own types that the procedures of apis use, by name.
func ownTypes(apis []*rpc.API) map[string]*pgjson.Type {
	own := make(map[string]*pgjson.Type)
	for _, api := range apis {
		for i := range api.Methods {
			if p, ok := api.Methods[i].Binding.(*Procedure); ok {
				p.ownTypes(own)
			}
		}
	}
	return own
}

// ownTypes adds the schema's own types that p uses, nested ones included. What
// travels as text needs no OID.
func (p *Procedure) ownTypes(own map[string]*pgjson.Type) {
	for i := range p.Params {
		addOwn(own, p.Params[i].Type)
	}
	for i := range p.Columns {
		addOwn(own, p.Columns[i].Type)
	}
}

func addOwn(own map[string]*pgjson.Type, t *pgjson.Type) {
	if t.Format() == pgjson.TextFormat {
		return
	}
	if t.OID == 0 {
		own[t.Name] = t
	}
	if t.Elem != nil {
		addOwn(own, t.Elem)
	}
	for i := range t.Fields {
		addOwn(own, t.Fields[i].Type)
	}
}
