package catalog

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Grants is what, besides a routine's own ACL, decides who may call it.
type Grants struct {
	SchemaOwner    string              `json:"schema_owner"`
	SchemaPublic   bool                `json:"schema_public,omitempty"`    // PUBLIC has USAGE on the schema
	SchemaUsers    []string            `json:"schema_users,omitempty"`     // roles other than the owner that were granted USAGE, sorted
	SchemaOwnerOut bool                `json:"schema_owner_out,omitempty"` // USAGE was revoked from the owner
	Superusers     []string            `json:"superusers,omitempty"`       // sorted
	Inherits       map[string][]string `json:"inherits,omitempty"`         // role → the other roles whose privileges it has, sorted
}

func (r *reader) readRoles(ctx context.Context, tx pgx.Tx) error {
	c := r.cat
	return query(ctx, tx, rolesSQL, nil, func(row pgx.Rows) error {
		var (
			name    string
			super   bool
			inherit []string
		)
		if err := row.Scan(&name, &super, &inherit); err != nil {
			return err
		}
		c.Roles = append(c.Roles, name)
		if super {
			c.Grants.Superusers = append(c.Grants.Superusers, name)
		}
		if inherit != nil {
			if c.Grants.Inherits == nil {
				c.Grants.Inherits = map[string][]string{}
			}
			c.Grants.Inherits[name] = inherit
		}
		return nil
	})
}

// HasUsage reports whether role may look into the schema.
func (c *Catalog) HasUsage(role string) bool {
	g := &c.Grants
	return g.holds(role, g.SchemaPublic, !g.SchemaOwnerOut, g.SchemaOwner, g.SchemaUsers)
}

// HasExecute reports whether role may execute r, given USAGE on its schema.
func (c *Catalog) HasExecute(role string, r *Routine) bool {
	return c.Grants.holds(role, r.Public, !r.OwnerOut, r.Owner, r.Executors)
}

// holds reports whether role has a privilege: by PUBLIC, as a superuser, or with
// the privileges of the owner or a grantee.
func (g *Grants) holds(role string, public, ownerToo bool, owner string, grantees []string) bool {
	if public || slices.Contains(g.Superusers, role) {
		return true
	}
	for _, as := range append([]string{role}, g.Inherits[role]...) {
		if ownerToo && as == owner || slices.Contains(grantees, as) {
			return true
		}
	}
	return false
}
