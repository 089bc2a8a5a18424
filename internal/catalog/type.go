package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// firstNormalOID is the first OID that initdb does not fix: below it, OIDs are
// the same in every database of a version.
const firstNormalOID = 16384

// rawType is a row of types.sql: a type whose parts are still OIDs.
type rawType struct {
	Type
	oid, elem                      uint32
	kind                           string
	names, modified, fieldComments []string
	types                          []uint32
	notNull                        []bool
}

// readTypes reads the types with these OIDs and all that they are made of.
func (r *reader) readTypes(ctx context.Context, tx pgx.Tx, oids []uint32) error {
	var all []*rawType
	r.names = map[uint32]string{}
	err := query(ctx, tx, typesSQL, []any{oids}, func(row pgx.Rows) error {
		t := &rawType{}
		err := row.Scan(&t.oid, &t.Name, &t.Cast, &t.Schema, &t.Bare, &t.kind, &t.elem, &t.Declared,
			&t.NotNull, &t.Loose, &t.Checks, &t.Labels, &t.names, &t.types, &t.modified, &t.notNull, &t.fieldComments,
			&t.Comment, &t.Extension, &t.Binary, &t.Delim)
		all = append(all, t)
		r.names[t.oid] = t.Name
		return err
	})
	if err != nil {
		return err
	}
	for _, raw := range all {
		t, err := r.nameType(raw)
		if err != nil {
			return fmt.Errorf("type %s: %w", raw.Name, err)
		}
		r.cat.Types[t.Name] = t
	}
	own := r.cat.levels()
	for _, t := range r.cat.Types {
		r.cat.inherit(t, own)
	}
	return nil
}

func (r *reader) nameType(raw *rawType) (*Type, error) {
	t := raw.Type
	kind, err := letter(raw.kind)
	if err != nil {
		return nil, err
	}
	t.Kind = TypeKind(kind)
	if raw.oid < firstNormalOID {
		t.OID = raw.oid
	}
	if t.Cast == t.Name {
		t.Cast = ""
	}
	if raw.elem != 0 {
		if t.Elem, err = r.name(raw.elem); err != nil {
			return nil, err
		}
	}
	for i, oid := range raw.types {
		name, err := r.name(oid)
		if err != nil {
			return nil, err
		}
		t.Fields = append(t.Fields, Field{
			Name: raw.names[i], Type: name, Declared: raw.modified[i], NotNull: raw.notNull[i], Comment: raw.fieldComments[i],
		})
	}
	return &t, nil
}

// level is what one type declares by itself, before inherit.
type level struct {
	notNull, binary bool
	checks          []string
}

func (c *Catalog) levels() map[string]level {
	own := make(map[string]level, len(c.Types))
	for name, t := range c.Types {
		own[name] = level{notNull: t.NotNull, binary: t.Binary, checks: t.Checks}
	}
	return own
}

// inherit completes t from the types it is made of: a domain has the NOT NULL
// and the checks of every domain under it, and a value is binary only when all
// of its parts are: array_send exists for aclitem[] too, and fails.
func (c *Catalog) inherit(t *Type, own map[string]level) {
	if t.Kind == Domain {
		t.Checks = slices.Clone(t.Checks)
		for base := c.Types[t.Elem]; base != nil && base.Kind == Domain; base = c.Types[base.Elem] {
			t.NotNull = t.NotNull || own[base.Name].notNull
			t.Checks = append(t.Checks, own[base.Name].checks...)
		}
	}
	t.Binary = c.binary(t, own, map[string]bool{})
}

func (c *Catalog) binary(t *Type, own map[string]level, seen map[string]bool) bool {
	if seen[t.Name] {
		return true
	}
	seen[t.Name] = true
	ok := own[t.Name].binary
	for _, name := range t.parts() {
		ok = ok && c.binary(c.Types[name], own, seen)
	}
	return ok
}
