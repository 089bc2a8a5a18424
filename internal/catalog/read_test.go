package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
)

var update = flag.Bool("update", false, "rewrite testdata/nasty.json, and fail")

const golden = "testdata/nasty.json"

// TestReadNasty compares a schema that holds everything that is easily read
// wrongly with a snapshot that was reviewed line by line.
func TestReadNasty(t *testing.T) {
	t.Parallel()
	conn := database(t, nastySQL)
	c := read(t, conn, "api")
	t.Run("identity", func(t *testing.T) { checkIdentities(t, c, conn) })
	t.Run("names", func(t *testing.T) { checkNames(t, c, conn) })

	if c.ServerVersion < 140000 {
		t.Errorf("ServerVersion is %d", c.ServerVersion)
	}
	stripCluster(c)
	var got bytes.Buffer
	if err := c.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%s was rewritten: review it", golden)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the catalog differs from %s (-update rewrites it):\n%s", golden, firstDifference(got.String(), string(want)))
	}
}

// stripCluster takes out what differs between servers.
func stripCluster(c *catalog.Catalog) {
	foreign := func(role string) bool { return !strings.HasPrefix(role, "catalog_test_") }
	c.ServerVersion = 0
	c.Grants.Superusers = nil
	c.Roles = slices.DeleteFunc(c.Roles, foreign)
	for role := range c.Grants.Inherits {
		if foreign(role) {
			delete(c.Grants.Inherits, role)
		}
	}
}

// checkIdentities: Identity is what regprocedure prints, in the order promised.
func checkIdentities(t *testing.T, c *catalog.Catalog, conn *pgx.Conn) {
	exec(t, conn, "set search_path = ''")
	want := column(t, conn, `select p.oid::regprocedure::text from pg_proc p
		where pronamespace = 'api'::regnamespace
		and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
		order by proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`)
	var got []string
	for _, r := range c.Routines {
		got = append(got, r.Identity)
		if found, ok := c.Find(r.Identity); !ok || found.Identity != r.Identity {
			t.Errorf("Find(%s) = %v", r.Identity, ok)
		}
	}
	if !slices.IsSortedFunc(c.Routines, func(a, b catalog.Routine) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("routines are not sorted by name")
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// checkNames: a value of each type can be cast to its name, and the cast keeps
// the type and adds no modifier.
func checkNames(t *testing.T, c *catalog.Catalog, conn *pgx.Conn) {
	exec(t, conn, "set search_path = ''")
	for _, typ := range c.Types {
		if typ.Kind == catalog.Pseudo {
			continue
		}
		cast := typ.Name
		if typ.Cast != "" {
			cast = typ.Cast
		}
		sd, err := conn.PgConn().Prepare(t.Context(), "", "select $1::"+cast, nil)
		if err != nil {
			t.Errorf("%s: %v", typ.Name, err)
			continue
		}
		got := column(t, conn, "select format_type($1, null)", sd.ParamOIDs[0])
		if got[0] != typ.Name || sd.Fields[0].TypeModifier >= 0 && typ.Kind != catalog.Domain {
			t.Errorf("%s: a cast to %s gives %s with modifier %d", typ.Name, cast, got[0], sd.Fields[0].TypeModifier)
		}
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(0, i-8)
			return strings.Join(b[from:i], "\n") + "\n- " + b[i] + "\n+ " + a[i]
		}
	}
	return "one is a prefix of the other"
}

// TestReadSettings: what the session has set neither changes what is read nor
// is changed by it, and nothing stays prepared.
func TestReadSettings(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, nastySQL)
	want := read(t, connect(t, url), "api")
	conn := connect(t, url)
	exec(t, conn, `
		set search_path = app, api;
		set quote_all_identifiers = on;
		set datestyle = 'German';
		set intervalstyle = 'sql_standard';
		set timezone = 'Asia/Tokyo';
		set bytea_output = 'escape';
		set extra_float_digits = -10;
		set standard_conforming_strings = off;
		set client_encoding = 'LATIN1';
		create temp table pg_type ();
		create temp table pg_proc ();`)
	settings := `select name || '=' || setting from pg_catalog.pg_settings order by name`
	before := column(t, conn, settings)
	got := read(t, conn, "api")
	if after := column(t, conn, settings); !slices.Equal(before, after) {
		t.Error("Read changed the session's settings")
	}
	stripCluster(want) // other tests make roles meanwhile
	stripCluster(got)
	var a, b bytes.Buffer
	if err := errors.Join(want.WriteJSON(&a), got.WriteJSON(&b)); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("settings change what is read:\n%s", firstDifference(b.String(), a.String()))
	}
	if status := conn.PgConn().TxStatus(); status != 'I' {
		t.Errorf("the transaction status is %c after Read", status)
	}
	if left := column(t, conn, "select statement from pg_prepared_statements where statement like '%routine as mat' || 'erialized%'"); len(left) > 0 {
		t.Errorf("prepared statements are left: %q", left)
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name, before string
		ctx          context.Context
		schema, want string
	}{
		{"no schema", "", t.Context(), "nowhere", "does not exist"},
		{"empty name", "", t.Context(), "", "does not exist"},
		{"in a transaction", "begin", t.Context(), "public", "inside a transaction"},
		{"cancelled", "", cancelled, "public", "context canceled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn := connect(t, url)
			exec(t, conn, tt.before)
			c, err := catalog.Read(tt.ctx, conn, tt.schema)
			if err == nil || c != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Read = %v, %v, want an error with %q", c, err, tt.want)
			}
		})
	}
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		conn := connect(t, url)
		_ = conn.Close(t.Context())
		if _, err := catalog.Read(t.Context(), conn, "public"); err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("Read on a closed connection: %v", err)
		}
	})
	t.Run("empty schema", func(t *testing.T) {
		t.Parallel()
		c := read(t, connect(t, url), "public")
		if len(c.Routines) != 0 || len(c.Types) != 0 || c.Types == nil {
			t.Errorf("an empty schema gives %+v", c)
		}
	})
}

func TestDomainsOfLooseCollations(t *testing.T) {
	t.Parallel()
	conn := database(t, `
		create schema api;
		create collation api.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
		create domain api.loose as text collate api.ci;
		create domain api.above as api.loose;
		create domain api.strict as text collate "C";
		create function api.f(api.above, api.strict) returns void language sql as '';`)
	c := read(t, conn, "api")
	for name, want := range map[string]bool{"api.loose": true, "api.above": true, "api.strict": false, "text": false} {
		if typ := c.Types[name]; typ == nil || typ.Loose != want {
			t.Errorf("%s: %+v, want loose to be %v", name, typ, want)
		}
	}
}
