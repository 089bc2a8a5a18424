package migrate

import (
	"context"
	_ "embed" // the SQL
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/manifest"
)

// runtimePart is what servers need of the schema spgen for one of their features.
//
// Its SQL brings every older version, and none, up to this one, and does nothing
// to this one. A function that servers call keeps its arguments, its result and
// its meaning for good: what is to be another gets another name. So a server works
// with every version from the one on that it was made with. Functions are SECURITY
// DEFINER, set search_path, and take EXECUTE from PUBLIC.
type runtimePart struct {
	name    string
	version int
	sql     string
	server  []string // functions that the server's role is to call
}

//go:embed runtime.sql
var runtimeSQL string

//go:embed runtime_keyed.sql
var keyedSQL string

// runtimeParts are installed in this order.
var runtimeParts = []runtimePart{
	{name: "keyed", version: 2, sql: keyedSQL, server: []string{
		"spgen.claim_key(bytea)", "spgen.replay_answer(bytea,boolean)", "spgen.store_answer(bytea,bytea,bigint)", "spgen.forget_answers(integer)",
	}},
	{name: "revocation", version: 2, sql: revocationSQL, server: []string{"spgen.revocations(xid8)", "spgen.revocations_after(pg_snapshot)"}},
}

// text returns the SQL that installs p, whatever there is of it.
func (p *runtimePart) text() string {
	return fmt.Sprintf(`%s
insert into spgen.runtime (part, version) values ('%s', %d)
on conflict (part) do update set version = excluded.version, installed_at = now() where runtime.version < excluded.version;
`, p.sql, p.name, p.version)
}

// RuntimeSQL returns SQL that installs what servers use in the schema spgen, and
// lets role call it if it is not "". It may run any number of times. Apply does the
// same: this is for databases that are migrated otherwise.
func RuntimeSQL(role string) string {
	var b strings.Builder
	b.WriteString("begin;\ncreate schema if not exists spgen;\n" + runtimeSQL)
	for i := range runtimeParts {
		b.WriteString("\n" + runtimeParts[i].text())
	}
	if role != "" {
		b.WriteString("\n" + grantSQL(role, serverFunctions()))
	}
	b.WriteString("commit;\n")
	return b.String()
}

const manifestPath = "manifest.yaml"

// ServerRole returns the role that the manifest in dir names for the server, or "".
func ServerRole(dir fs.FS) string {
	data, err := fs.ReadFile(dir, manifestPath)
	if err != nil {
		return ""
	}
	m, _ := manifest.Parse(manifestPath, data) // what is wrong with it is reported by who needs more of it
	return m.ServerRole
}

func serverFunctions() (all []string) {
	for i := range runtimeParts {
		all = append(all, runtimeParts[i].server...)
	}
	return all
}

func grantSQL(role string, functions []string) string {
	name := pgx.Identifier{role}.Sanitize()
	return fmt.Sprintf("grant usage on schema spgen to %s;\ngrant execute on function %s to %s;\n", name, strings.Join(functions, ", "), name)
}

// installRuntime installs the parts that are not there or older. It leaves newer
// ones as they are: an older spgen may migrate, too.
func installRuntime(ctx context.Context, conn *pgx.Conn, report *Report) error {
	versions, err := runtimeVersions(ctx, conn)
	if err != nil {
		return fmt.Errorf("ask for what servers use at run time: %w", err)
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for i := range runtimeParts {
			p := &runtimeParts[i]
			if versions[p.name] >= p.version {
				continue
			}
			if _, err := tx.Exec(ctx, runtimeSQL+p.text()); err != nil {
				return err
			}
		}
		return nil
	})
	return report.orNote(err, "install what servers use at run time",
		"keyed calls, or revoking sessions, are missing: migrate once as the owner of the schema spgen, or run what `spgen migrate --runtime-sql` prints")
}

// runtimeVersions returns the versions of the parts that are there.
func runtimeVersions(ctx context.Context, conn *pgx.Conn) (map[string]int, error) {
	versions := map[string]int{}
	var there bool
	if err := conn.QueryRow(ctx, "select to_regclass('spgen.runtime') is not null").Scan(&there); err != nil || !there {
		return versions, err
	}
	rows, err := conn.Query(ctx, "select part, version from spgen.runtime order by part")
	if err != nil {
		return nil, err
	}
	var (
		part    string
		version int
	)
	_, err = pgx.ForEachRow(rows, []any{&part, &version}, func() error {
		versions[part] = version
		return nil
	})
	return versions, err
}

// grantRuntime lets the server's role call what it needs, where it may not.
// It comes last: migrations make the role.
func grantRuntime(ctx context.Context, conn *pgx.Conn, dir fs.FS, report *Report) error {
	role := ServerRole(dir)
	if role == "" {
		if _, err := fs.Stat(dir, manifestPath); err != nil {
			return nil // a schema without an API
		}
		report.Notes = append(report.Notes, "the manifest names no server_role, so nobody but the owner may make keyed calls")
		return nil
	}
	known, lacks, functions, err := rightsOf(ctx, conn, role)
	switch {
	case err != nil:
		return fmt.Errorf("ask for the rights of %s: %w", role, err)
	case !known:
		report.Notes = append(report.Notes, fmt.Sprintf("the role %s does not exist: create it and migrate again, so that it may make keyed calls", role))
		return nil
	case !lacks:
		return nil
	}
	sql := grantSQL(role, functions)
	_, err = conn.Exec(ctx, sql)
	return report.orNote(err, "grant what servers use at run time", "keyed calls will be refused until the owner of the schema spgen runs: "+
		strings.ReplaceAll(strings.TrimSpace(sql), "\n", " "))
}

// rightsOf reports whether there is role, whether it lacks a right to what servers
// use, and which functions of those there are.
func rightsOf(ctx context.Context, conn *pgx.Conn, role string) (known, lacks bool, functions []string, err error) {
	err = conn.QueryRow(ctx, `
		select r.oid is not null,
		       coalesce(not has_schema_privilege(r.oid, 'spgen', 'usage') or bool_or(not has_function_privilege(r.oid, f.name, 'execute')), false),
		       coalesce(array_agg(f.name order by f.name) filter (where f.name is not null), '{}')
		  from (select) one
		  left join pg_catalog.pg_roles r on r.rolname = $1
		  left join unnest($2::text[]) f (name) on to_regprocedure(f.name) is not null
		 group by r.oid`, role, serverFunctions()).Scan(&known, &lacks, &functions)
	return known, lacks && len(functions) > 0, functions, err
}

// orNote turns a lack of rights into a note: the API works without.
func (r *Report) orNote(err error, what, note string) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pg) && pg.Code == pgerrcode.InsufficientPrivilege:
		r.Notes = append(r.Notes, note)
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
