package example

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/plausible"
	"github.com/spgen/spgen/rpc/pgcall"
)

// Runner runs the examples of a project.
type Runner struct {
	Config    *pgx.ConnConfig // of the database; nothing that is called in it is committed
	SchemaDir string
	Output    io.Writer // is told how far a long run is; nil: nobody
}

// Result is what a run found.
type Result struct {
	Transcripts map[uint32][]ir.Transcript // by method; methods without are missing
	Diagnostics diag.List
	Hints       diag.List // notes on calls that were made up and failed
}

// job is one example of one method.
type job struct {
	method  *ir.Method
	example ir.Example
	madeUp  bool
	pos     diag.Pos // of the tag
	frame   []byte
	first   outcome
	second  outcome
}

// allTime bounds a whole run.
const allTime = 2 * time.Minute

// maxAnswer is how many bytes an answer has at most that docs show.
const maxAnswer = 16 << 10

// Run calls every example of model, and a call that is made up for methods without.
// The error is for what kept it from looking: a database that is gone.
func (r *Runner) Run(ctx context.Context, model *ir.Model, m *manifest.Manifest) (*Result, error) {
	ctx, stop := context.WithTimeoutCause(ctx, allTime, errTime)
	defer stop()
	run := &run{Runner: r, model: model, manifest: m, result: &Result{Transcripts: map[uint32][]ir.Transcript{}}}
	run.plan()
	if len(run.jobs) == 0 {
		return run.result, nil
	}
	setup, ok := run.setup()
	if !ok {
		return run.result, nil
	}
	err := run.perform(ctx, setup)
	var badSetup *setupError
	var badSession *sessionError
	switch {
	case errors.As(err, &badSetup):
		run.diags().Errorf("EXA005", diag.Pos{File: run.setupPath(), Line: max(1, badSetup.line(setup))}, "the setup of the examples fails: %v", badSetup).
			Hintf("correct it: it is run in a transaction on a database that has nothing but what migrations put there")
		return run.result, nil
	case errors.As(err, &badSession):
		run.diags().Errorf("EXA006", badSession.value.Pos, "the session of the examples: %s", badSession)
		return run.result, nil
	case errors.Is(context.Cause(ctx), errTime):
		run.diags().Errorf("EXA007", diag.Pos{File: m.Path}, "%d of the %d examples took %s together, and the others were not run", run.ran, 2*len(run.jobs), allTime).
			Hintf("make the slowest faster, or run `spgen generate --run-examples=false`")
		return run.result, nil
	case err != nil:
		return nil, fmt.Errorf("run the examples: %w", err)
	}
	run.judge()
	run.result.Diagnostics.Sort()
	run.result.Hints.Sort()
	return run.result, nil
}

var errTime = errors.New("the examples' time is over")

// run is one run.
type run struct {
	*Runner
	model    *ir.Model
	manifest *manifest.Manifest
	jobs     []*job
	names    []string // of errors
	ran      int      // calls
	told     time.Time
	result   *Result
}

func (r *run) diags() *diag.List { return &r.result.Diagnostics }

// plan lists the jobs.
func (r *run) plan() {
	places := newPlaces(r.SchemaDir, r.manifest)
	for _, m := range r.model.Methods {
		for _, e := range m.Examples {
			j := &job{method: m, example: e, pos: places.of(m, e)}
			if r.check(j) {
				j.frame = frameOf(m, []byte(e.Params))
				r.jobs = append(r.jobs, j)
			}
		}
		if len(m.Examples) == 0 {
			if params, err := plausible.Marshal(plausible.Params(m)); err == nil {
				r.jobs = append(r.jobs, &job{method: m, madeUp: true, frame: frameOf(m, params)})
			}
		}
	}
}

func (r *run) setupPath() string {
	return filepath.Join(r.SchemaDir, filepath.FromSlash(r.manifest.Examples.Setup))
}

// setup reads the setup, if there is one.
func (r *run) setup() (string, bool) {
	if r.manifest.Examples.Setup == "" {
		return "", true
	}
	text, err := os.ReadFile(r.setupPath())
	if err != nil {
		r.diags().Errorf("EXA005", r.manifest.Examples.SetupPos, "the setup of the examples cannot be read: %v", err).
			Hintf("write it, or remove `setup`")
		return "", false
	}
	return string(text), true
}

// perform makes both passes.
func (r *run) perform(ctx context.Context, setup string) error {
	for i, p := range passes {
		todo := r.todo(i)
		for len(todo) > 0 {
			done, err := r.pass(ctx, p, setup, todo, i)
			if err != nil {
				return err
			}
			todo = todo[done:]
		}
	}
	return nil
}

// todo are the jobs of pass i. A call that was made up and failed is not made again.
func (r *run) todo(i int) []*job {
	var todo []*job
	for _, j := range r.jobs {
		if i == 0 || !j.madeUp || j.first.err == nil {
			todo = append(todo, j)
		}
	}
	return todo
}

// pass makes the calls of todo in one transaction, and returns how many it made.
// Fewer are no error where a call has broken the connection.
func (r *run) pass(ctx context.Context, p pass, setup string, todo []*job, i int) (done int, err error) {
	conn, err := pgcall.Connect(ctx, r.Config)
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // what is left was rolled back
	role := r.role(ctx, conn)
	s, err := open(ctx, conn, p, setup, role)
	if err != nil {
		return 0, err
	}
	c, err := newCaller(r.model, s, r.manifest.Examples.Session)
	if err != nil {
		return 0, err
	}
	for _, j := range todo {
		o := c.call(ctx, j.frame, c.peer(j.method, j.example.Error))
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		if done++; i == 0 {
			j.first = o
		} else {
			j.second = o
		}
		r.ran++
		r.progress()
		if s.fault != nil {
			return done, r.end(ctx, s)
		}
	}
	return done, s.close(ctx)
}

// end ends the process of a broken connection: a function that catches query_canceled
// goes on where nobody listens, and has the turn.
func (r *run) end(ctx context.Context, s *stage) error {
	conn, err := pgcall.Connect(ctx, r.Config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left
	_, err = conn.Exec(ctx, "select pg_catalog.pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity a "+
		"where a.pid = $1 and a.datname = pg_catalog.current_database() and a.usename = session_user", pgx.QueryExecModeSimpleProtocol, s.pid)
	return err
}

// role returns the server's role, or "" where conn cannot act as it: who generates is
// told so when the calls are checked.
func (r *run) role(ctx context.Context, conn *pgx.Conn) string {
	if r.model.ServerRole == "" {
		return ""
	}
	role := pgx.Identifier{r.model.ServerRole}.Sanitize()
	if err := conn.PgConn().Exec(ctx, "set role "+role+"; reset role").Close(); err != nil {
		return ""
	}
	return r.model.ServerRole
}

// progressEach is how often a long run says how far it is.
const progressEach = 3 * time.Second

func (r *run) progress() {
	switch {
	case r.Output == nil:
	case r.told.IsZero():
		r.told = time.Now()
	case time.Since(r.told) >= progressEach:
		r.told = time.Now()
		fmt.Fprintf(r.Output, "running examples: %d of %d calls\n", r.ran, 2*len(r.jobs)) //nolint:errcheck // best effort
	}
}
