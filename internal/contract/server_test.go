package contract_test

import "testing"

// TestHowCallsAreServed: which connection serves a method's calls, and what is
// told to the database first, is no business of clients.
func TestHowCallsAreServed(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	const sql = "create function api.f() returns integer language sql as 'select 1'"
	lock := func(settings, lane string) string {
		return marshal(t, d.contract(sql, "session: {user_id: bigint}\n"+settings+
			"methods: [{id: 1000, name: F, function: api.f, access: session"+lane+"}]"))
	}
	want := lock("", "")
	for settings, lane := range map[string]string{
		"": ", lane: slow, rate: 5/s", "settings: {}\n": ", lane: fast",
		"settings: {app.user_id: session.user_id, app.ip: client.ip}\n": "",
	} {
		if got := lock(settings, lane); got != want {
			t.Errorf("%q and %q give another lock:\n%s", settings, lane, got)
		}
	}
}
