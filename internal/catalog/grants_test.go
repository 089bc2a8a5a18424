package catalog_test

import (
	"slices"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
)

// TestGrants compares with what PostgreSQL says of the same schema.
func TestGrants(t *testing.T) {
	t.Parallel()
	conn := database(t, nastySQL)
	c := read(t, conn, "api")
	exec(t, conn, "set search_path = ''")
	want := column(t, conn, `
		select format('%s %s %s', r.rolname, p.oid::regprocedure, has_function_privilege(r.oid, p.oid, 'execute'))
		  from pg_roles r, pg_proc p
		 where p.pronamespace = 'api'::regnamespace and (p.proname like 'acl%' or p.proname = 'body')
		   and (r.rolname like 'catalog\_test\_%' or r.rolsuper)
		union all
		select format('%s usage %s', r.rolname, has_schema_privilege(r.oid, 'api', 'usage'))
		  from pg_roles r
		 where r.rolname like 'catalog\_test\_%' or r.rolsuper`)
	got := verdicts(c)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}

	exec(t, conn, "revoke all on schema app from catalog_test_owner; grant usage on schema app to catalog_test_group")
	app := read(t, conn, "app")
	for role, want := range map[string]bool{"catalog_test_owner": false, "catalog_test_member": true, "catalog_test_reader": false} {
		if got := app.HasUsage(role); got != want {
			t.Errorf("%s has usage on app: %t", role, got)
		}
	}
}

func verdicts(c *catalog.Catalog) []string {
	var all []string
	yes := map[bool]string{true: "t", false: "f"}
	for _, role := range c.Roles {
		if role[:min(len(role), 13)] != "catalog_test_" && !slices.Contains(c.Grants.Superusers, role) {
			continue
		}
		all = append(all, role+" usage "+yes[c.HasUsage(role)])
		for i := range c.Routines {
			r := &c.Routines[i]
			if r.Name[:3] == "acl" || r.Name == "body" {
				all = append(all, role+" "+r.Identity+" "+yes[c.HasExecute(role, r)])
			}
		}
	}
	return all
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c := nasty(t)
	tests := []struct {
		routine, setting, value string
		list                    []string
	}{
		{"api.settings", "search_path", `""`, nil},
		{"api.settings", "MY.option", "a=b=c", []string{"a", "b", "c"}},
		{"api.settings", "datestyle", "German, DMY", []string{"german", "dmy"}},
		{"api.settings_path", "search_path", `app, "Mixed, ""case""", pg_temp`, []string{"app", `Mixed, "case"`, "pg_temp"}},
	}
	for _, tt := range tests {
		r, ok := c.Find(tt.routine)
		if !ok {
			t.Fatalf("no %s", tt.routine)
		}
		got, ok := r.Setting(tt.setting)
		if !ok || got.Value != tt.value || !slices.Equal(got.List(), tt.list) {
			t.Errorf("%s of %s = %q, %q", tt.setting, tt.routine, got.Value, got.List())
		}
	}
	if r, _ := c.Find("api.body"); len(r.Config) != 0 {
		t.Errorf("body has settings: %v", r.Config)
	} else if _, ok := r.Setting("search_path"); ok {
		t.Error("a setting out of nothing")
	}
}
