package schema_test

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSignUp(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.is("1 krumplee user true true",
		`select user_id, username, role, token ~ '^[0-9a-f]{64}$', expires_at > now() + interval '29 days'
		   from api.fun_sign_up(a_username => 'krumplee', a_password => 'mypass')`)
	a.is("bob", "select username from api.fun_sign_up('Bob', 'secret', 'Bob@Example.com')")
	for sql, want := range map[string]string{
		"select api.fun_sign_up('krumplee', 'secret')":                      "users_username_key",
		"select api.fun_sign_up('KRUMPLEE', 'secret')":                      "users_username_key",
		"select api.fun_sign_up('bobby', 'secret', 'BOB@example.com')":      "users_email_key",
		"select api.fun_sign_up('a b', 'secret')":                           "username_format",
		"select api.fun_sign_up('', 'secret')":                              "username_format",
		"select api.fun_sign_up(repeat('x', 65), 'secret')":                 "username_format",
		"select api.fun_sign_up('carol', 'secret', 'carol')":                "email_format",
		"select api.fun_sign_up('carol', '12345')":                          "SP005",
		"select api.fun_sign_up('carol', repeat('ä', 36) || 'x')":           "SP006",
		"select api.fun_sign_up(null, 'secret')":                            "22004",
		"select api.fun_sign_up('carol', null)":                             "22004",
		"select api.fun_sign_up(a_username => 'carol', a_passwor => 'sec')": "42883",
	} {
		a.fails(want, sql)
	}
	a.is("carol", "select username from api.fun_sign_up('carol', repeat('ä', 36))")
}

func TestSignUpAtOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		conn := connect(t, a.url)
		wg.Go(func() { _, errs[i] = conn.Exec(t.Context(), "select api.fun_sign_up('krumplee', 'mypass')") })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !strings.Contains(err.Error(), "users_username_key"):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of them got the name", won)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.signUp("krumplee")
	a.is("true krumplee user true", "select user_id = $1, username, role, expires_at > now() from api.fun_login(a_username => 'Krumplee', a_password => 'secret')", id)
	a.fails("SP002", "select api.fun_login('krumplee', 'secreT')")
	a.fails("SP002", "select api.fun_login('nobody', 'secret')")
	a.fails("SP002", "select api.fun_login('krumplee', 'secret' || repeat('x', 80))")
	// bcrypt would not see the 73rd byte
	a.exec("select api.fun_sign_up('long', repeat('x', 72))")
	a.exec("select api.fun_login('long', repeat('x', 72))")
	a.fails("SP002", "select api.fun_login('long', repeat('x', 73))")
	a.is("", "select * from api.fun_login(null, 'secret')")
}

// An unknown name must take as long as a known one: both hash once.
func TestUnknownUserCostsAHash(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.signUp("krumplee")
	ms := func(name string) (ms float64) {
		t.Helper()
		err := a.conn.QueryRow(t.Context(), `
			with started as materialized (select clock_timestamp() as at),
			     failed as materialized (select s.at, (select count(*) from ext_try($1)) as n from started s)
			select extract(epoch from clock_timestamp() - at) * 1000 from failed`, name).Scan(&ms)
		if err != nil {
			t.Fatal(err)
		}
		return ms
	}
	admin := connect(t, a.url)
	if _, err := admin.Exec(t.Context(), `
		create function public.ext_try(name text) returns setof int language plpgsql as $$
		begin
		    perform api.fun_login(name, 'wrong password');
		exception when others then
		    return next 1;
		end $$; grant execute on function public.ext_try to messenger_server`); err != nil {
		t.Fatal(err)
	}
	known, unknown := ms("krumplee"), ms("nobody")
	// one hash is some 50 ms, the rest well below one
	if unknown < known/4 {
		t.Errorf("known %.1f ms, unknown %.1f ms", known, unknown)
	}
}

func TestAuthorizeAndLogout(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.signUp("krumplee")
	token := func() string { return a.rows("select token from api.fun_login('krumplee', 'secret')")[0] }
	first, second, third := token(), token(), token()
	authorize := "select user_id, username, role, expires_at > now() from api.fun_authorize($1)"
	a.is("1 krumplee user true", authorize, first)
	a.fails("SP003", "select api.fun_authorize('nonsense')")
	a.fails("SP003", "select api.fun_authorize($1)", strings.ToUpper(first))

	a.exec("select api.fun_logout($1, $2)", id, first)
	a.fails("SP003", "select api.fun_authorize($1)", first)
	a.fails("SP003", "select api.fun_logout($1, $2)", id, first)
	a.fails("SP003", "select api.fun_logout($1, $2)", id+1, second)
	a.is("1 krumplee user true", authorize, second)

	a.exec("select api.fun_logout($1)", id)
	a.fails("SP003", "select api.fun_authorize($1)", second)
	a.fails("SP003", "select api.fun_authorize($1)", third)
	a.exec("select api.fun_logout($1)", id)

	fourth := token()
	if _, err := connect(t, a.url).Exec(t.Context(), "update app.sessions set expires_at = now()"); err != nil {
		t.Fatal(err)
	}
	a.fails("SP003", "select api.fun_authorize($1)", fourth)
}

func TestSecretsAreHashed(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	token := a.rows("select token from api.fun_sign_up('krumplee', 'mypass')")[0]
	admin := app{t, a.url, connect(t, a.url)}
	admin.is("true", "select token_hash = sha256($1::text::bytea) from app.sessions", token)
	admin.is("true", "select password_hash ~ '^\\$2a\\$10\\$.{53}$' from app.users")
	admin.is("0", "select count(*) from app.users u where u::text like '%mypass%'")
}

// How long a failed login takes does not tell whether the name exists: the fastest
// of some dozen take about as long, in turns.
func TestLoginTellsNoNames(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.signUp("krumplee")
	least := map[string]time.Duration{}
	for round := range 60 {
		for _, name := range []string{"krumplee", "nobody"} {
			began := time.Now()
			a.fails("SP002", "select api.fun_login($1, 'secreT')", name)
			if took := time.Since(began); least[name] == 0 || took < least[name] {
				least[name] = took
			}
		}
		if known, unknown := least["krumplee"], least["nobody"]; round > 10 && known < unknown*11/10 && unknown < known*11/10 {
			return
		}
	}
	t.Errorf("a wrong password takes %v, an unknown name %v", least["krumplee"], least["nobody"])
}
