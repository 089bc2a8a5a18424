package ir_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

const settingSQL = `
	create type app.mood as enum ('low');
	create type app.pair as (x int, y int);
	create domain app.id as bigint check (value > 0);
	create domain app.humour as app.mood;
	create function api.f() returns void language sql as '';
	create function api.i_hidden(a app.mood, b app.pair, c app.id, d app.humour, e "char", f bit, g char(3), h uuid[], i app.mood[])
		returns void language sql as '';`

func TestSettings(t *testing.T) {
	t.Parallel()
	model, diags := build(t, read(t, settingSQL), `
session: {role: text, user_id: bigint, at: timestamptz, mood: app.mood, id: app.id, humour: app.humour, flags: bit, tag: char(3), ids: "uuid[]"}
settings:
  app.user_id: session.user_id
  app.role: session.role
  app.at: session.at
  app.mood: session.mood
  app.id: session.id
  app.humour: session.humour
  app.flags: session.flags
  app.tag: session.tag
  app.ids: session.ids
  app.ip: client.ip
  app.connection: client.id
methods:
  - {id: 1000, name: F, function: api.f(), access: session, lane: slow}
`)
	if diags.HasErrors() {
		t.Fatal(list(diags))
	}
	var got []string
	for _, s := range model.Settings {
		got = append(got, fmt.Sprintf("%s %s %d %s %s", s.Name, s.Source, s.Key, s.Type.Name, s.Cast))
	}
	want := strings.Split(`app.user_id session.user_id 1 bigint ::bigint
app.role session.role 0 text ::text
app.at session.at 2 timestamp with time zone ::timestamp with time zone
app.mood session.mood 3 app.mood ::text
app.id session.id 4 app.id ::bigint
app.humour session.humour 5 app.humour ::text
app.flags session.flags 6 bit ::"bit"
app.tag session.tag 7 character ::text
app.ids session.ids 8 uuid[] ::uuid[]
app.ip client.ip 0 text ::text
app.connection client.id 0 text ::text`, "\n")
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if model.Methods[0].Lane != "slow" {
		t.Errorf("lane %q", model.Methods[0].Lane)
	}
}

// TestSettingWithoutText has keys whose text only names of the schema's own types
// would give.
func TestSettingWithoutText(t *testing.T) {
	t.Parallel()
	model, diags := build(t, read(t, settingSQL), `session: {pair: app.pair, moods: "app.mood[]", role: text}
settings: {app.pair: session.pair, app.moods: session.moods, app.role: session.role}
methods:
  - {id: 1000, name: F, function: api.f(), access: session}
`)
	const hint = " => use a key of bigint, integer, text, uuid or another built-in type, or of an enum"
	want := []string{
		"7:12 MAN024 setting app.pair: session key pair is app.pair, whose text the database cannot be asked for" + hint,
		"7:36 MAN024 setting app.moods: session key moods is app.mood[], whose text the database cannot be asked for" + hint,
	}
	if got := findings(diags, diag.Error); !slices.Equal(got, want) || len(model.Settings) != 1 {
		t.Errorf("got %q, %+v", got, model.Settings)
	}
}
