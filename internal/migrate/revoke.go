package migrate

import (
	"context"
	_ "embed" // the SQL
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/manifest"
)

//go:embed runtime_revocation.sql
var revocationSQL string

// revokersSQL lets those call spgen.revoke whose functions make up the API: who
// owns its schema or a function in it. Superusers may anyway, and the server's
// role, which acts for clients, may not.
const revokersSQL = `do $do$
declare
    v_role name;
begin
    for v_role in
        select r.rolname
          from pg_catalog.pg_roles r
         where not r.rolsuper and r.rolname <> %[2]s
           and r.oid in (
               select n.nspowner from pg_catalog.pg_namespace n where n.nspname = %[1]s
               union
               select p.proowner from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = %[1]s)
           and not (has_schema_privilege(r.oid, 'spgen', 'usage') and has_function_privilege(r.oid, 'spgen.revoke(jsonb)', 'execute'))
         order by r.rolname
    loop
        execute format('grant usage on schema spgen to %%I', v_role);
        execute format('grant execute on function spgen.revoke(jsonb) to %%I', v_role);
    end loop;
end
$do$;
`

// grantRevoke lets the owners of the API's functions revoke sessions. Functions
// that do so may be among those that are about to be installed, so it runs before
// and after them.
func grantRevoke(ctx context.Context, conn *pgx.Conn, dir fs.FS, report *Report) error {
	sql := revokersOf(dir)
	var there bool
	if sql == "" {
		return nil
	}
	if err := conn.QueryRow(ctx, "select to_regprocedure('spgen.revoke(jsonb)') is not null").Scan(&there); err != nil || !there {
		return err // that it is missing has been noted
	}
	_, err := conn.Exec(ctx, sql)
	return report.orNote(err, "grant spgen.revoke", "functions may not revoke sessions until the owner of the schema spgen migrates, or runs what `spgen migrate --runtime-sql` prints")
}

// revokersOf returns the SQL that lets the owners of the functions of the manifest
// in dir revoke sessions, or "" without a manifest.
func revokersOf(dir fs.FS) string {
	data, err := fs.ReadFile(dir, manifestPath)
	if err != nil {
		return ""
	}
	m, _ := manifest.Parse(manifestPath, data) // what is wrong with it is reported by who needs more of it
	if m.Schema == "" || strings.Contains(m.Schema+m.ServerRole, "$do$") {
		return ""
	}
	quote := func(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }
	return fmt.Sprintf(revokersSQL, quote(m.Schema), quote(m.ServerRole))
}

// RuntimeSQLOf is RuntimeSQL for the roles that the manifest in dir names, and with
// what lets the owners of the API's functions revoke sessions.
func RuntimeSQLOf(dir fs.FS) string { return RuntimeSQL(ServerRole(dir)) + revokersOf(dir) }
