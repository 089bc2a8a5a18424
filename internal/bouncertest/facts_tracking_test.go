package bouncertest_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// How a client learns whether the pooler tracks statements.
func TestProbe(t *testing.T) {
	t.Parallel()
	const text = "select name from pg_prepared_statements where statement like '%probe 4711%'"
	inModes(t, func(t *testing.T, url string, m mode) {
		got := newBench(t, url, m).client(t, "a").say(group(parse("mine", text), run("mine"))...)
		want := callParsed + "mine"
		if m.tracks {
			want = callParsed + "PGBOUNCER_"
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s…", got, want)
		}
	})
}

// limited is a pooler that has two statements a server connection at most.
func limited(t *testing.T) *bench {
	t.Helper()
	return newBench(t, pgtest.New(t), mode{version: bouncertest.New}, bouncertest.PreparedStatements(2))
}

func TestMoreStatementsThanTheLimit(t *testing.T) {
	t.Parallel()
	b := limited(t)
	a := b.client(t, "a")
	names := []string{"x", "y", "z"}
	for range 3 {
		var pipeline said
		for _, name := range names {
			pipeline = join(pipeline, group(forget(name), parse(name, "select '"+name+"'"), run(name)))
			pipeline = join(pipeline, forget(name), parse(name, "select '"+name+"'"), describe(name))
		}
		pipeline = group(pipeline)
		want := strings.TrimSuffix(strings.Repeat("CloseComplete; ParseComplete; BindComplete; row ?; SELECT 1; ready I; CloseComplete; ParseComplete; ", 3), "; ") + "; ready I"
		for _, name := range names {
			want = strings.Replace(want, "?", name, 1)
		}
		if got := a.say(pipeline...); got != want {
			t.Errorf("prepared and run:\n%s, want\n%s", got, want)
		}
		const rows = "BindComplete; row x; SELECT 1; BindComplete; row y; SELECT 1; BindComplete; row z; SELECT 1; ready I"
		if got := a.say(group(run("x"), run("y"), run("z"))...); got != rows {
			t.Errorf("run: %s", got)
		}
	}
	if n := b.Console(t, "show servers")[0]["prepared_statements"]; n != "2" {
		t.Errorf("%s statements on the server connection", n)
	}
}

// A mistake of PgBouncer's: what it says for the server gets out of step when
// Parse is followed by another Parse or by Close. A Bind or Describe between them
// puts it right (test above).
func TestAnswersOutOfStep(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	for _, test := range []struct {
		name        string
		limit       int
		again, runs string // answers to preparing a second time, and to running then
	}{
		{
			"in another order", 20, "CloseComplete; CloseComplete; CloseComplete; ParseComplete; ParseComplete; ParseComplete; ready I",
			"BindComplete; row x; SELECT 1; BindComplete; row y; SELECT 1; BindComplete; row z; SELECT 1; ready I",
		},
		{
			"too many, when statements are displaced", 2, "CloseComplete; ParseComplete; ParseComplete; CloseComplete; CloseComplete; ParseComplete; ready I",
			"CloseComplete; ParseComplete; BindComplete; row x; SELECT 1; ParseComplete; CloseComplete; BindComplete; row y; SELECT 1; " +
				"ParseComplete; CloseComplete; BindComplete; row z; SELECT 1; ready I",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, url, mode{version: bouncertest.New}, bouncertest.PreparedStatements(test.limit))
			a := b.client(t, "a")
			var prepare said
			for _, name := range []string{"x", "y", "z"} {
				prepare = join(prepare, forget(name), parse(name, "select '"+name+"'"))
			}
			all := group(run("x"), run("y"), run("z"))
			a.say(group(prepare)...)
			a.say(all...)
			if got := a.say(group(prepare)...); got != test.again {
				t.Errorf("prepared again: %s, want %s", got, test.again)
			}
			if got := a.say(all...); got != test.runs {
				t.Errorf("run: %s, want %s", got, test.runs)
			}
		})
	}
}
