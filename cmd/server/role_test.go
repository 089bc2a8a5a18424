package main

import (
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/pgtest"
)

// A role that may do more than call functions is refused, with the SQL that
// mends it, unless the server is told to take any.
func TestRoleThatMayDoMore(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	r := serveOn(t, messenger, database, "--database-url", database, "--migrate")
	select {
	case err := <-r.done:
		r.done <- nil
		for _, want := range []string{"is a superuser: alter role ", " nosuperuser;", "--allow-any-role"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the server ended with %v, which lacks %q", err, want)
			}
		}
	case <-time.After(time.Minute):
		t.Fatal("the server goes on")
	}
	serveOn(t, messenger, database, "--database-url", database, "--allow-any-role").awaitReady(t)
	pgtest.Exec(t, database, "grant select on app.users to "+messenger.API.ServerRole)
	defer pgtest.Exec(t, database, "revoke select on app.users from "+messenger.API.ServerRole)
	serveOn(t, messenger, database, "--database-url", asServer(t, database)).awaitReady(t) // it has no right to the schema of the table
}
