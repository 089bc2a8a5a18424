package pgcall_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

// number is what a generated struct of one parameter or column looks like.
type number struct{ N int32 }

func (v *number) CodeJSON(c *pgval.Coder) {
	c.Field("n")
	c.Int4(&v.N)
}

type nothing struct{}

func (nothing) CodeJSON(*pgval.Coder) {}

const storeSQL = `
create table app.ledger (n int primary key check (n > 0));
create function api.store(a_n int, out n int) language sql as $$ insert into app.ledger values ($1) returning n $$;
create function api.stored() returns setof int language sql stable as $$ select n from app.ledger order by n $$;
create function api.moods(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;
create function api.end_myself(a_n int) returns int language plpgsql as
	$$ begin perform pg_terminate_backend(pg_backend_pid(), 0), pg_sleep(10); return a_n; end $$;
`

func storing() *pgcall.Procedure {
	p := function("store", pgcall.ShapeObject, params(in("n", &pgjson.Int4)), column("n", &pgjson.Int4))
	p.Errors = []rpc.ErrorRule{{Code: 11000, Name: "taken", Constraint: "ledger_pkey"}}
	return p
}

func stored() *pgcall.Procedure {
	p := readOnly(function("stored", pgcall.ShapeScalars, nil, scalar(&pgjson.Int4)))
	p.Head = `select * from "api"."stored"(`
	return p
}

func store(ctx context.Context, db pgcall.DB, n int32) (int32, error) {
	var result number
	err := pgcall.Do(ctx, db, storing(), &number{n}, pgcall.Into(&result))
	return result.N, err
}

func list(ctx context.Context, db pgcall.DB) ([]int32, error) {
	var result []int32
	err := pgcall.Do(ctx, db, stored(), nothing{}, pgcall.Value(&result, func(c *pgval.Coder, v *[]int32) {
		pgval.Slice(c, v, (*pgval.Coder).Int4)
	}))
	return result, err
}

// dbs are the kinds of databases that typed functions run on.
func dbs(t *testing.T, url string) map[string]pgcall.DB {
	t.Helper()
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	acquired, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(acquired.Release)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	other, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(ctx) })
	tx, err := other.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]pgcall.DB{"pool": pool, "acquired": acquired, "conn": conn, "tx": tx}
}

func TestTyped(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ownTypes+storeSQL)
	all := dbs(t, s.url)
	all["executor"], all["invoker"] = s.executor, s.pool
	for name, db := range all {
		t.Run(name, func(t *testing.T) {
			s.exec("truncate app.ledger")
			for n := range int32(3) {
				if got, err := store(t.Context(), db, n+1); err != nil || got != n+1 {
					t.Errorf("stored %d, %v", got, err)
				}
			}
			if got, err := list(t.Context(), db); err != nil || len(got) != 3 {
				t.Errorf("listed %v, %v", got, err)
			}
			if tx, ok := db.(pgx.Tx); ok {
				_ = tx.Rollback(t.Context())
				return
			}
			_, err := store(t.Context(), db, 1)
			if e := new(rpc.Error); !errors.As(err, &e) || e.Name != "taken" {
				t.Errorf("stored twice: %v", err)
			}
			if _, err = store(t.Context(), db, -1); !errors.Is(err, rpc.NewError(rpc.CodeConstraintViolation, "")) {
				t.Errorf("stored -1: %v", err)
			}
		})
	}
}

func TestTypedInTransaction(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ownTypes+storeSQL)
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	must(t, func() error { _, err := store(t.Context(), tx, 1); return err }())
	nested, err := tx.Begin(t.Context())
	must(t, err)
	if _, err := store(t.Context(), nested, 1); !errors.Is(err, &rpc.Error{Code: 11000}) {
		t.Errorf("stored twice: %v", err)
	}
	var e *rpc.Error
	if _, err := store(t.Context(), nested, 2); err == nil || errors.As(err, &e) {
		t.Errorf("in a transaction that failed: %v", err)
	}
	must(t, nested.Rollback(t.Context()))
	must(t, func() error { _, err := store(t.Context(), tx, 3); return err }())
	if got, err := list(t.Context(), tx); err != nil || len(got) != 2 {
		t.Errorf("listed %v, %v", got, err)
	}
	if got, err := list(t.Context(), s.executor); err != nil || len(got) != 0 {
		t.Errorf("others see %v, %v", got, err)
	}
	must(t, tx.Commit(t.Context()))
	if got, err := list(t.Context(), s.executor); err != nil || len(got) != 2 {
		t.Errorf("after the commit others see %v, %v", got, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type moodsParams struct{ Moods []string }

func (v *moodsParams) CodeJSON(c *pgval.Coder) {
	c.Field("moods")
	pgval.Slice(c, &v.Moods, (*pgval.Coder).Text)
}

func TestTypedAfterDrift(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ownTypes+storeSQL,
		method(function("moods", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))))
	p := s.api.Methods[0].Binding.(*pgcall.Procedure)
	all := dbs(t, s.url)
	must(t, all["tx"].(pgx.Tx).Rollback(t.Context()))
	delete(all, "tx")
	all["executor"] = s.executor
	for range 2 {
		for name, db := range all {
			var got []string
			err := pgcall.Do(t.Context(), db, p, &moodsParams{[]string{"sad"}}, pgcall.Value(&got, func(c *pgval.Coder, v *[]string) {
				pgval.Slice(c, v, (*pgval.Coder).Text)
			}))
			if err != nil || len(got) != 1 || got[0] != "sad" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		s.exec(`drop function api.moods; drop type app.pair; drop type app.mood; ` +
			`create type app.mood as enum ('sad', 'glad'); create type app.pair as (x int, y app.mood);` +
			`create function api.moods(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;`)
	}
}

func TestTypedConnectionIsLost(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ownTypes+storeSQL)
	p := function("end_myself", pgcall.ShapeScalar, params(in("n", &pgjson.Int4)), scalar(&pgjson.Int4))
	all := dbs(t, s.url)
	all["executor"] = s.executor
	for name, db := range all {
		want := rpc.CodeOutcomeUnknown
		if name == "tx" || name == "executor" {
			want = rpc.CodeUnavailable // whatever it did is rolled back; the executor has tried more than once
		}
		err := pgcall.Do(t.Context(), db, p, &number{1}, pgcall.Void)
		if !errors.Is(err, rpc.NewError(want, "")) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := store(t.Context(), all["pool"], 1); err != nil {
		t.Errorf("the pool does not recover: %v", err)
	}
}

func TestTypedMisuse(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	pool := pgtest.Pool(t)
	if _, err := store(cancelled, pool, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if _, err := store(t.Context(), pool, 1); !errors.Is(err, rpc.NewError(rpc.CodeSchemaDrift, "")) {
		t.Errorf("without the function: %v", err)
	}
	for _, db := range []pgcall.DB{nil, odd{}} {
		if _, err := store(t.Context(), db, 1); err == nil {
			t.Errorf("%T is no database", db)
		}
	}
	if err := pgcall.Do(t.Context(), pool, storing(), nothing{}, pgcall.Void); !errors.Is(err, rpc.NewError(rpc.CodeInvalidParams, "")) {
		t.Errorf("without a parameter: %v", err)
	}
}

// odd is a DB of no known kind.
type odd struct{ pgcall.DB }
