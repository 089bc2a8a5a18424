package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

const unqualified = "before pg_temp, add the schemas of what its body does not qualify"

// searchPath is SEC001: SECURITY DEFINER finds its names where the owner said, in
// LANGUAGE sql too, and temporary objects of the caller last.
func (r *routine) searchPath() {
	if !r.Definer {
		return
	}
	c, set := r.Setting("search_path")
	path := c.List()
	last := len(path) - 1
	switch {
	case !set:
		r.report("SEC001", diag.Error, "", r.Identity+" is SECURITY DEFINER and finds its names in the caller's search_path",
			fmt.Sprintf("alter %s set search_path = pg_catalog, pg_temp;", r.sql()), unqualified)
	case last >= 0 && path[last] != "pg_temp":
		r.report("SEC001", diag.Error, "", r.Identity+" is SECURITY DEFINER and its search_path does not end in pg_temp: "+
			"a caller's temporary table stands before the one that is meant",
			fmt.Sprintf("alter %s set search_path = %s;", r.sql(), pathWithTemp(path)), "")
	}
	for _, schema := range path {
		if slices.Contains(r.Audit.OpenSchemas, schema) {
			r.report("SEC001", diag.Error, schema, fmt.Sprintf("%s is SECURITY DEFINER and its search_path has %s, where anyone may create",
				r.Identity, schema), "revoke create on schema "+ident(schema)+" from public;", "")
		}
	}
}

// pathWithTemp moves pg_temp to the end of a search_path.
func pathWithTemp(path []string) string {
	var names []string
	for _, name := range path {
		if name != "pg_temp" {
			names = append(names, ident(name))
		}
	}
	return strings.Join(append(names, "pg_temp"), ", ")
}

// publicExecute is SEC002.
func (r *routine) publicExecute() {
	if !r.Public || r.isTrigger() {
		return
	}
	fix := fmt.Sprintf("revoke execute on %s from public;", r.granted())
	if role := r.Manifest.ServerRole; role != "" && r.method != nil && !r.granteeToo(role) && slices.Contains(r.Catalog.Roles, role) {
		fix += fmt.Sprintf("\ngrant execute on %s to %s;", r.granted(), ident(role))
	}
	hint := ""
	if !slices.Contains(r.Audit.PublicRevoked, r.Owner) {
		fix += fmt.Sprintf("\nalter default privileges for role %s revoke execute on functions from public;", ident(r.Owner))
		hint = "the last statement is for functions to come; with IN SCHEMA it would do nothing"
	}
	r.report("SEC002", diag.Error, "", "every role of the database may execute "+r.Identity, fix, hint)
}

// granteeToo reports whether role may execute r without PUBLIC's right.
func (r *routine) granteeToo(role string) bool {
	private := *r.Routine
	private.Public = false
	return r.Catalog.HasExecute(role, &private)
}

// owner is SEC003 of SECURITY DEFINER.
func (r *routine) owner() {
	if !r.Definer {
		return
	}
	why := ""
	switch {
	case slices.Contains(r.Catalog.Grants.Superusers, r.Owner):
		why = "a superuser"
	case slices.Contains(r.Audit.BypassRLS, r.Owner):
		why = "a role that row-level security does not hold (BYPASSRLS)"
	default:
		return
	}
	r.report("SEC003", diag.Error, "owner", fmt.Sprintf("%s is SECURITY DEFINER and belongs to %s, %s", r.Identity, r.Owner, why),
		r.otherOwner(), "that role needs rights on what the body uses, and no more")
}

// otherOwner is SQL that gives r to a role without special rights: the schema's
// owner, or a new one.
func (r *routine) otherOwner() string {
	schema, owner := r.Schema, r.Catalog.Grants.SchemaOwner
	alter := "alter " + r.sql() + " owner to "
	if !slices.Contains(r.Catalog.Grants.Superusers, owner) && !slices.Contains(r.Audit.BypassRLS, owner) {
		return alter + ident(owner) + ";"
	}
	owner = ident(schema + "_owner")
	create := ""
	if !slices.Contains(r.Catalog.Roles, schema+"_owner") {
		create = "create role " + owner + " nologin;\n"
	}
	return create + fmt.Sprintf("grant usage, create on schema %s to %s;\n", ident(schema), owner) + alter + owner + ";"
}

// language is SEC003 of untrusted languages.
func (r *routine) language() {
	if !slices.Contains(r.Audit.Untrusted, r.Language) {
		return
	}
	r.report("SEC003", diag.Error, "language",
		fmt.Sprintf("%s is written in %s, which may do whatever the server's operating system lets PostgreSQL do", r.Identity, r.Language),
		fmt.Sprintf("create schema if not exists private;\nalter %s set schema private;", r.sql()),
		"write what clients call in PL/pgSQL or SQL")
}

// mutablePath is SEC006. LANGUAGE sql is not meant: with a SET clause it is no
// longer inlined.
func (r *routine) mutablePath() {
	if r.Definer || r.Language != "plpgsql" || r.isTrigger() || r.Kind == catalog.Procedure && r.body.has("commit") {
		return // with a SET clause a procedure may not commit
	}
	if _, set := r.Setting("search_path"); set {
		return
	}
	r.report("SEC006", diag.Note, "", r.Identity+" finds its names in the search_path of whoever calls it",
		fmt.Sprintf("alter %s set search_path = pg_catalog, pg_temp;", r.sql()), unqualified)
}

// schema are the findings about the schema itself, SEC005 and OPS001.
func (l *linter) schema() {
	name := ident(l.Catalog.Schema)
	creators := slices.Clone(l.Audit.Creators)
	if l.Audit.CreatePublic {
		creators = append(creators, "public")
	}
	for _, role := range creators {
		grantee := ident(role)
		if role == "public" {
			grantee = "public"
		}
		l.reportSchema("SEC005", role, fmt.Sprintf("%s may create functions in the schema %s, which become API", role, name),
			fmt.Sprintf("revoke create on schema %s from %s;", name, grantee))
	}
	role := l.Manifest.ServerRole
	switch {
	case role == "":
	case !slices.Contains(l.Catalog.Roles, role):
		l.reportSchema("OPS001", role, fmt.Sprintf("the server's role %s does not exist in this cluster", role),
			fmt.Sprintf("create role %s login;\ngrant usage on schema %s to %s;", ident(role), name, ident(role)))
	case !l.Catalog.HasUsage(role):
		l.reportSchema("OPS001", role, fmt.Sprintf("the server's role %s may not use the schema %s", role, name),
			fmt.Sprintf("grant usage on schema %s to %s;", name, ident(role)))
	}
}

func (l *linter) reportSchema(code, detail, message, fix string) {
	subject := "schema " + l.Catalog.Schema
	l.add(Finding{
		Diagnostic: diag.Diagnostic{Code: code, Severity: diag.Error, Pos: diag.Pos{}, Subject: subject, Message: message, Hint: fix},
		Key:        key(code, subject, detail), Fix: fix,
	})
}

// rights is OPS001 of a method: DROP and CREATE lose grants.
func (r *routine) rights() {
	role := r.Manifest.ServerRole
	if role == "" || !slices.Contains(r.Catalog.Roles, role) || r.Catalog.HasExecute(role, r.Routine) {
		return
	}
	r.report("OPS001", diag.Error, role, fmt.Sprintf("the server's role %s may not execute %s: each call fails", role, r.Identity),
		fmt.Sprintf("grant execute on %s to %s;", r.granted(), ident(role)), "")
}
