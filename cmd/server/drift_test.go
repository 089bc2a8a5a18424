package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
)

// verbose returns what /readyz?verbose says, which comes with status 200.
func (r *running) verbose(t *testing.T) (status string, schema pgcall.Report) {
	t.Helper()
	code, body := get(t, r.http+"/readyz?verbose")
	var report struct {
		Status string
		Schema pgcall.Report
	}
	if err := json.Unmarshal([]byte(body), &report); err != nil || code != http.StatusOK {
		t.Fatalf("/readyz?verbose: %d %s (%v)", code, body, err)
	}
	return report.Status, report.Schema
}

// TestDrift drops a function of a server at work, makes it again without its
// rights, and runs the statement that /readyz?verbose names.
func TestDrift(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	s := r.user(t, "alice")
	const list = `{"method": "ListChats"}`
	s.call(list, new(any))
	status, schema := r.verbose(t)
	if status != "ok" || schema.Methods != 10 || !schema.Announced || len(schema.Drifted)+len(schema.Denied)+len(schema.Differing) > 0 {
		t.Fatalf("at first: %s %+v", status, schema)
	}

	// as a migration that is ahead of the server would
	pgtest.Exec(t, r.database, "alter function api.fun_list_chats rename to kept")
	waitFor(t, func() bool { _, schema = r.verbose(t); return len(schema.Drifted) == 1 })
	if d := schema.Drifted[0]; d.Method != "ListChats" || len(d.Reasons) != 1 || d.Reasons[0] != "the function does not exist" {
		t.Errorf("drifted: %+v", d)
	}
	s.fails(list, "schema_drift")
	s.call(`{"method": "ListContacts"}`, new(any))
	if status, body := get(t, r.http+"/readyz"); status != http.StatusOK || strings.TrimSpace(body) != "ok" {
		t.Errorf("/readyz: %d %s", status, body)
	}

	// made again, it has no rights
	pgtest.Exec(t, r.database, `alter function api.kept rename to fun_list_chats;
		revoke execute on function api.fun_list_chats from messenger_server`)
	waitFor(t, func() bool { _, schema = r.verbose(t); return len(schema.Denied) == 1 })
	if len(schema.Drifted) > 0 {
		t.Errorf("still drifted: %+v", schema.Drifted)
	}
	s.fails(list, "permission_denied")
	for _, grant := range schema.Denied[0].Grants {
		pgtest.Exec(t, r.database, grant)
	}
	waitFor(t, func() bool { _, schema = r.verbose(t); return len(schema.Denied) == 0 })
	s.call(list, new(any))
}
