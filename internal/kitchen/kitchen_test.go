package kitchen_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/internal/spectest"
)

// defaults are rapid's flags unless the command line has them: how many random
// values each type gets, and how long a failure may be made smaller.
var defaults = map[string]string{"rapid.checks": "6", "rapid.shrinktime": "3s", "rapid.nofailfile": "true"}

func TestMain(m *testing.M) {
	for name, value := range defaults {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(pgtest.Stopping(m))
}

// kitchen is the generated server and what it was generated from.
type kitchen struct {
	url, database string
	version       int // of PostgreSQL, major
	types         []*types
	ids           map[string]int // of methods, by function
	frames        *spectest.Frames
}

// TestKitchen makes the schema, builds the server and runs the suite on it.
func TestKitchen(t *testing.T) {
	t.Parallel()
	k := &kitchen{database: pgtest.New(t), ids: map[string]int{}}
	functions := k.install(t)
	files, frames := generate(t, k.database, functions)
	k.frames, k.url = frames, serve(t, build(t, files), k.database)
	t.Cleanup(func() { k.judged(t) })
	for _, types := range k.types {
		t.Run(types.row.key, func(t *testing.T) {
			t.Parallel()
			t.Run("edges", func(t *testing.T) { k.edges(t, types) })
			t.Run("made", func(t *testing.T) { k.made(t, types) })
			t.Run("random", func(t *testing.T) { k.random(t, types) })
		})
	}
	for name, test := range map[string]func(*testing.T){"large": k.large, "refused": k.refuse, "shapes": k.shapes} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// judged holds that frames of every method of each type that was tested were held
// against its schemas.
func (k *kitchen) judged(t *testing.T) {
	seen := k.frames.Seen()
	tested := 0
	for _, types := range k.types {
		var missing []string
		for _, name := range types.methods() {
			key := fmt.Sprintf("M%d", k.ids[name])
			if seen[key+".request"] == 0 || seen[key+".answer"] == 0 {
				missing = append(missing, name)
			}
		}
		if len(missing) == len(types.methods()) {
			continue // -run has left it out
		}
		tested++
		if missing != nil {
			t.Errorf("no frames of %v were held against their schemas", missing)
		}
	}
	if tested == 0 {
		t.Error("no frames were held against schemas")
	}
}

// install makes the schema of every type that the server has, and returns the
// functions in the order of their IDs.
func (k *kitchen) install(t *testing.T) []string {
	t.Helper()
	pgtest.Exec(t, k.database, "create schema app; create schema api; create schema ext")
	conn, err := pgx.Connect(t.Context(), k.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if err := conn.QueryRow(t.Context(), "select current_setting('server_version_num')::int / 10000").Scan(&k.version); err != nil {
		t.Fatal(err)
	}
	var sql strings.Builder
	sql.WriteString(shapesSQL)
	functions := slices.Clone(shapeFunctions)
	for i, name := range functions {
		k.ids[name] = firstID + i
	}
	for _, r := range table {
		if !r.available(t, conn) {
			continue
		}
		types := typesOf(r)
		k.types = append(k.types, types)
		sql.WriteString(types.schemaSQL())
		for _, name := range types.methods() {
			k.ids[name] = firstID + len(functions)
			functions = append(functions, "api."+name)
		}
	}
	pgtest.Exec(t, k.database, sql.String())
	return functions
}

// available makes the extension that has the type.
func (r *row) available(t *testing.T, conn *pgx.Conn) bool {
	t.Helper()
	probe := r.probe
	if r.extension != "" {
		schema, _, _ := strings.Cut(r.sql, ".")
		probe = "create extension " + r.extension + " schema " + schema
	}
	if probe == "" {
		return true
	}
	if _, err := conn.Exec(t.Context(), probe); err != nil {
		t.Logf("without %s: %v", r.sql, err)
		return false
	}
	return true
}

// fixed makes every scalar the same edge, with all there is around it.
type fixed struct{ edge leaf }

func (f fixed) leaf(*row) leaf { return f.edge }
func (fixed) pick(int) int     { return 0 }

// turning takes edges and choices in turn.
type turning struct {
	edges   []leaf
	n, step int
}

func (s *turning) leaf(*row) leaf { return s.edges[s.pick(len(s.edges))] }

func (s *turning) pick(n int) int {
	s.n += s.step
	return s.n / 7 % n
}

// turns is how many calls have structure that varies.
const turns = 5

// edges sends every edge in every position.
func (k *kitchen) edges(t *testing.T, types *types) {
	c := k.dial(t)
	var edges []leaf
	for _, l := range types.row.edges {
		if l.since <= k.version {
			edges = append(edges, l)
		}
	}
	for _, l := range edges {
		c.check(t, types.calls(fixed{l}))
	}
	for n := range turns {
		c.check(t, types.calls(&turning{edges, 5 * n, 2*n + 5}))
	}
}

// drawn draws scalars and choices.
type drawn struct{ t *rapid.T }

func (d drawn) leaf(r *row) leaf { return r.draw(d.t) }
func (d drawn) pick(n int) int   { return rapid.IntRange(0, n-1).Draw(d.t, "pick") }

func (k *kitchen) random(t *testing.T, types *types) {
	c := k.dial(t)
	rapid.Check(t, func(t *rapid.T) { c.check(t, types.calls(drawn{t})) })
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// check makes the calls and holds the answers against both oracles.
func (c *client) check(t fataler, calls []call) {
	t.Helper()
	answers, err := c.send(calls)
	if err != nil {
		t.Fatalf("%v", err)
	}
	results, err := c.psql(calls)
	for i, call := range calls {
		got := answers[i].String()
		if got != call.want && call.want != "" {
			t.Fatalf("%s %s\n got %s\nwant %s", call.method, call.params, got, call.want)
		}
		if err != nil {
			continue
		}
		said, err := call.read(results[i])
		if err != nil || said != got {
			t.Fatalf("%s\n      got %s\npsql says %s (%v)", call.sql, got, said, err)
		}
	}
	if err != nil {
		t.Fatalf("%v in one of %v", err, calls)
	}
}
