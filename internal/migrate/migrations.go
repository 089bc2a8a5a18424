package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/jackc/pgx/v5"
	ternmigrate "github.com/jackc/tern/v2/migrate"
)

// ErrMigrationChanged is returned when a migration that was applied is not what
// it was then. Nothing is done in that case.
var ErrMigrationChanged = errors.New("a migration that was applied has changed")

// checkApplied compares the applied migrations with the files.
func checkApplied(src *source, st *state) error {
	var errs []error
	if st.version < 0 {
		return fmt.Errorf("%s holds %d, which is no version: set it to the number of the last applied migration",
			versionTable, st.version)
	}
	for n := 1; n <= st.version; n++ {
		if n > len(src.migrations) {
			errs = append(errs, fmt.Errorf("%w: number %d is not in %s any more: restore the file, or use the checkout that it is in",
				ErrMigrationChanged, n, src.name(migrationsDir)))
			continue
		}
		f := src.migrations[n-1]
		if was, ok := st.applied[n]; ok && was != f.sha256 {
			errs = append(errs, fmt.Errorf("%w: %s: restore what it was and put the change into a new migration",
				ErrMigrationChanged, src.name(f.path)))
		}
	}
	return errors.Join(errs...)
}

// runMigrations applies the migrations that are missing.
func runMigrations(ctx context.Context, conn *pgx.Conn, src *source, st *state, restore string, o Options, report *Report) error {
	if err := checkApplied(src, st); err != nil {
		return err
	}
	if len(src.migrations) == 0 {
		return nil
	}
	if err := adopt(ctx, conn, src, st, restore, o); err != nil {
		return err
	}
	m, traced, err := loadMigrations(ctx, conn, src, restore)
	if err != nil {
		return err
	}
	var current int32
	m.OnStart = func(n int32, name, _, _ string) {
		current = n
		report.Migrations = append(report.Migrations, src.migrations[n-1].path)
		o.Logger.InfoContext(ctx, "applying migration", "number", n, "name", name)
	}
	if err := m.Migrate(ctx); err != nil {
		if current == 0 {
			return fmt.Errorf("migrate: %w", err)
		}
		report.Migrations = report.Migrations[:len(report.Migrations)-1]
		return migrationError(src, int(current), traced[current-1], err)
	}
	// tern has reset all settings
	if _, err := conn.Exec(ctx, restore); err != nil {
		return fmt.Errorf("restore the session's settings: %w", err)
	}
	return nil
}

// migrationError finds the place of an error. Tern sends a migration as a whole,
// or statement by statement when outside of a transaction, and says what it sent.
func migrationError(src *source, n int, traced *tracedSQL, err error) error {
	f := src.migrations[n-1]
	var failed ternmigrate.MigrationPgError
	if !errors.As(err, &failed) {
		return fmt.Errorf("%s: %w", src.name(f.path), err)
	}
	sent := sentSQL{text: failed.Sql, whole: traced.text}
	sent.base = max(strings.Index(sent.whole, sent.text), 0)
	return src.traced(src.sqlError(f, sent, failed.PgError), traced)
}

// traced returns e with its place in the file that the line came from.
func (s *source) traced(e *SQLError, t *tracedSQL) *SQLError {
	if p, ok := t.locate(e.offset); ok && e.Line > 0 {
		e.File, e.Line = s.name(path.Join(migrationsDir, p.path)), p.line
	}
	return e
}

// loadMigrations lets tern read and evaluate the files, and adds to each what
// records it in the same transaction.
func loadMigrations(ctx context.Context, conn *pgx.Conn, src *source, restore string) (*ternmigrate.Migrator, []*tracedSQL, error) {
	m, err := ternmigrate.NewMigrator(ctx, conn, versionTable)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	sub, err := fs.Sub(src.dir, migrationsDir)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	marked := newMarkedFS(sub)
	if err := m.LoadMigrations(marked); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", src.name(migrationsDir), err)
	}
	traced := make([]*tracedSQL, len(m.Migrations))
	for i, one := range m.Migrations {
		f := src.migrations[i]
		traced[i] = marked.trace(one.UpSQL)
		if blank(traced[i].text) {
			return nil, nil, fmt.Errorf("%s: there is no SQL in it: write some or remove the file", src.name(f.path))
		}
		if r := refuse(traced[i].text); r != nil {
			return nil, nil, src.traced(src.refusal(f, traced[i].text, r), traced[i])
		}
		one.UpSQL = traced[i].text + recordSQL(i+1, f, restore)
	}
	return m, traced, nil
}

// blank reports whether sql has nothing but comments of one line.
func blank(sql string) bool {
	for line := range strings.Lines(sql) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			return false
		}
	}
	return true
}

// recordSQL is appended to a migration. It begins by undoing SET ROLE, or the
// migration could not be recorded.
func recordSQL(n int, f file, restore string) string {
	return fmt.Sprintf(`
;
%s
insert into spgen.applied_migration (sequence, name, sha256)
values (%d, %s, %s)
on conflict (sequence) do update set name = excluded.name, sha256 = excluded.sha256, applied_at = now();
`, restore, n, quote(strings.TrimPrefix(f.path, migrationsDir+"/")), quote(f.sha256))
}

func quote(s string) string { return "'" + escape(s) + "'" }

// adopt records migrations that something else than Apply counted in the
// version table, such as tern itself.
func adopt(ctx context.Context, conn *pgx.Conn, src *source, st *state, restore string, o Options) error {
	for n := range st.version {
		f := src.migrations[n]
		if _, ok := st.applied[n+1]; ok {
			continue
		}
		o.Logger.WarnContext(ctx, "migration was applied by something else, taking its file for what was applied", "name", f.path)
		if _, err := conn.Exec(ctx, recordSQL(n+1, f, restore)); err != nil {
			return fmt.Errorf("record %s: %w", f.path, err)
		}
	}
	return nil
}
