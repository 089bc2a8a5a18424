package ir_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

func TestModel(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create type app.mood as enum ('low');
		create function api.login(a_name text, a_ip inet, a_conn text) returns table (user_id bigint, role text, mood app.mood)
			language sql as $$select 1, 'x', 'low'::app.mood$$;
		create function api.mine(a_user_id bigint, a_mood app.mood) returns void stable strict security definer language sql as '';
		create function api.i_unused() returns trigger language plpgsql as 'begin return new; end';
		create function api.on_change() returns trigger language plpgsql as 'begin return new; end';`)
	model, diags := build(t, c, `session: {user_id: bigint, role: text, mood: app.mood}
server_role: somebody
methods:
  - {id: 1900, name: Mine, function: "api.mine(bigint,app.mood)", access: [b, a], fill: {a_user_id: session.user_id, a_mood: session.mood}, timeout: 1500ms}
  - {id: 1000, name: Login, function: "api.login(text,inet,text)", access: public, session: open, rows: optional, fill: {a_ip: client.ip, a_conn: client.id}}
retired:
  - {id: 1800, name: Old, function: api.old()}
  - {id: 1700, name: Older, function: api.older()}
`)
	if diags.HasErrors() {
		t.Fatal(list(diags))
	}
	var got []string
	for _, m := range model.Methods {
		got = append(got, fmt.Sprintf("%d %s %s; %s; %q; %d ms; read %v, strict %v, definer %v, %c", m.ID, m.Name, m.Service, m.Access,
			m.Session, m.TimeoutMS, m.ReadOnly, m.Strict, m.Definer, m.Volatility))
		for _, p := range m.Params {
			got = append(got, fmt.Sprintf("  %s %s %q %d", p.Name, p.GoName, p.Fill, p.FillKey))
		}
		for _, o := range m.Opens {
			got = append(got, fmt.Sprintf("  opens %d from %d, role %v", o.Key, o.Column, o.Role))
		}
	}
	want := strings.Split(`1000 Login one; public; "open"; 0 ms; read false, strict false, definer false, v
  name Name "" 0
  ip IP "client.ip" 0
  conn Conn "client.id" 0
  opens 0 from 0, role false
  opens 1 from 1, role true
  opens 2 from 2, role false
1900 Mine one; b, a; ""; 1500 ms; read true, strict true, definer true, s
  user_id UserID "session.user_id" 0
  mood Mood "session.mood" 2`, "\n")
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if model.Retired[0].Name != "Older" || model.Retired[1].ID != 1800 || model.ServerRole != "somebody" {
		t.Errorf("retired %+v, server role %q", model.Retired, model.ServerRole)
	}
}

// TestTypesOfTheSession are emitted though no method mentions them otherwise.
func TestTypesOfTheSession(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create type app.mood as enum ('low');
		create function api.i_hidden(a app.mood) returns void language sql as '';
		create function api.f() returns void language sql as '';`)
	model, diags := build(t, c, "session: {mood: app.mood}\nmethods:\n  - {id: 1000, name: F, function: api.f(), access: session}\n")
	if diags.HasErrors() || len(model.Types) != 1 || model.Types[0].GoName != "Mood" {
		t.Errorf("types %+v:\n%s", model.Types, list(diags))
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	c := read(t, "create function api.f() returns void language sql as ''; create function api.g() returns void language sql as ''")
	m := strings.Replace(top, "services: [{name: one, ids: 1000-1999}]", "services: [{name: two, ids: 2000-2999, doc: d}, {name: none, ids: 3000-3999}, {name: one, ids: 1000-1999}]", 1)
	model, diags := buildText(t, c, m+"methods:\n  - {id: 1000, name: F, function: api.f(), access: public}\n  - {id: 2000, name: G, function: api.g(), access: public}\n")
	var got []string
	for _, s := range model.Services {
		names := []string{}
		for _, m := range s.Methods {
			names = append(names, m.Name)
		}
		got = append(got, fmt.Sprint(s.Name, s.First, s.Last, s.Doc, names))
	}
	if want := []string{"one1000 1999[F]", "two2000 2999d[G]", "none3000 3999[]"}; diags.HasErrors() || !slices.Equal(got, want) {
		t.Errorf("got %q:\n%s", got, list(diags))
	}
}

func TestAccessString(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]ir.Access{
		"public": {Public: true}, "any session": {}, "user": {Roles: []string{"user"}}, "user, admin": {Roles: []string{"user", "admin"}},
	} {
		if got := a.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
