package example_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/pgtest"
)

// TestSetup tries what can be wrong with the scene.
func TestSetup(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	sql := "create function api.f(u bigint) returns bigint language sql as 'select u';\n"
	pgtest.Exec(t, url, tables+sql)
	for _, test := range []struct{ name, setup, session, want string }{
		{"right", setup, "{user_id: 7}", ""},
		{"nothing", "-- nothing", "{}", ""},
		{"an error", "insert into app.t values (1, 'one');\n\ninsert into app.tt values (1);", "{}", "examples.sql:3: error[EXA005]: the setup of the examples fails: ERROR: relation \"app.tt\" does not exist"},
		{"a later constraint", "insert into app.pair values (1, 2)", "{}", "examples.sql:1: error[EXA005]: the setup of the examples fails: ERROR: insert or update on table \"pair\" violates"},
		{"a commit", "insert into app.t values (1, 'one'); commit;", "{}", "examples.sql:1: error[EXA005]: the setup of the examples fails: `commit` would end the transaction"},
		{"a hidden commit", "do $$begin commit; end$$", "{}", "error[EXA005]: the setup of the examples fails: ERROR: invalid transaction termination"},
		{"too slow", "set local statement_timeout = 50; select pg_sleep(100)", "{}", "error[EXA005]: the setup of the examples fails: ERROR: canceling statement due to statement timeout"},
		{"a wrong session", setup, "{user_id: ada}", "manifest.yaml:5:52: error[EXA006]: the session of the examples: user_id: "},
		{"a number as text", setup, "{role: 7}", "manifest.yaml:5:49: error[EXA006]: the session of the examples: role: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(head, "{user_id: 7, role: user}", test.session, 1) +
				"  - {id: 1000, name: F, function: api.f, access: session, fill: {u: session.user_id}}\n"
			p := newProject(t, url, text, test.setup, sql)
			result := p.run()
			got := found(append(result.Diagnostics, result.Hints...))
			if !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if n := len(result.Transcripts[1000]); (n == 1) != (test.want == "") {
				t.Errorf("%d transcripts", n)
			}
			var left int
			if err := p.conn().QueryRow(t.Context(), "select count(*) from app.t").Scan(&left); err != nil || left > 0 {
				t.Errorf("%d rows are left (%v)", left, err)
			}
		})
	}
	p := newProject(t, url, head+"  - {id: 1000, name: F, function: api.f, access: public}\n", setup, sql)
	if err := os.Remove(filepath.Join(p.dir, "examples.sql")); err != nil {
		t.Fatal(err)
	}
	if got := found(p.run().Diagnostics); !strings.Contains(got, "manifest.yaml:5:19: error[EXA005]: the setup of the examples cannot be read") {
		t.Errorf("without the file: %s", got)
	}
}

// TestServerRole has calls run with the rights of the server's role.
func TestServerRole(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	sql := "create function api.f() returns text language sql stable as 'select v from app.t';\n" +
		"create function api.g() returns text language sql stable security definer as 'select current_user::text || v from app.t';\n"
	pgtest.Exec(t, url, tables+sql+`do $$begin create role example_server; exception when duplicate_object or unique_violation then end$$;
grant usage on schema app to example_server`)
	text := strings.Replace(head, "schema: api\n", "schema: api\nserver_role: example_server\n", 1)
	p := newProject(t, url, text+"  - {id: 1000, name: F, function: api.f, access: public}\n  - {id: 1001, name: G, function: api.g, access: public}\n", setup, sql)
	result := p.run()
	if got := found(result.Hints); !strings.Contains(got, "a call of F that was made up fails, so that the docs show no real one: permission_denied") || strings.Contains(got, "of G") {
		t.Errorf("got %s", got)
	}
}

// TestSample has the transcripts of the sample be those that schema/ keeps: each
// method succeeds, and some show an error, too.
func TestSample(t *testing.T) {
	t.Parallel()
	p := sample(t)
	result := p.run()
	if len(result.Diagnostics)+len(result.Hints) > 0 {
		t.Errorf("%s\n%s", found(result.Diagnostics), found(result.Hints))
	}
	text, err := os.ReadFile("../../schema/examples.lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Methods []struct {
			ID          uint32
			Transcripts []struct {
				Title, Error    string
				Request, Answer json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	want := map[uint32][]ir.Transcript{}
	for _, m := range kept.Methods {
		for _, one := range m.Transcripts {
			want[m.ID] = append(want[m.ID], ir.Transcript{Title: one.Title, Error: one.Error, Request: string(one.Request), Answer: string(one.Answer)})
		}
	}
	if !reflect.DeepEqual(result.Transcripts, want) {
		t.Errorf("run `make generate`: got %v, want %v", result.Transcripts, want)
	}
	errors := 0
	for _, m := range p.model.Methods {
		good := 0
		for _, one := range result.Transcripts[m.ID] {
			if one.Error == "" {
				good++
			} else {
				errors++
			}
		}
		if good == 0 {
			t.Errorf("%s shows no success", m.Name)
		}
	}
	if errors < 3 {
		t.Errorf("%d errors are shown", errors)
	}
}
