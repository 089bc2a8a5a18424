package pgcall_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

const endSessions = `select pg_terminate_backend(pid) from pg_stat_activity
	where datname = current_database() and pid <> pg_backend_pid()`

const oneSQL = `create function api.f(out a int) language sql as 'select 1';`

func one() *pgcall.Procedure {
	return function("f", pgcall.ShapeObject, nil, column("a", &pgjson.Int4))
}

// TestGateIsTold has no polls: event triggers announce what changes, or a call
// finds out.
func TestGateIsTold(t *testing.T) {
	t.Parallel()
	for _, announced := range []bool{true, false} {
		g := guard(t, "", oneSQL, -1, one())
		if announced {
			g.announce()
		}
		g.exec(`alter function api.f rename to g`)
		if !announced {
			g.answers("f", `{}`, "schema_drift")
		}
		g.becomes("drifted: the function does not exist")
		if announced {
			g.exec(`alter function api.g rename to f`)
			g.becomes("")
		}
	}
}

func (g *gated) announce() {
	g.t.Helper()
	conn, err := pgx.Connect(g.t.Context(), g.url)
	if err != nil {
		g.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(g.t.Context()))
	if _, err := migrate.Apply(g.t.Context(), conn, os.DirFS(g.t.TempDir()), migrate.Options{}); err != nil {
		g.t.Fatal(err)
	}
}

// TestGateReconnects ends the gate's session, then the right to have one.
func TestGateReconnects(t *testing.T) {
	t.Parallel()
	g := guard(t, "", oneSQL, fast, one())
	g.exec(endSessions)
	g.exec(`alter function api.f rename to g`)
	g.becomes("drifted: the function does not exist")
	g.exec(`alter function api.g rename to f`)
	g.becomes("")
	g.answers("f", `{}`, `{"a":1}`)
	if logged := g.log.String(); !strings.Contains(logged, "the schema cannot be compared") {
		t.Errorf("logged %s", logged)
	}
}

// TestGateMissesAnAnnouncement changes the schema while the gate's session has
// ended, so that the announcement reaches nobody. There are no polls: it looks
// when it is back.
func TestGateMissesAnAnnouncement(t *testing.T) {
	t.Parallel()
	g := guard(t, "", oneSQL, -1, one())
	g.announce()
	g.exec(`begin; ` + endSessions + `; alter function api.f rename to g; commit`)
	g.becomes("drifted: the function does not exist")
}

// TestGateWaitsForLocks prepares a call while another session holds the lock
// that this needs: the call is not refused for that.
func TestGateWaitsForLocks(t *testing.T) {
	t.Parallel()
	p := function("f", pgcall.ShapeArray, nil, column("id", &pgjson.Int4))
	g := guard(t, "", `create table app.kept (id int); create function api.f() returns setof app.kept language sql as 'select 1';`, fast, p)
	g.exec(`do $$ begin execute format('alter database %I set lock_timeout = ''50ms''', current_database()); end $$`)
	g.exec(endSessions)
	conn, err := pgx.Connect(t.Context(), g.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), `begin; lock table app.kept in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	g.exec(`create function api.f(a_other int) returns int language sql as 'select 1'`) // now the call has to be prepared
	g.becomes("differs: it could not be prepared: canceling statement due to lock timeout (SQLSTATE 55P03)")
	if _, err := conn.Exec(t.Context(), `rollback`); err != nil {
		t.Fatal(err)
	}
	g.becomes("")
	g.answers("f", `{}`, `[{"id":1}]`)
}

// TestTypedCallsOnPredecessors has no gate to ask.
func TestTypedCallsOnPredecessors(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, `create table app.ledger (n int primary key);
		create function api.store(a_n int, out n int) language sql as 'insert into app.ledger values (a_n) returning n';`)
	more := column("more", &pgjson.Text)
	more.Added = true
	p := storing()
	p.Columns = append(p.Columns, more)
	err := pgcall.Do(t.Context(), s.pool, p, &number{3}, func(data []byte) error {
		if string(data) != `{"n":3,"more":null}` {
			t.Errorf("result %s", data)
		}
		return nil
	})
	if err != nil || s.query("select count(*)::text from app.ledger") != "1" {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for identity, want := range map[string][3]string{
		"api.f(integer)":        {"api", "f", "api.f"},
		`"a.p""i"."f(1)"(text)`: {`a.p"i`, "f(1)", `"a.p""i"."f(1)"`},
		"api.f":                 {"api", "f", "api.f"},
		`api."F"()`:             {"api", "F", `api."F"`},
		`"open`:                 {`"open`, "", `"open`},
	} {
		schema, name, full := pgcall.Names(identity)
		if got := [3]string{schema, name, full}; got != want {
			t.Errorf("%s: %q, want %q", identity, got, want)
		}
	}
}

// BenchmarkAdmit is what the gate adds to a call: where every method matches, and
// where one does not.
func BenchmarkAdmit(b *testing.B) {
	p, other := one(), one()
	for _, refuses := range []bool{false, true} {
		e := pgcall.NewExecutor(nil, pgcall.ExecutorOptions{})
		name := "all match"
		if refuses {
			e.Judge(other, true)
			name = "another drifted"
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Admit(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAdmitDoesNotAllocate(t *testing.T) {
	p, other := one(), one()
	e := pgcall.NewExecutor(nil, pgcall.ExecutorOptions{})
	for _, prepare := range []func(){func() {}, func() { e.Judge(other, false) }, func() { e.Judge(p, true) }} {
		prepare()
		if n := testing.AllocsPerRun(100, func() { _, _ = e.Admit(p) }); n > 0 {
			t.Errorf("%v allocations", n)
		}
	}
}
