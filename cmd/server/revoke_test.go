package main

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/generated/apiclient"
	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/rpctest"
)

// soon is how long a connection may live when its session was revoked.
const soon = 5 * time.Second

// held is a connection of an account.
type held struct {
	*apiclient.Client
	user string
}

// account makes an account and returns its token.
func account(t *testing.T, url, user string) string {
	t.Helper()
	c, err := apiclient.Dial(t.Context(), url, client.WithNetDial(judged(t).Dialer(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Conn.Close() //nolint:errcheck // always nil
	session, err := c.SignUp(t.Context(), apiclient.SignUpParams{Username: user, Password: "mypass"})
	if err != nil {
		t.Fatal(err)
	}
	return session.Token
}

// hold opens n connections of each account on each server, by their tokens.
func hold(t *testing.T, n int, tokens map[string]string, urls ...string) []held {
	t.Helper()
	var all []held
	for _, url := range urls {
		for user, token := range tokens {
			for range n {
				c, err := apiclient.Dial(t.Context(), url, client.WithToken(token), client.WithNetDial(judged(t).Dialer(t)))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = c.Conn.Close() })
				all = append(all, held{c, user})
			}
		}
	}
	return all
}

// ends waits until c is closed, and returns the code.
func ends(t *testing.T, c *apiclient.Client, within time.Duration) int {
	t.Helper()
	select {
	case <-c.Conn.Done():
	case <-time.After(within):
		return 0
	}
	var closed *client.ClosedError
	if !errors.As(c.Conn.Err(), &closed) {
		t.Fatal(c.Conn.Err())
	}
	return closed.Code
}

// revokeOnBoth has ada log out everywhere, while disturb happens, and checks who is
// left on both servers.
func revokeOnBoth(t *testing.T, a, b *running, disturb func() (settle func())) {
	t.Helper()
	tokens := map[string]string{"ada": account(t, a.ws, "ada"), "bob": account(t, b.ws, "bob")}
	all := hold(t, 10, tokens, a.ws, b.ws)
	leaver := hold(t, 1, map[string]string{"ada": tokens["ada"]}, a.ws)[0]
	settle := disturb()
	if err := leaver.Logout(t.Context(), apiclient.LogoutParams{}); err != nil {
		t.Fatal(err)
	}
	closed := make([]int, len(all))
	var waiting sync.WaitGroup
	for i, c := range all {
		if c.user == "ada" {
			waiting.Go(func() { closed[i] = ends(t, c.Client, soon) })
		}
	}
	settle()
	if _, err := leaver.Login(t.Context(), apiclient.LoginParams{Username: "ada", Password: "mypass"}); err != nil {
		t.Errorf("ada cannot log in again: %v", err)
	}
	if _, err := apiclient.Dial(t.Context(), a.ws, client.WithToken(tokens["ada"])); !errors.Is(err, client.ErrUnauthorized) || !errors.Is(err, api.ErrInvalidToken) {
		t.Errorf("the token opens a session: %v", err)
	}
	waiting.Wait()
	for i, c := range all {
		if c.user == "ada" && closed[i] != 4403 {
			t.Errorf("connection %d of ada: %d after 5 s", i, closed[i])
		}
	}
	for _, c := range append(all, held{leaver.Client, "bob"}) {
		if c.user == "ada" {
			continue
		}
		if _, err := c.ListChats(t.Context(), apiclient.ListChatsParams{}); err != nil {
			t.Errorf("somebody else's: %v", err)
		}
	}
}

// quietly disturbs nothing.
func quietly() func() { return func() {} }

// beside runs a second server on the database of the first, through url.
func beside(t *testing.T, first *running, url string) *running {
	t.Helper()
	r := serveOn(t, messenger, first.database, "--database-url", url)
	r.awaitReady(t)
	return r
}

func TestRevokedOnTwoServers(t *testing.T) {
	t.Parallel()
	a := serve(t, messenger)
	revokeOnBoth(t, a, beside(t, a, asServer(t, a.database)), quietly)
	pgtest.Exec(t, a.database, `do $$ begin
		if not exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query ~ 'from spgen[.]revocations_after') then
			raise 'nobody asks for what came after a snapshot';
		end if;
	end $$`)
}

// TestRevokedWhileListenersAreCut ends the connections on which servers listen, just
// before and just after.
func TestRevokedWhileListenersAreCut(t *testing.T) {
	t.Parallel()
	a := serve(t, messenger)
	b := beside(t, a, asServer(t, a.database))
	cut := func() {
		pgtest.Exec(t, a.database, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ 'spgen[._]revo' and pid <> pg_backend_pid()")
	}
	revokeOnBoth(t, a, b, func() func() {
		cut()
		var cutting sync.WaitGroup
		cutting.Go(func() {
			for range 5 {
				cut()
			}
		})
		return cutting.Wait
	})
}

// TestRevokedThroughAPooler: nobody hears announcements there.
func TestRevokedThroughAPooler(t *testing.T) {
	t.Parallel()
	a := serve(t, messenger)
	pooler := bouncertest.Start(t, bouncertest.New, asServer(t, a.database))
	revokeOnBoth(t, a, beside(t, a, pooler.URL()), quietly)
}

// TestRevokedAsBefore: the database has what an older spgen installed.
func TestRevokedAsBefore(t *testing.T) {
	t.Parallel()
	a := serve(t, messenger)
	pgtest.Exec(t, a.database, "drop function spgen.revocations_after(pg_snapshot)")
	revokeOnBoth(t, beside(t, a, asServer(t, a.database)), beside(t, a, asServer(t, a.database)), quietly)
}

// TestRevokedWithoutTheObjects: the server says once what is missing, and serves.
func TestRevokedWithoutTheObjects(t *testing.T) {
	t.Parallel()
	a := serve(t, messenger)
	pgtest.Exec(t, a.database, "drop function spgen.revocations(xid8), spgen.revocations_after(pg_snapshot)")
	var log rpctest.Log
	b := serveLogging(t, &log, messenger, a.database, "--log-level", "warn", "--database-url", asServer(t, a.database))
	b.awaitReady(t)
	waitFor(t, func() bool { return strings.Contains(log.String(), "sessions cannot be revoked") })
	if strings.Contains(log.String(), "level=ERROR") {
		t.Error(log.String())
	}
	token := account(t, b.ws, "ada")
	if _, err := hold(t, 1, map[string]string{"ada": token}, b.ws)[0].ListChats(t.Context(), apiclient.ListChatsParams{}); err != nil {
		t.Error(err)
	}
}
