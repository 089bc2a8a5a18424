package pgcall_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// TestGateNamesMissingRights takes rights from the server's role and gives them
// back by the very statements that the gate names.
func TestGateNamesMissingRights(t *testing.T) {
	t.Parallel()
	role := fmt.Sprintf("gate_%d", os.Getpid())
	const f = `create function api.f(a_moods app.mood[]) returns app.mood[] language sql as 'select a_moods';`
	p := function("f", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))
	p.Params[0].Cast = "::app.mood[]"
	g := func() *gated {
		sql := fmt.Sprintf(ownTypes+f+`revoke execute on function api.f from public; create role %s login;
			grant usage on schema api, app to %[1]s; grant execute on function api.f to %[1]s;`, role)
		return guard(t, role, sql, fast, p)
	}()
	t.Cleanup(func() { pgtest.Exec(t, g.url, "drop owned by "+role+"; drop role "+role) })
	const call, result = `{"moods":["sad"]}`, `["sad"]`
	g.becomes("")
	g.answers("f", call, result)
	execute, usage := "grant execute on function api.f(app.mood[]) to "+role+";", "grant usage on schema %s to "+role+";"
	for _, test := range []struct{ change, state string }{
		{"revoke execute on function api.f from " + role, execute},
		{"drop function api.f;" + f + "revoke execute on function api.f from public", execute},
		{"revoke usage on schema api from " + role, fmt.Sprintf(usage, "api")},
		{"revoke usage on schema app from " + role, fmt.Sprintf(usage, "app")},
	} {
		g.exec(test.change)
		g.becomes("denied: " + test.state)
		g.answers("f", call, "permission_denied")
		g.exec(test.state)
		g.becomes("")
		g.answers("f", call, result)
	}
	if logged := g.log.String(); strings.Count(logged, execute) != 2 {
		t.Errorf("logged %s", logged)
	}
}

// TestGateServesPredecessors runs a server that is newer than its database.
func TestGateServesPredecessors(t *testing.T) {
	t.Parallel()
	const (
		older = `create function api.f(a_n int) returns table (a int) language sql as 'select a_n';`
		newer = `drop function api.f; create function api.f(a_n int, a_text text default 'none', a_ip text default null)
			returns table (a int, more app.mood) language sql as $$ select a_n + length(a_text), 'sad'::app.mood $$;`
	)
	text, ip := opt("text", &pgjson.Text), filled(opt("ip", &pgjson.Text), pgcall.FillClientIP, 0)
	text.Added, ip.Added = true, true
	more := column("more", &mood)
	more.Added = true
	p := function("f", pgcall.ShapeArray, params(in("n", &pgjson.Int4), text, ip), column("a", &pgjson.Int4), more)
	p.Identity, p.Fingerprint = "api.f(integer,text,text)", "of what is to come"
	g := guardAs(t, ownTypes+older, p)
	for range 2 {
		g.becomes("differs: argument a_text is not there yet; argument a_ip is not there yet; column more is not there yet")
		g.answers("f", `{"n":1}`, `[{"a":1,"more":null}]`)
		got := g.answers("f", `{"n":1,"text":"x"}`, `schema_drift`)
		if got.Err == nil || !strings.Contains(got.Err.Message, "the database does not take text yet") {
			t.Errorf("answered %v", got.Err)
		}
		g.answers("f", `{"text":1}`, `invalid_params text:wrong_type n:missing`)
		g.exec(newer)
		g.becomes("")
		g.answers("f", `{"n":1}`, `[{"a":5,"more":"sad"}]`)
		g.answers("f", `{"n":1,"text":"x"}`, `[{"a":2,"more":"sad"}]`)
		g.exec("drop function api.f;" + older)
	}
}

// guardAs is guard for a procedure that has its fingerprint.
func guardAs(t *testing.T, sql string, p *pgcall.Procedure) *gated {
	t.Helper()
	g := &gated{server: serve(t, options{}, sql, method(p))}
	g.watch(t, fast)
	return g
}

// TestGateLetsTheRestGoOn changes one function of two, and volatility.
func TestGateLetsTheRestGoOn(t *testing.T) {
	t.Parallel()
	f := readOnly(function("f", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)))
	other := function("other", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))
	g := guard(t, "", `
		create function api.f() returns int language sql stable as 'select 1';
		create function api.other() returns int language sql stable as 'select 2';`, fast, f, other)
	g.exec(`drop function api.other`)
	g.becomes("drifted: the function does not exist")
	g.answers("f", `{}`, `1`)
	before := g.log.String()
	for range 3 {
		g.answers("other", `{}`, `schema_drift`)
	}
	if logged := strings.TrimPrefix(g.log.String(), before); logged != "" {
		t.Errorf("refused calls are logged each: %s", logged)
	}
	g.exec(`alter function api.f() volatile`)
	g.becomes("drifted: the function does not exist | differs: it is volatile now")
	g.answers("f", `{}`, `1`)
	if logged := g.log.String(); !strings.Contains(logged, `method=other routine=api.other() reason="the function does not exist"`) {
		t.Errorf("logged %s", logged)
	}
}
